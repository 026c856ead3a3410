"""What happens in the fictional region, scene by scene. All States, places, persons and figures are invented."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from comity.exercise.region_terms import OFFICES
from comity.exercise.reports import budget, calendar, contacts, exercise, forces, point
from comity.exercise.voice import Region, Scene, at

FORCES, BUDGET, CALENDAR, CONTINGENTS = "un:I.1.1", "un:I.1.4", "un:I.1.7", "un:I.1.13"
CONTACTS, NOTICE, INCIDENT = "un:I.2.3", "un:I.3.1", "un:I.3.4"
STATES = ("tarsenia", "ondoria", "velmora")


def agree(region: Region, _now: datetime) -> Scene:
    """Three States agree the Sarn Arrangement."""
    begins = region.version.effective
    assert isinstance(begins, date), "the arrangement names its day"
    yield at(begins - timedelta(days=20))
    region.voice.propose("tarsenia", region.version)
    region.voice.settle()
    for party in STATES[1:]:
        region.voice.word(party, "initial", region.version)
    region.voice.settle()
    yield at(begins - timedelta(days=6), 11)
    for party in STATES:
        region.voice.word(party, "sign", region.version)
    region.voice.settle()


def declare_contacts(region: Region, _now: datetime) -> Scene:
    """Each State declares its points of contact."""
    begins = region.version.effective
    assert isinstance(begins, date), "the arrangement names its day"
    for number, party in enumerate(STATES):
        yield at(begins, 2 + number)
        region.say(f"contacts {party}", party, CONTACTS, "declare", subject="Points of contact", data=contacts(party, begins))


def confirm_contacts(region: Region, now: datetime) -> Scene:
    """Twice a year each State confirms its contacts."""
    for day in _months(region, 1, 6, now):
        for number, party in enumerate(STATES):
            yield at(day, 8 + number)
            data = {"as_of": day.isoformat()}
            region.say(f"confirm {party}", party, CONTACTS, "confirm", period=day, subject="Contacts confirmed", data=data)


def check_contacts(region: Region, now: datetime) -> Scene:
    """Four times a year one State, in turn, tests the others' contacts; they answer within the day."""
    for number, day in enumerate(_months(region, 10, 3, now)):
        caller = STATES[number % len(STATES)]
        yield at(day, 6)
        others = tuple(OFFICES[party] for party in STATES if party != caller)
        test = region.say(
            "check", caller, CONTACTS, "check", period=day, to=others, subject="Test of contacts", data={"text": "Test. Please confirm."}
        )
        for party in STATES:
            if party != caller:
                yield at(day, 7 + STATES.index(party), 20)
                region.say(
                    f"reached {party}",
                    party,
                    CONTACTS,
                    "check_reply",
                    choice="reached",
                    case=test.case,
                    refs=(("answers", test.act),),
                    subject="Test of contacts",
                    data={},
                )


