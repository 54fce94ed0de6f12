"""Two cities that run programmes of their own in one installation, each from its first page to a started placement."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from core.accounts.roles import CONFIRMED_ROLES, Role
from tests.journeys import post
from tests.journeys.assessing import declares_none
from tests.journeys.visitor import Person
from tests.sentences import SAID

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from tests.journeys.visitor import Visitor

TEAM = {
    "officer": Role.OFFICER,
    "second": Role.OFFICER,
    "director": Role.DIRECTOR,
    "committee": Role.COMMITTEE,
    "reader": Role.FUNDER_ASSESSOR,
    "reader_host": Role.HOST_ASSESSOR,
    "line": Role.LINE_MANAGER,
    "manager": Role.PROGRAMME_MANAGER,
}
AT_HOST = ("reader_host", "line", "manager")
FORENAMES = ("Orla", "Sten", "Dilys", "Corin", "Reza", "Hilde", "Lorcan", "Maud", "Petra", "Sol", "Noor", "Hana")


@dataclass
class City:
    """What a city brings: its partners, its call's own figures, and what the award must come to."""

    name: str
    slug: str
    prefix: str
    funder: str
    others: tuple[str, ...]
    host: str
    charity: str
    charity_number: str
    figures: dict[str, str]
    criteria: int
    salary: str
    days: str
    months: str
    total: str
    not_said: tuple[str, ...] = ()
    has_own_form: bool = False  # questions of every kind, four steps before the start, reports every two months
    people: dict[str, Person] = field(default_factory=dict)
    call: str = ""
    application: str = ""
    grant: str = ""
    placement: str = ""

    def __post_init__(self) -> None:
        names = [*TEAM, "lead", "chair", "secondee", "home"]
        for key, forename in zip(names, FORENAMES, strict=True):
            self.people[key] = Person(f"{forename} {self.prefix.title()}", f"{key}@{self.slug}.example.org")

    @property
    def reference(self) -> str:
        return self.application.rstrip("/").rpartition("/")[2]


@dataclass
class Walk:
    """One city's way through the pages; what time it is; who has which browser."""

    city: City
    enter: Callable[[Person], Visitor]
    clock: Any
    folder: Path
    start: datetime
    administrators: tuple[Person, Person]
    visitors: dict[str, Visitor]

    def by(self, who: str | Person) -> Visitor:
        person = self.city.people[who] if isinstance(who, str) else who
        if person.email not in self.visitors:
            self.visitors[person.email] = self.enter(person)
        return self.visitors[person.email]

    def day(self, number: int, hour: int = 10) -> str:
        return (self.start + timedelta(days=number)).replace(hour=hour).strftime("%Y-%m-%dT%H:00")

    def at(self, number: int, hour: int = 10) -> None:
        self.clock.move_to((self.start + timedelta(days=number)).replace(hour=hour))


def set_up(walk: Walk) -> None:
    """An administrator adds the organisations and the programme, and invites its people."""
    city, (first, second) = walk.city, walk.administrators
    administrator = walk.by(first)
    for name in (city.funder, city.host):
        administrator.open("/admin/accounts/organisation/add/").fill({"Name of the organisation": name}).press("Save")
    administrator.open("/admin/accounts/programme/add/")
    administrator.fill({"Name": city.name, "Address": city.slug, "Reference prefix": city.prefix})
    administrator.fill({"Funder": city.funder, "Host": city.host})
    administrator.fill({"Fewest placements": "1", "Most placements": "3"}).press("Save")
    for name in city.others:
        administrator.open("/admin/accounts/organisation/add/")
        administrator.fill({"Name of the organisation": name, city.name: True}).press("Save")
    for key, role in TEAM.items():
        person = city.people[key]
        administrator.open("/admin/accounts/user/add/")
        administrator.fill({"Full name": person.name, "Email address": person.email})
        administrator.fill({"Works for": city.host if key in AT_HOST else city.funder, f"{role}: {city.name}": True})
        administrator.press("Save")
        if role in CONFIRMED_ROLES:
            confirming = walk.by(second)
            confirming.open(post.link(second.email, person.name, "/admin/accounts/user/"))
            confirming.follow("Confirm the roles").press("Confirm the roles")
        accept_welcome(walk, key)


def accept_welcome(walk: Walk, key: str) -> None:
    person = walk.city.people[key]
    visitor = walk.by(key)
    visitor.open(post.link(person.email, SAID.choose_a_password_for_your, "/accounts/welcome/"))
    visitor.fill({"Full name": person.name, "Choose a password": person.password}).press("Open my account")


