"""Which letters go to whom around placements."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from applications.letters.recipients import officers_for
from core.accounts.models import User
from core.accounts.rules import officers_of
from core.letters import outbox
from grants.models import Grant
from secondments.lifecycle import Part, Party
from secondments.models import Milestone, OrganisationView, Placement, StartStep
from secondments.rules import PARTIES, leads, party_to_consent, programme_managers, programme_managers_of
from secondments.rules.placements import PeopleByPlacement
from secondments.visibility import needs_another as needs


def next_people(steps: Collection[StartStep]) -> Iterator[tuple[StartStep, list[User]]]:
    """Yield each step with the people it waits for: who records it or, once recorded, who confirms it.

    One query for each kind of party, however many steps there are.
    """
    placements: dict[Party, dict[int, Placement]] = defaultdict(dict)
    for step in steps:
        placements[_next_party(step)][step.placement_id] = step.placement
    people = {party: PARTIES[party].people(list(rows.values())) for party, rows in placements.items()}
    for step in steps:
        party = people[_next_party(step)]
        yield step, [person for person in party[step.placement_id] if person.pk != step.recorded_by_id]


def placement_to_open(grant: Grant, *, at: datetime) -> None:
    """To the host's programme managers, who open the placement of a grant that was agreed."""
    for to in programme_managers_of(grant.programme_id):
        key = f"placement to open:{grant.pk}:{to.pk}"
        outbox.post("secondments.placement_to_open", to=to, key=key, at=at, grant=grant)


def opened(placement: Placement, *, due_on: date, at: datetime) -> None:
    _post_each("opened", "placement opened", placement, _three(placement), at=at, due_on=due_on)


def ready_to_start(placement: Placement, *, at: datetime) -> None:
    """To secondee, both managers, leads and the host's programme managers: every step before the start is settled."""
    key = f"ready to start:{at.isoformat()}"
    _post_each("ready_to_start", key, placement, everyone([placement])[placement.pk], at=at)


def started(placement: Placement, *, at: datetime) -> None:
    """To secondee, both managers and the organisation's leads, once each."""
    _post_each("started", "placement started", placement, _three_and_leads(placement), at=at)


def ended(placement: Placement, *, at: datetime) -> None:
    _post_each("ended", "placement ended", placement, _three(placement), at=at)


def called_off(placement: Placement, *, at: datetime) -> None:
    """To the same, and to those who run the programme: host's programme managers and the grants office."""
    people = {person.pk: person for person in (*_three_and_leads(placement), *_office(placement))}.values()
    _post_each("called_off", "placement called off", placement, people, at=at)


def needs_another(placement: Placement, person: User, *, at: datetime) -> None:
    """Tell the programme managers and the grants office that somebody named in a placement has left."""
    key, parts = f"needs another:{person.pk}:{at.isoformat()}", needs(placement)
    _post_each("needs_another", key, placement, _office(placement), at=at, left=person, parts=parts)


def person_changed(
    placement: Placement, part: Part, before: User | None, reopened: Sequence[StartStep] = (), *, at: datetime
) -> None:
    """To the three people and the leads as they are now, and to the person before; `reopened` are to be done again."""
    people = {person.pk: person for person in (*_three_and_leads(placement), *([before] if before else []))}
    active = [person for person in people.values() if person.is_active]
    key = f"person changed:{part}:{at.isoformat()}"
    now = getattr(placement, part)
    _post_each(
        "person_changed", key, placement, active, at=at, part=part.label, before=before, now=now, reopened=reopened
    )


def last_day_moved(placement: Placement, *, before: date, at: datetime) -> None:
    key = f"last day moved:{placement.ends_on.isoformat()}"
    _post_each("last_day_moved", key, placement, everyone([placement])[placement.pk], at=at, before=before)


def step_to_confirm(step: StartStep, *, recorded_by: User, at: datetime) -> None:
    [(_, people)] = next_people([step])
    for person in people:
        key = f"step to confirm:{step.pk}:{at.isoformat()}:{person.pk}"
        outbox.post("secondments.step_to_confirm", to=person, key=key, at=at, step=step, recorded_by=recorded_by)


def step_confirmed(step: StartStep, *, by: User, at: datetime) -> None:
    """To who recorded the step, unless they take part no longer."""
    if step.recorded_by in PARTIES[step.recording_party].people([step.placement])[step.placement_id]:
        key, to = f"step confirmed:{step.pk}:{at.isoformat()}", step.recorded_by
        outbox.post("secondments.step_confirmed", to=to, key=key, at=at, step=step, confirmed_by=by)


def step_reopened(step: StartStep, *, was_waived: bool, by: User, at: datetime) -> None:
    """To both sides of the step, and to all who heard of its waiver, without the person who reopened it."""
    heard = _three_and_leads(step.placement) if was_waived else []
    for to in dict.fromkeys([*heard, *_sides(step)]):
        if to != by:
            key = f"step reopened:{step.pk}:{at.isoformat()}:{to.pk}"
            outbox.post("secondments.step_reopened", to=to, key=key, at=at, step=step, reopened_by=by)