def _months(region: Region, day: int, interval: int, now: datetime) -> Iterator[date]:
    """That day of the month, every so many months, from the arrangement's beginning until yesterday."""
    begins = region.version.effective
    assert isinstance(begins, date), "the arrangement names its day"
    month = begins.year * 12 + begins.month - 1
    while (found := date(month // 12, month % 12 + 1, day)) < now.date():
        if found >= begins:
            yield found
        month += interval


def last_years_reports(region: Region, _now: datetime) -> Scene:
    """Last year's reports come in; one State has nothing to report."""
    period = region.last(region.due)
    for number, party in enumerate(STATES):
        yield at(period - timedelta(days=5 - 2 * number), 10)
        data = forces(party, period.replace(month=1, day=1) if period.month < 7 else date(period.year + 1, 1, 1), last_year=True)
        region.say(
            f"forces {party}", party, FORCES, "report", choice="submitted", period=period, subject="Annual report of forces", data=data
        )
    yield at(period, 8)
    year = period.year + 1
    for party in ("tarsenia", "ondoria"):
        region.say(
            f"calendar {party}",
            party,
            CALENDAR,
            "report",
            choice="submitted",
            period=period,
            subject=f"Calendar of activities {year}",
            data=calendar(party, year),
        )
    region.say(
        "calendar velmora",
        "velmora",
        CALENDAR,
        "report",
        choice="nil",
        period=period,
        subject=f"Calendar of activities {year}",
        data={"as_of": f"{year}-01-01", "remarks": "No activity of brigade size or larger is planned."},
    )


def last_years_question(region: Region, _now: datetime) -> Scene:
    """A figure of last year's report is asked about, and answered."""
    period = region.last(region.due)
    yield at(period + timedelta(days=12), 9)
    report = region.said["forces tarsenia"]
    about = {"act": report.act, "path": "/units/2/holdings/artillery", "line": 3}
    question = region.say(
        "old question",
        "velmora",
        FORCES,
        "ask",
        case=report.case,
        to=(OFFICES["tarsenia"],),
        refs=(("cites", report.act),),
        subject="Artillery of the 2nd Brigade",
        data={"about": about, "text": "Line 3 shows 24 guns. Does the figure include those in depot?"},
    )
    yield at(period + timedelta(days=15), 14)
    region.say(
        "old answer",
        "tarsenia",
        FORCES,
        "answer",
        case=question.case,
        refs=(("answers", question.act),),
        to=(OFFICES["velmora"],),
        subject="Artillery of the 2nd Brigade",
        data={"about": about, "kind": "explained", "text": "Yes. Six of the 24 guns stand in the depot at Lomra."},
    )


def budgets(region: Region, _now: datetime) -> Scene:
    """Two States report their expenditure; the third has not yet."""
    period = region.last(region.due + timedelta(days=31))
    yield at(period - timedelta(days=2), 12)
    region.say(
        "budget tarsenia",
        "tarsenia",
        BUDGET,
        "report",
        choice="submitted",
        period=period,
        subject="Military expenditure",
        data=budget(period.year - 1),
    )
    yield at(period + timedelta(days=3), 12)
    region.say(
        "budget ondoria",
        "ondoria",
        BUDGET,
        "report",
        choice="submitted",
        period=period,
        subject="Military expenditure",
        data=budget(period.year - 1, times=2),
    )


def an_exercise_long_ago(region: Region, _now: datetime) -> Scene:
    """An exercise is notified in time, held, and reported."""
    begins = region.today - timedelta(days=120)
    yield at(begins - timedelta(days=49), 10)
    notice = region.say(
        "stone bridge",
        "ondoria",
        NOTICE,
        "notify",
        choice="planned",
        subject="Exercise Stone Bridge",
        data=exercise(
            begins,
            9,
            centre=(-43.9, -117.3),
            reference="OND-01",
            designation="Stone Bridge",
            personnel=5600,
            participants=["Ondoria"],
            purpose="Crossing of a river by an engineer brigade.",
        ),
    )
    yield at(begins + timedelta(days=14), 10)
    done = {
        "begun": begins.isoformat(),
        "ended": (begins + timedelta(days=9)).isoformat(),
        "personnel": 5480,
        "account": "Held as notified.",
    }
    region.say("stone bridge done", "ondoria", NOTICE, "complete", case=notice.case, subject="Exercise Stone Bridge completed", data=done)


def contingents(region: Region, _now: datetime) -> Scene:
    """A host and a deploying State both report the same contingent, not with the same figure."""
    yield at(region.today - timedelta(days=70), 10)
    both = (OFFICES["tarsenia"], OFFICES["velmora"])
    unit = {
        "line": 1,
        "unit": "2nd Signal Company",
        "place": "Keld",
        "location": point(-44.62, -117.35),
        "basis": "Agreement of 2021",
        "begins": "2021-08",
    }
    as_of = (region.today - timedelta(days=80)).isoformat()
    region.say(
        "host",
        "ondoria",
        CONTINGENTS,
        "release",
        to=both,
        subject="Foreign contingents in Ondoria",
        data={"as_of": as_of, "view": "host", "contingents": [{**unit, "state": "Velmora", "personnel": 118}]},
    )
    yield at(region.today - timedelta(days=68), 10)
    both = (OFFICES["tarsenia"], OFFICES["ondoria"])
    region.say(
        "sender",
        "velmora",
        CONTINGENTS,
        "release",
        to=both,
        subject="Contingents of Velmora abroad",
        data={"as_of": as_of, "view": "deploying", "contingents": [{**unit, "state": "Ondoria", "personnel": 104}]},
    )


def short_notice(region: Region, _now: datetime) -> Scene:
    """An exercise is notified with shorter notice than agreed."""
    begins = region.today + timedelta(days=5)
    yield at(region.today - timedelta(days=7), 14, 30)
    data = exercise(
        begins,
        12,
        centre=(-45.9, -121.4),
        reference="VEL-02",
        designation="Grey Heron",
        personnel=8700,
        participants=["Velmora"],
        purpose="Field training of two brigades with live fire.",
    )
    data |= {"live_firing": True, "holdings": {"tanks": 86, "artillery": 136}}
    why = "The planned area is flooded; the exercise moves 60 km east."
    region.say(
        "grey heron",
        "velmora",
        NOTICE,
        "notify",
        choice="planned",
        subject="Exercise Grey Heron",
        precedence="priority",
        remarks=why,
        data=data,
    )


def planned_exercise(region: Region, _now: datetime) -> Scene:
    """Another is notified in good time."""
    begins = region.today + timedelta(days=46)
    yield at(region.today - timedelta(days=5), 9)
    data = exercise(
        begins,
        11,
        centre=(-44.2, -116.6),
        reference="OND-02",
        designation="Long Meadow",
        personnel=7400,
        participants=["Ondoria"],
        purpose="Movement of a brigade and its supply by day and night.",
    )
    region.say("long meadow", "ondoria", NOTICE, "notify", choice="planned", subject="Exercise Long Meadow", data=data)


def early_report(region: Region, _now: datetime) -> Scene:
    """One State gives this year's report early."""
    yield at(region.today - timedelta(days=3), 9)
    data = forces("ondoria", date(region.due.year + 1, 1, 1) if region.due.month >= 7 else date(region.due.year, 1, 1), last_year=False)
    region.say(
        "forces ondoria now",
        "ondoria",
        FORCES,
        "report",
        choice="submitted",
        period=region.due,
        subject="Annual report of forces",
        data=data,
    )


def an_incident(region: Region, now: datetime) -> Scene:
    """Thirty hours ago two vessels came close, and an explanation is asked for."""
    yield now - timedelta(hours=30)
    happened = (now - timedelta(hours=34)).replace(minute=40, second=0)
    data = {
        "happened": happened.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "kind": "approach",
        "place": "Velm Strait",
        "location": point(-46.62, -119.1),
        "involved": ["Tarsenia", "Ondoria"],
        "account": "A patrol boat and a survey vessel passed at 80 metres in fog. Neither answered on channel 16.",
        "steps_taken": "Our vessel reversed course and kept two nautical miles away.",
        "persons_harmed": 0,
        "wanted": "The course of the survey vessel between 02:00 and 03:00 UTC.",
        "contact": "Duty desk of the naval staff",
    }
    region.say(
        "incident",
        "ondoria",
        INCIDENT,
        "request",
        choice="incident",
        to=(OFFICES["tarsenia"],),
        subject="Close approach in Velm Strait",
        precedence="immediate",
        data=data,
    )


def open_question(region: Region, now: datetime) -> Scene:
    """A question about the short notice is open."""
    yield now - timedelta(hours=20)
    case = region.said["grey heron"]
    region.say(
        "question",
        "tarsenia",
        NOTICE,
        "ask",
        case=case.case,
        to=(OFFICES["velmora"],),
        refs=(("cites", case.act),),
        subject="Personnel of exercise Grey Heron",
        data={
            "about": {"act": case.act, "path": "/personnel"},
            "text": "The calendar names no activity of this size. What accounts for the 8,700 persons?",
        },
    )


def waiting_for_release(region: Region, now: datetime) -> Scene:
    """A draft waits for a second officer."""
    yield now - timedelta(minutes=50)
    year = region.due.year + 1
    region.voice.prepare(
        "tarsenia",
        terms=region.version.id,
        measure=CALENDAR,
        step="report",
        choice="submitted",
        period=region.due,
        header={"precedence": "routine", "subject": f"Calendar of activities {year}", "language": "en"},
        data=calendar("tarsenia", year),
    )


SCENES: tuple[Callable[[Region, datetime], Scene], ...] = (
    agree,
    declare_contacts,
    confirm_contacts,
    check_contacts,
    last_years_reports,
    last_years_question,
    budgets,
    an_exercise_long_ago,
    contingents,
    short_notice,
    planned_exercise,
    early_report,
    an_incident,
    open_question,
    waiting_for_release,
)