def publish(walk: Walk) -> None:
    """An officer names the other funders, writes the call with the city's figures and publishes it."""
    city, officer = walk.city, walk.by("officer")
    officer.open("/admin/").sees(f"Set up {city.name}")
    for name in city.others:
        officer.open("/admin/grants/funder/add/").fill({"Programme": city.name, "Organisation": name}).press("Save")
    officer.open("/admin/applications/strand/add/")
    officer.fill({"Programme": city.name, "Title": f"Skills for {city.slug}", "From year": "2026"}).press("Save")
    officer.open("/admin/applications/call/add/")
    officer.fill({"Programme": city.name, "Title": f"First call of {city.name}", "Address": f"{city.slug}-1"})
    officer.fill({"Summary": "Second a colleague to the council.", "Brief": "## The work\n\nBring what you know."})
    officer.fill({"Opens": walk.day(1, 9), "Closes": walk.day(15, 17), **city.figures})
    officer.fill({"Pay principle": "The person keeps their salary.", "Job title": "Skills adviser", "Grade": "Band G"})
    officer.fill({"Purpose": "Help people into work.", "Accountabilities": "- Advise"})
    officer.fill({"Person specification": "- Knows the sector"}).press("Save and continue editing")
    take_criteria_out(walk, officer)
    if city.has_own_form:
        add_a_section(officer)
        ask_in_every_kind(officer)
        set_the_programme_up(officer)
        officer.open("/admin/applications/call/").follow(f"First call of {city.name}")
    officer.follow("Publish")
    if "Why" in officer.words:
        officer.fill({"Reason": "The dates are right."}) if "Reason" in officer.words else None
    officer.press("Publish")
    city.call = f"/calls/{city.slug}-1/"


OWN_SECTION = "Your neighbourhood"
KINDS: dict[int, dict[str, str]] = {  # by the place of a standard question on the call's page
    1: {"label": "Size of your organisation", "kind": "One of a list", "options": "Small\nMiddling\nLarge"},
    2: {"label": "People you trained last year", "kind": "Number", "least": "1", "most": "5000", "unit": "people"},
    3: {"label": "Day of your last annual meeting", "kind": "Date"},
    4: {"label": "Have you lent staff before?", "kind": "Yes or no", "section": OWN_SECTION},
}
ANSWERS_IN_WORDS = ("Middling", "1,250 people", "Friday 6 March 2026", "Yes")


def add_a_section(officer: Visitor) -> None:
    """The form has a section of the city's own, and one that is called otherwise."""
    officer.follow("Change the sections of the form")
    officer.fill({"Name of “Experience and understanding”": "What you know", "Name of new section 1": OWN_SECTION})
    officer.press("Change the sections of the form")


def ask_in_every_kind(officer: Visitor) -> None:
    """Four of the standard questions become questions of the city's own, each of another kind."""
    for place, facts in KINDS.items():
        own = f"name=questions-{place}-"
        officer.fill({f"{own}{name}": value for name, value in facts.items()}).fill({f"{own}hint": ""})
    officer.press("Save and continue editing")
    assert "Fix" not in officer.words, officer.words


def set_the_programme_up(officer: Visitor) -> None:
    """Four steps before the start: the agreement and three of the city's own; and a report every two months."""
    officer.open("/admin/").follow("Choose the steps before the start").press("Set the steps before the start")
    officer.fill({"name=start_steps-0-title": "Vetting by the council"})
    officer.fill({"name=start_steps-3-DELETE": True, "name=start_steps-4-DELETE": True})
    officer.press("Save and continue editing")
    officer.follow("Set the report schedule").fill({"One report every how many months": "2"})
    officer.press("Set the report schedule").sees("one every 2 months, and the last a month after the end")


def answer_in_every_kind(lead: Visitor, section: str) -> None:
    if section == "conflicts":
        lead.choose("Size of your organisation", "Middling").fill({"People you trained last year": "1,250"})
    if section == "experience":
        lead.sees("What you know").fill({"Day of your last annual meeting": "2026-03-06"})
    if section == "your-neighbourhood":
        lead.choose("Have you lent staff before?", "Yes")


def take_criteria_out(walk: Walk, officer: Visitor) -> None:
    """Of the standard criteria the city keeps the first few: their questions move first, as the page says."""
    if walk.city.criteria == 4:
        return
    boxes = officer.page.xpath("//select[contains(@name, '-criterion')]")
    last = str(boxes[0].xpath("./option/text()")[-1])
    first = str(boxes[0].xpath("./option/text()")[1])
    moved = [str(box.get("name")) for box in boxes if box.xpath("./option[@selected]/text()") == [last]]
    officer.fill({f"name={name}": first for name in moved}).press("Save and continue editing")
    officer.fill({"name=criteria-3-DELETE": True}).press("Save and continue editing")
    assert len(officer.page.xpath("//input[starts-with(@name, 'criteria-') and contains(@name, '-letter')]")) <= 4


