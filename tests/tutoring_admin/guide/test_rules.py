"""What the guide says in which situation; and that doing what it asks never makes it say less."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfassessment.facts import Outline, PublishedChecklist, Role
from tutoring_admin.dashboards.guide import content
from tutoring_admin.dashboards.guide.facts import AGREED_LEVELS, Figures, GuideFacts, Seat
from tutoring_admin.dashboards.guide.reports import seen
from tutoring_admin.dashboards.guide.rules import MEASURES, State, found, state_of

AUG_3 = dt.date(2026, 8, 3)
GUIDE = content.guide()
ROWS = {row.key: row for row in (*GUIDE.rows, *GUIDE.first)}
STATES = {"-": State.NOT_STARTED, "~": State.UNDER_WAY, "+": State.IN_PLACE}
LEVELS = {
    "EXEC_CHAMPION": "executive", "SUPERINTENDENT": "administrative",
    "PROGRAM_LEAD": "administrative", "PROJECT_MANAGER": "administrative",
    "INSTR_SUPERVISOR": "administrative", "PRINCIPAL": "site", "SITE_LEAD": "site",
    "COACH_LEAD": "coaching", "TUTOR_COACH": "coaching", "DEPT_TECH": "department",
    "DEPT_LEGAL": "department", "DEPT_HR": "department", "DEPT_DATA": "department",
}  # fmt: skip
OUTLINE = Outline(1, "Duties", 2, AUG_3, "Dana Whitfield", duties=5)
FULL_OUTLINE = replace(OUTLINE, caseload="12 tutors", observation_rhythm="Every two weeks")
FORM = PublishedChecklist(1, "Checklist", 1)


def role(key, **told):
    return Role(list(LEVELS).index(key) + 1, key, key.capitalize(), LEVELS[key], **told)


def seat(key, holder="", since=AUG_3, **told):
    return Seat(list(LEVELS).index(key) + 101, key, key, holder, since if holder else None, **told)


def facts(*roles, seats=(), learning=(), learned=(), **figures):
    return GuideFacts(
        roles={each.key: each for each in roles},
        seats=tuple(seats),
        figures=Figures(**figures),
        learning=frozenset(learning),
        learned=frozenset(learned),
    )


HELD = [seat("DEPT_TECH", "Kim Ode"), seat("DEPT_LEGAL", "Lee Wirth"), seat("DEPT_HR", "Ana Ruiz")]
SITUATIONS = [
    ("champion", facts(), "-", "There is no seat of the Exec champion yet."),
    ("champion", facts(seats=[seat("EXEC_CHAMPION")]), "~",
     "The seat of the Exec champion is open, and nobody holds it."),
    ("champion", facts(seats=[seat("EXEC_CHAMPION", "Dr. Ana Ruiz")]), "+",
     "Exec champion: Dr. Ana Ruiz since Aug 3, 2026."),
    ("champion", facts(seats=[seat("EXEC_CHAMPION", "Ana Ruiz", interim=True)]), "+",
     "Exec champion: Ana Ruiz since Aug 3, 2026, for the time being."),
    ("central", facts(seats=[seat("SUPERINTENDENT", "Sam Hill")]), "~",
     "There is no seat of the Program lead yet."),
    ("central", facts(role("INSTR_SUPERVISOR", positions=2, filled=2),
     seats=[seat("SUPERINTENDENT", "Sam Hill"), seat("PROGRAM_LEAD", "Ida Roy")]), "+",
     "Superintendent: Sam Hill since Aug 3, 2026. Program lead: Ida Roy since Aug 3, 2026."
     " Instr_supervisor: 2 people named."),
    ("schools", facts(), "-", "This district has no school yet."),
    ("schools", facts(schools=12), "-", "0 of 12 schools have a leader named."),
    ("schools", facts(schools=12, schools_led=1), "~", "1 of 12 schools has a leader named."),
    ("schools", facts(schools=12, schools_led=12), "+", "12 of 12 schools have a leader named."),
    ("partners", facts(seats=HELD[:2]), "~", "2 of 3 named. Still open: Dept hr."),
    ("partners", facts(seats=HELD), "+",
     "Kim Ode (Dept tech), Lee Wirth (Dept legal) and Ana Ruiz (Dept hr)."),
    ("commitments", facts(needs=4), "~", "No department has agreed to anything yet."),
    ("commitments", facts(needs=9, departments_agreed=3), "+",
     "9 things asked of departments. 3 departments have agreed to something."),
    ("approach", facts(areas=12), "-", "0 of 12 areas of work have a named person."),
    ("approach", facts(areas=12, areas_led=12), "+",
     "12 of 12 areas of work have a named person."),
    ("manager_written", facts(role("PROJECT_MANAGER", drafted=True)), "~",
     "A draft is open; nothing is published."),
    ("manager_written", facts(role("PROJECT_MANAGER", outline=OUTLINE, positions=1, filled=1)),
     "~", "Its holder has not read it."),
    ("team", facts(series=3), "~", "None was held yet this year."),
    ("planning", facts(series=3, protected=2, meetings_to_come=8), "+",
     "2 series with protected time. 8 meetings still to come."),
    ("roadmap", facts(), "-", "The roadmap of the year is empty."),
    ("roadmap", facts(milestones=50, owned=41), "~", "41 of 50 milestones have an owner."),
    ("roadmap", facts(milestones=50, owned=50, done=3), "+",
     "50 milestones in the year's roadmap. 50 of 50 milestones have an owner."
     " 3 milestones done, with proof."),
    ("data", facts(seats=[seat("DEPT_DATA", "Jo Lang")]), "~",
     "Nothing is agreed with the data team yet."),
    ("learning", facts(role("EXEC_CHAMPION", positions=1), role("SITE_LEAD", positions=12),
     learning=["executive"]), "~",
     "1 of 2 levels has learning planned. Still without: the schools."),
    ("s6b2", facts(role("PRINCIPAL", positions=12), role("SITE_LEAD", positions=12,
     outline=OUTLINE)), "~", "12 of 24 positions have one. Still to write: Principal."),
    ("s6b3", facts(role("COACH_LEAD", positions=1, outline=FULL_OUTLINE),
     role("TUTOR_COACH", positions=8, outline=OUTLINE)), "~",
     "1 of 2 roles says so. Still without: Tutor_coach."),
    ("s6c2", facts(role("PRINCIPAL", positions=3, checklist=FORM)), "-",
     "No window is planned this year."),
    ("s6c2", facts(role("PRINCIPAL", positions=3, checklist=FORM), windows=1, windows_open=1),
     "~", "The first window of the year is open."),
    ("assessment", facts(rounds=1), "~", "A round is open, and its team is rating."),
    ("assessment", facts(rounds=2, rounds_finished=1, official=1), "+",
     "1 round rated this year. 1 result of the assessment at NSSA recorded."),
]  # fmt: skip


def row_of(key, about):
    """One row as the guide shows it of these facts."""
    shown = seen(about, "elm-creek")
    return next(row for row in (*shown.rows, *shown.first) if row.key == key)


@pytest.mark.parametrize(("key", "about", "state", "says"), SITUATIONS)
def test_a_situation_has_its_state_and_its_sentence(key, about, state, says):
    row = row_of(key, about)
    assert (row.state, row.says) == (STATES[state], says)
    assert (row.next is None) == (state == "+")


def test_every_row_names_a_measure_and_leads_to_a_page_in_every_state():
    assert {part.measure for row in ROWS.values() for part in row.parts} <= set(MEASURES)
    for about in (facts(), facts(*map(role, LEVELS), seats=map(seat, LEVELS), schools=3)):
        for row in (*seen(about, "elm-creek").rows, *seen(about, "elm-creek").first):
            assert row.next is None or row.next.url.startswith("/d/elm-creek/")
            assert row.resource.url.startswith("https://")
            assert row.says.endswith(".")


def test_who_takes_a_step_is_the_first_of_its_roles_that_somebody_holds():
    nobody = row_of("champion", facts(role("SUPERINTENDENT"))).taker
    lead = row_of("champion", facts(seats=[seat("SUPERINTENDENT"), seat("PROGRAM_LEAD", "Ida")]))

    assert (nobody.role, nobody.holder) == ("Superintendent", "")
    assert lead.taker.holder == "Ida"


# Doing what a row asks for: what each measure looks at becomes more, in the facts.


def filled(about, keys):
    """Somebody sits in each of these roles."""
    roles = dict(about.roles)
    seats = list(about.seats)
    for key in keys:
        was = roles.get(key) or role(key)
        roles[key] = replace(was, positions=max(was.positions, 1), filled=max(was.filled, 1))
        open_seats = [each for each in seats if each.role_key == key]
        if not open_seats:
            seats.append(seat(key, "Pat Person"))
        elif not any(each.holder for each in open_seats):
            seats[seats.index(open_seats[0])] = replace(open_seats[0], holder="Pat Person")
    return replace(about, roles=roles, seats=tuple(seats))


def written(about, keys, outline=FULL_OUTLINE):
    known = {key: about.roles.get(key) or role(key) for key in keys}
    news = {key: replace(each, outline=outline) for key, each in known.items()}
    return replace(about, roles={**about.roles, **news})


def acknowledged(about, keys):
    known = [about.roles[key] for key in keys if key in about.roles]
    news = {each.key: replace(each, acknowledged=each.filled) for each in known}
    return replace(about, roles={**about.roles, **news})


def used(about, keys):
    news = {key: replace(about.roles[key], checklist=FORM) for key in keys if key in about.roles}
    return replace(about, roles={**about.roles, **news})


def more(**figures):
    """One more of each figure, at most what `of` another figure there is."""

    def act(about, keys):
        now = about.figures
        up = {name: getattr(now, name) + 1 for name in figures}
        up |= {
            name: min(up[name], getattr(now, of)) for name, of in figures.items() if of is not None
        }
        return replace(about, figures=replace(now, **up))

    return act


ALL_LEVELS = frozenset(AGREED_LEVELS)
DOES = {
    "seat": filled, "partners": filled, "level_held": filled,
    "schools": more(schools_led="schools"), "areas_led": more(areas_led="areas"),
    "needs": more(needs=None), "departments_agreed": more(departments_agreed=None),
    "data_agreed": more(data_needs_agreed=None), "published": written, "any_published": written,
    "covered": written, "rhythm": written, "read": acknowledged, "checklists": used,
    "meets": more(series=None), "held": more(meetings_held=None), "protected": more(protected=None),
    "to_come": more(meetings_to_come=None), "owned": more(owned="milestones"),
    "done": more(done=None), "window": more(windows_closed=None, windows=None),
    "any_window": more(windows_open=None, windows=None), "second_rated": more(second_rated=None),
    "round": more(rounds=None, rounds_finished=None), "official": more(official=None),
    "planned": lambda about, keys: replace(about, learning=ALL_LEVELS),
    "met": lambda about, keys: replace(about, learned=ALL_LEVELS),
}  # fmt: skip
NEW = {
    # What is adopted whole is asked for only where there is none.
    "milestones": lambda about, keys: replace(
        about, figures=replace(about.figures, milestones=50, owned=50)
    ),
    "areas": lambda about, keys: replace(about, figures=replace(about.figures, areas=12)),
}
small = st.integers(0, 4)


@st.composite
def districts(draw):
    """Any district: some roles, some people in them, some papers, and counts that fit together."""
    roles, seats = [], []
    for key in draw(st.sets(st.sampled_from(sorted(LEVELS)))):
        positions = draw(small)
        held = draw(st.integers(0, positions))
        roles.append(
            role(
                key,
                positions=positions,
                filled=held,
                acknowledged=draw(st.integers(0, held)),
                drafted=draw(st.booleans()),
                outline=draw(st.sampled_from([None, OUTLINE, FULL_OUTLINE])),
                checklist=draw(st.sampled_from([None, FORM])),
            )
        )
        if positions and LEVELS[key] != "site":
            seats += [seat(key, "Pat Person" if n < held else "") for n in range(positions)]
    whole = {
        "schools_led": "schools",
        "areas_led": "areas",
        "owned": "milestones",
        "rounds_finished": "rounds",
        "windows_closed": "windows",
        "protected": "series",
    }
    counts = {name: draw(small) for name in Figures.__slots__}
    counts |= {part: min(counts[part], counts[of]) for part, of in whole.items()}
    learning = draw(st.sets(st.sampled_from(AGREED_LEVELS)))
    learned = draw(st.sets(st.sampled_from(AGREED_LEVELS)))
    return facts(*roles, seats=seats, learning=learning, learned=learned, **counts)


ORDER = list(State)


def judged(row, about):
    return state_of([(part, found(part, about)) for part in row.parts])


@given(districts(), st.sampled_from(sorted(ROWS)), st.data())
def test_doing_what_a_row_asks_for_never_makes_its_state_worse(about, key, data):
    row = ROWS[key]
    before = judged(row, about)
    for part in data.draw(st.lists(st.sampled_from(row.parts), min_size=1, max_size=4)):
        act = DOES.get(part.measure)
        if act is None:
            act = (lambda same, _: same) if found(part, about).is_met else NEW[part.measure]
        elif part.measure in {"published", "any_published"} and found(part, about).is_met:
            continue  # a version is there: nothing is asked
        about = act(about, part.roles)
        after = judged(row, about)
        assert ORDER.index(after) >= ORDER.index(before)
        before = after


@given(districts(), st.sampled_from(sorted(ROWS)))
def test_a_row_of_which_everything_was_done_is_in_place(about, key):
    row = ROWS[key]
    about = replace(about, figures=replace(about.figures, schools=0, areas=0, milestones=0))
    for _ in range(3):
        for part in row.parts:
            about = NEW.get(part.measure, DOES.get(part.measure))(about, part.roles)
            if part.measure == "schools":
                about = replace(about, figures=replace(about.figures, schools=1, schools_led=1))
            if part.measure == "areas":
                about = replace(about, figures=replace(about.figures, areas_led=12))
            if part.measure in {"covered", "read", "checklists", "rhythm", "planned", "met"}:
                keys = [each for each in part.roles if each in LEVELS] or ["PROGRAM_LEAD"]
                about = filled(about, keys[:1])
    assert judged(row, about) in {State.IN_PLACE, State.UNDER_WAY}
    missing = [part.measure for part in row.parts if not found(part, about).is_met]
    assert missing == []