def waiver_asked(step: StartStep, *, at: datetime) -> None:
    """To the party whose consent the waiver needs, without the person who asked."""
    people = PARTIES[party_to_consent(step)].people([step.placement])[step.placement_id]
    for person in people:
        if person.pk != step.waiver_asked_by_id:
            key = f"waiver asked:{step.pk}:{at.isoformat()}:{person.pk}"
            outbox.post("secondments.waiver_asked", to=person, key=key, at=at, step=step)


def waiver_refused(step: StartStep, *, to: User, by: User, at: datetime) -> None:
    key = f"waiver refused:{step.pk}:{at.isoformat()}:{to.pk}"
    outbox.post("secondments.waiver_refused", to=to, key=key, at=at, step=step, refused_by=by)


def step_waived(step: StartStep, *, by: User, at: datetime) -> None:
    """To secondee, both managers, the organisation's leads and the other side of the step, once each."""
    sides = [person for person in _sides(step) if person != by]
    key, people = f"step waived:{step.pk}:{at.isoformat()}", dict.fromkeys([*_three_and_leads(step.placement), *sides])
    _post_each("step_waived", key, step.placement, people, at=at, step=step, waived_by=by)


def sign_off_asked(milestone: Milestone, *, by: User, at: datetime) -> None:
    """To those who manage the placement for the host, without the person who asked."""
    placement = milestone.objective.workplan.placement
    for to in _managers_at_host(placement):
        if to != by:
            key = f"sign-off asked:{milestone.pk}:{at.isoformat()}:{to.pk}"
            outbox.post("secondments.sign_off_asked", to=to, key=key, at=at, placement=placement, milestone=milestone)


def sign_off_answered(milestone: Milestone, *, is_given: bool, by: User, at: datetime) -> None:
    """To the secondee, whether the host signed the milestone off or not."""
    placement, key = milestone.objective.workplan.placement, f"sign-off answered:{milestone.pk}:{at.isoformat()}"
    facts: dict[str, Any] = {"placement": placement, "milestone": milestone, "is_given": is_given, "answered_by": by}
    if placement.secondee is not None and placement.secondee.is_active:
        outbox.post("secondments.sign_off_answered", to=placement.secondee, key=key, at=at, **facts)


def says_for_organisation(placements: Collection[Placement]) -> PeopleByPlacement:
    """Who says what the organisation thinks of each placement's workplan: its home manager and the leads."""
    managers, of_organisation = PARTIES[Party.HOME_MANAGER].people(placements), leads(placements)
    return {row.pk: list(dict.fromkeys([*managers[row.pk], *of_organisation[row.pk]])) for row in placements}


def concern(view: OrganisationView, *, at: datetime) -> None:
    placement = view.workplan.placement
    for to in _managers_at_host(placement):
        key = f"concern:{view.pk}:{to.pk}"
        outbox.post("secondments.concern", to=to, key=key, at=at, placement=placement, view=view)


def concern_answered(view: OrganisationView, *, at: datetime) -> None:
    placement, key = view.workplan.placement, f"concern answered:{view.pk}"
    outbox.post("secondments.concern_answered", to=view.said_by, key=key, at=at, placement=placement, view=view)


def _next_party(step: StartStep) -> Party:
    confirming = step.confirming_party
    return confirming if step.is_recorded and confirming else step.recording_party


def _sides(step: StartStep) -> list[User]:
    parties = [step.recording_party, *([step.confirming_party] if step.confirming_party else [])]
    sides = [PARTIES[party].people([step.placement])[step.placement_id] for party in parties]
    return list(dict.fromkeys(person for side in sides for person in side))


def _three(placement: Placement) -> list[User]:
    three = (placement.secondee, placement.line_manager, placement.home_manager)
    return [person for person in three if person and person.is_active]


def _managers_at_host(placement: Placement) -> list[User]:
    """The line manager; in the place of one who has left, the programme managers."""
    managers = PARTIES[Party.LINE_MANAGER].people([placement])[placement.pk]
    return managers or programme_managers([placement])[placement.pk]


def _office(placement: Placement) -> list[User]:
    managers = programme_managers([placement])[placement.pk]
    decision = placement.grant.decision
    officers = officers_for(decision.application) if decision else officers_of(placement.programme_id)
    return list(dict.fromkeys([*managers, *officers]))


def _three_and_leads(placement: Placement) -> Iterable[User]:
    return {person.pk: person for person in (*_three(placement), *leads([placement])[placement.pk])}.values()


def everyone(placements: Collection[Placement]) -> PeopleByPlacement:
    """Secondee, both managers, the organisation's leads and the host's programme managers, once each."""
    of_organisation, at_host = leads(placements), programme_managers(placements)
    return {
        row.pk: list(dict.fromkeys([*_three(row), *of_organisation[row.pk], *at_host[row.pk]])) for row in placements
    }


def _post_each(
    template: str, key: str, placement: Placement, people: Iterable[User], *, at: datetime, **context: Any
) -> None:
    for person in people:
        unique = f"{key}:{placement.pk}:{person.pk}"
        outbox.post(f"secondments.{template}", to=person, key=unique, at=at, placement=placement, **context)