def apply(walk: Walk) -> None:
    """A charity registers, fills in, has it confirmed and submits."""
    city, lead = walk.city, walk.by("lead")
    walk.at(2)
    lead.open(city.call).follow("Start an application")
    register(walk, "lead")
    lead.open("/organisation/")
    lead.fill({SAID.name_of_the_organisation: city.charity, "Charity number (optional)": city.charity_number})
    lead.fill({"What kind of body it is (optional)": "Registered charity", "Address (optional)": "1 Mill Lane"})
    lead.press("Name this organisation")
    lead.open("/organisation/").follow("Invite a colleague")
    lead.fill({"Their email address": city.people["chair"].email, SAID.they_are_an_authorised_signatory: True})
    lead.choose(SAID.what_they_may_do, "Editor").press("Send the invitation")
    chair = walk.by("chair")
    chair.go(post.link(city.people["chair"].email, city.charity, "/organisation/join/"))
    chair.follow("Register")
    register(walk, "chair")
    chair.press("Join this organisation")
    lead.open(city.call).follow("Start an application").press("Start the application")
    city.application = lead.path
    fill_in(walk, lead)
    confirm_and_submit(walk, lead)


def register(walk: Walk, key: str) -> None:
    person, visitor = walk.city.people[key], walk.by(key)
    visitor.fill({"Full name": person.name, "Email address": person.email, "Choose a password": person.password})
    visitor.press("Register").fill({"Code": post.code(person.email, "Your code")}).press("Continue")


def fill_in(walk: Walk, lead: Visitor) -> None:
    """Each section: every question in one's own words, then the facts."""
    city, secondee = walk.city, walk.city.people["secondee"]
    facts: dict[str, dict[str, Any]] = {
        "organisation": {SAID.telephone_number_to_reach_you: "0161 496 0000"},
        "candidate": {"Full name": secondee.name, "Email address": secondee.email, "Present job title": "Adviser"},
        "secondment": {
            SAID.current_full_time_salary: city.salary,
            SAID.present_hours_a_week: "35",
            SAID.days_a_week_with_the: city.days,
            "Length in months": city.months,
            "Earliest start": walk.day(40)[:10],
        },
        "experience": {},
        "conflicts": {SAID.are_there_conflicts_of_interest: "None"},
    }
    if city.has_own_form:
        lead.open(city.application).sees("0 of 7 complete", OWN_SECTION)
        facts["your-neighbourhood"] = {}
    for section, typed in facts.items():
        lead.open(f"{city.application}{section}/")
        asked = [str(box.get("name")) for box in lead.page.xpath("//textarea[starts-with(@name, 'question_')]")]
        lead.fill({**{f"name={name}": "We know this work well." for name in asked}, **typed})
        if city.has_own_form:
            answer_in_every_kind(lead, section)
        if section == "organisation":
            lead.choose(SAID.whose_idea_was_it, "Both together")
        if section == "secondment":
            lead.choose("Salary enhancement", "Wanted")
        if section == "conflicts":
            for body in (city.funder, *city.others, city.host):
                lead.choose(SAID.do_you_have_other_funding.format(body), "No")
        lead.press(SAID.save_and_go_back_to)
    cv, statement = paper(walk, "cv.pdf"), paper(walk, "statement.pdf")
    lead.open(f"{city.application}documents/")
    lead.fill({SAID.cv_of_the_proposed_secondee: cv, "Supporting statement": statement}).press("Upload")


def paper(walk: Walk, name: str) -> Path:
    import pikepdf

    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    pdf.save(walk.folder / name, deterministic_id=True)
    return walk.folder / name


def confirm_and_submit(walk: Walk, lead: Visitor) -> None:
    city, secondee = walk.city, walk.city.people["secondee"]
    lead.open(city.application).follow(f"Send {secondee.name} the link").press("Send the link")
    visitor = walk.by("secondee")
    visitor.open(post.link(secondee.email, f"{city.charity} proposes you", "/candidate/"))
    visitor.choose("Your answer", "I confirm").press("Send my answer")
    lead.open(city.application).follow("Check your answers").sees(city.total)
    if city.has_own_form:
        lead.sees(*ANSWERS_IN_WORDS)
    lead.fill({SAID.i_am_authorised_to_submit: True}).press("Submit the application")
    city.application = f"/applications/{city.prefix}-{walk.start.year}-001/"
    lead.open(city.application)


