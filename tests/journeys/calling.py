"""Before anybody applies: the administrator invites the office, and an officer writes and publishes the call."""

from core.accounts.roles import CONFIRMED_ROLES, OPENS_ADMIN
from tests.journeys import people, post
from tests.journeys.authenticator import code_for
from tests.journeys.journey import Journey
from tests.sentences import SAID

CALL = {
    "Programme": "Citizenship and Integration Initiative",
    "Title": "Citizenship and integration: call of February 2019",
    "Address": "february-2019",
    "Goal": "Supporting Londoners to be active citizens",
    "Summary": "Second a colleague to City Hall for up to a year, and bring what civil society knows into its work.",
    "Brief": "## What we look for\n\nSomebody who knows from **practice** how Londoners become citizens.",
    "Opens": "2019-02-04T09:00",
    "Closes": "2019-03-13T17:00",
    "Assessment visits from": "2019-03-20",
    "Assessment visits to": "2019-03-27",
    SAID.decision_in_the_week_of: "2019-04-08",
    "Start in the month of": "2019-05-01",
    "Pay band from (£ a year)": "39,501",
    "Pay band to (£ a year)": "43,602",
    "Towards cover (£)": "1,000",
    "Management fee (£)": "5,000",
    "Pay principle": "The person keeps their salary; it is lifted into the band while they are here.",
    "Job title": "Citizenship and Integration Project Adviser",
    "Grade": "Grade 7",
    "Team": "Social Integration",
    "Purpose": "Help more Londoners to take part.",
    "Accountabilities": "- Advise on registration\n- Work with partners",
    "Person specification": "- Knows the sector",
}


def step_0_people(journey: Journey) -> None:
    """The administrator names a second one, and invites ten people; the second confirms the roles that decide or pay."""
    administrator = journey.by(people.ADMINISTRATOR)
    invite(journey, people.SECOND_ADMINISTRATOR, ["Administrator"])
    for person in people.INVITED:
        invite(journey, person, [f"{role}: {CALL['Programme']}" for role in person.roles])
    administrator.open("/admin/accounts/user/").shot("01-people")


def invite(journey: Journey, person: people.Person, roles: list[str]) -> None:
    """Invite somebody, and let them open their account when the roles are theirs."""
    administrator = journey.by(people.ADMINISTRATOR)
    administrator.open("/admin/accounts/user/add/")
    administrator.fill({"Full name": person.name, "Email address": person.email, "Works for": person.works_for})
    administrator.fill(dict.fromkeys(roles, True)).press("Save")
    if person != people.SECOND_ADMINISTRATOR and not CONFIRMED_ROLES.isdisjoint(person.roles):
        second = journey.by(people.SECOND_ADMINISTRATOR)
        second.open(post.link(second.person.email, person.name, "/admin/accounts/user/"))
        second.follow("Confirm the roles").press("Confirm the roles")
    accept_welcome(journey, person)


def accept_welcome(journey: Journey, person: people.Person) -> None:
    """Open an account by the link in the letter; it works once."""
    visitor = journey.by(person)
    link = post.link(person.email, SAID.choose_a_password_for_your, "/accounts/welcome/")
    visitor.open(link).sees(person.email).shot("01-welcome")
    visitor.fill({"Full name": person.name, "Choose a password": person.password}).press("Open my account")
    assert visitor.path == "/home/"
    if not OPENS_ADMIN.isdisjoint(person.roles):
        visitor.open("/admin/").shot(f"01-admin-{person.name.split()[0].lower()}")


def step_0_second_factor(journey: Journey) -> None:
    """The director sets up an authenticator; from now on signing in asks for its code."""
    director = journey.by(people.DIRECTOR)
    director.open("/accounts/2fa/totp/activate/").shot("01-authenticator")
    secret = director.page.xpath("//*[@id='authenticator_secret']/@value")[0]
    people.DIRECTOR.secret = str(secret)
    director.fill({"Code": code_for(people.DIRECTOR.secret)}).press("Turn on")
    post.letter(people.DIRECTOR.email, "second factor")


def step_1_call(journey: Journey) -> None:
    """An officer writes the call in the admin and publishes it; its page computes the weekday."""
    officer = journey.by(people.OFFICER)
    officer.at_desk("Calls for proposals")
    officer.follow("Add a call for proposals").fill(CALL).shot("02-call-new").press("Save and continue editing")
    officer.sees(SAID.we_have_added_the_criteria)
    officer.sees("Closes 5pm on Wednesday 13 March 2019").shot("02-call-draft")
    public = journey.by(people.NOBODY)
    public.open("/calls/").misses(CALL["Title"])
    officer.follow("Publish").shot("02-call-publish").press("Publish")
    officer.sees("is published").shot("02-call-published")
    public.open("/calls/").sees(CALL["Title"], "Opens 9am on Monday 4 February 2019").shot("02-calls")
    public.follow(CALL["Title"]).sees("Grade 7", "£39,501", "£43,602", "5pm on Wednesday 13 March 2019").shot("02-call")
    journey.call = public.path
    assert journey.call == "/calls/february-2019/"