def assess_and_decide(walk: Walk) -> None:
    """Shortlist, two scores, the committee's decision, recorded, confirmed and released by three people."""
    city, officer = walk.city, walk.by("officer")
    walk.at(17)
    declares_none(officer)
    officer.open("/admin/applications/application/").follow(city.reference).press("Shortlist")
    officer.follow("release the outcomes of this call").press("Release the outcomes of shortlisting")
    officer.open("/admin/applications/application/").follow(city.reference)
    officer.follow("Assign assessors")
    sides = {"Funder": city.people["reader"], "Host": city.people["reader_host"]}
    officer.fill({f"{side}'s assessor": f"{one.name} ({one.email})" for side, one in sides.items()})
    officer.press("Assign assessors")
    for key in ("reader", "reader_host"):
        reader = walk.by(key)
        reader.open("/admin/applications/assessment/").follow(city.reference)
        reader.choose(SAID.do_you_have_a_conflict, "No").press("Declare")
        for letter in "abcd"[: city.criteria]:
            reader.choose("Score", "3", within=f"({letter})").fill({"Reason": "Good."}, within=f"({letter})")
        reader.choose("What you recommend", "Recommend").press("Complete")
        reader.open("/admin/applications/application/").follow(city.reference).follow("Record our side's view")
        reader.choose("Our side's view", "Recommend").fill({"Reasons": "A strong case."})
        reader.press("Record our side's view")
    walk.at(24)
    officer.open("/admin/governance/meeting/add/")
    officer.fill({"Body": f"Grants Committee, {city.name}", "Held on": walk.day(24)[:10]}).press("Save")
    officer.open("/admin/grants/decision/").follow("Record a decision").follow(city.reference)
    officer.choose("Decision", "Award")
    officer.fill({"Reasons": "A strong case.", "Why without a visit": "We know the organisation."})
    officer.press("Record the decision")
    decision = officer.path
    declares_none(walk.by("second")).open(decision).follow("Confirm").sees(city.total).press("Confirm")
    declares_none(walk.by("director")).open(decision).follow("Release").press("Release")


def agree(walk: Walk) -> None:
    """The lead accepts; the officer prepares the agreement; the chair and the director sign it."""
    city, lead = walk.city, walk.by("lead")
    lead.open(post.link(city.people["lead"].email, SAID.you_are_offered_a_grant_2, "/grants/")).sees(city.total)
    city.grant = lead.path
    lead.follow("Accept the offer").press("Accept the offer")
    reference = city.grant.rstrip("/").rpartition("/")[2]
    walk.by("officer").open("/admin/grants/grant/").follow(reference).follow(SAID.prepare_the_funding_agreement).press(
        SAID.prepare_the_funding_agreement
    )
    for key, party in (("chair", city.charity), ("director", city.funder)):
        signatory = walk.by(key).open(f"{city.grant}sign/")
        tick = SAID.i_have_read_the_agreement.format(party)
        signatory.fill({"Your full name": city.people[key].name, tick: True}).press("Sign the agreement")
    lead.open(city.grant).sees(*(f"Signed by {city.people[key].name}" for key in ("chair", "director")))
    reports = ("Evaluation report 2",) if not city.has_own_form else ("Evaluation report 3",)
    lead.sees(*reports)


def place(walk: Walk) -> None:
    """The host opens the placement; each step is done by its owner; it starts on its first day."""
    city, manager, home = walk.city, walk.by("manager"), walk.city.people["home"]
    manager.open("/placements/").follow("Open a placement")
    manager.fill({SAID.home_manager_s_full_name: home.name, SAID.home_managers_email_address: home.email})
    line = city.people["line"]
    manager.fill({"Line manager": f"{line.name} ({line.email})", f"Skills for {city.slug}": True})
    manager.press("Open this placement")
    city.placement = manager.path
    for key in ("secondee", "home"):
        accept_welcome(walk, key)
    manager.open(f"{city.placement}days/").fill({"Monday": True, "Tuesday": True}).press("Save the days")
    on = walk.day(24)[:10]
    do(walk, "manager", "screening", {SAID.day_the_host_s_screening: on, SAID.the_screening_is_cleared: True})
    do(walk, "manager", "contract", {SAID.day_the_contract_was_agreed: on}, confirmed_by="lead")
    do(walk, "lead", "release", {SAID.day_the_release_was_arranged: on})
    if city.has_own_form:
        manager.open("/placements/").sees("4 of 4 steps")
        manager.open(city.placement).sees("Vetting by the council")
    else:
        do(walk, "line", "role_meeting", {SAID.day_of_the_meeting: on})
        do(walk, "line", "managers_meeting", {SAID.day_of_the_meeting: on}, confirmed_by="home")
    walk.at(40)
    manager.open(f"{city.placement}start/").press("Start this placement")
    walk.by("lead").open(city.grant).sees("active")


def do(walk: Walk, who: str, kind: str, typed: dict[str, Any], *, confirmed_by: str = "") -> None:
    walk.by(who).open(f"{walk.city.placement}steps/{kind}/").fill(typed).press("Record this step")
    if confirmed_by:
        link = post.link(walk.city.people[confirmed_by].email, "Confirm by", "/placements/")
        walk.by(confirmed_by).open(link).press("Confirm this step")


STEPS = (set_up, publish, apply, assess_and_decide, agree, place)
