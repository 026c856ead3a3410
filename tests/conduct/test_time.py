"""Moments to the second: by the instant, by the calendar, in working days; recurrences against dateutil."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from dateutil.rrule import rrulestr
from hypothesis import example, given, settings
from hypothesis import strategies as st

from comity.catalogue.spans import NotASpan, read_duration, read_recurrence
from comity.conduct.measure_terms import DaysOff
from comity.conduct.time import Edge, at_edge, between, distance, move, next_date, read_point

DEADLINE, BEGINNING = Edge.DEADLINE, Edge.BEGINNING


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "months", "days", "seconds", "clock"),
    [
        ("P42D", 0, 42, 0, False), ("P1Y2M3D", 14, 3, 0, False), ("P6W", 0, 42, 0, False), ("PT48H", 0, 0, 172_800, True),
        ("PT0S", 0, 0, 0, True), ("P0D", 0, 0, 0, False), ("P1DT12H", 0, 1, 43_200, True), ("PT5M", 0, 0, 300, True),
    ],
)  # fmt: skip
def test_a_duration_is_read_in_one_way(text, months, days, seconds, clock):
    read = read_duration(text)
    assert (read.months, read.days, read.seconds, read.clock) == (months, days, seconds, clock)


@pytest.mark.parametrize(
    "text",
    ["", "P", "PT", "P1DT", "P1D2D", "P1.5D", "P-1D", "-P1D", "+P1D", "P1W2D", "P01D", "1D", "p1d", "P1H", "PT1D", "P10000D",
     " P1D", "P1D ", "P1M1Y", "PT1S1M", "P" + "1" * 300 + "D", "P١D"],
)  # fmt: skip
def test_what_is_not_a_duration_of_the_subset_is_refused(text):
    with pytest.raises(NotASpan):
        read_duration(text)


@pytest.mark.parametrize(
    ("day", "duration", "back", "reached"),
    [
        ("2027-01-31", "P1M", False, "2027-02-28"),
        ("2028-01-31", "P1M", False, "2028-02-29"),
        ("2028-02-29", "P1Y", False, "2029-02-28"),
        ("2027-03-31", "P1M", True, "2027-02-28"),
        ("2027-12-15", "P42D", True, "2027-11-03"),
        ("2027-11-30", "P1M1D", False, "2027-12-31"),
        ("2027-01-31", "P1M1D", False, "2027-03-01"),
    ],
)
def test_a_month_later_on_a_day_that_does_not_exist_is_its_last_day(day, duration, back, reached):
    assert move(date.fromisoformat(day), read_duration(duration), back=back) == date.fromisoformat(reached)


@pytest.mark.parametrize(
    ("anchor", "duration", "edge", "back", "reached"),
    [
        (at("2027-05-02T10:00:00"), "PT48H", DEADLINE, False, "2027-05-04T10:00:00"),
        (at("2027-05-02T10:00:00"), "P2D", DEADLINE, False, "2027-05-04T23:59:59"),
        (at("2027-05-02T10:00:00"), "P2D", BEGINNING, False, "2027-05-04T00:00:00"),
        (date(2027, 5, 2), "P0D", DEADLINE, False, "2027-05-02T23:59:59"),
        (date(2027, 5, 2), "PT0S", DEADLINE, False, "2027-05-02T23:59:59"),
        (date(2027, 5, 2), "PT0S", BEGINNING, False, "2027-05-02T00:00:00"),
        (date(2027, 5, 2), "PT36H", DEADLINE, True, "2027-04-30T12:00:00"),
        (date(2027, 6, 1), "P42D", DEADLINE, True, "2027-04-20T23:59:59"),
        (at("2027-01-31T10:00:00"), "P1MT1H", DEADLINE, False, "2027-02-28T11:00:00"),
    ],
)
def test_a_clock_part_runs_from_the_instant_and_days_run_to_the_edge_of_the_day(anchor, duration, edge, back, reached):
    assert distance(anchor, read_duration(duration), edge=edge, back=back) == at(reached)


def test_a_time_of_another_zone_is_taken_at_its_utc_day():
    late = datetime(2027, 5, 2, 23, 30, tzinfo=timezone(timedelta(hours=-5)))
    assert distance(late, read_duration("P1D"), edge=DEADLINE) == at("2027-05-04T23:59:59")


def test_a_moment_outside_the_calendar_does_not_exist():
    assert distance(date(9999, 12, 1), read_duration("P1M"), edge=DEADLINE) is None
    assert distance(date(1, 1, 1), read_duration("P1D"), edge=DEADLINE, back=True) is None
    assert distance(at("9999-12-31T23:00:00"), read_duration("PT2H"), edge=DEADLINE) is None


FRIDAY = date(2027, 5, 7)
EASTERN = DaysOff(weekend=frozenset({5, 6}), holidays=frozenset({date(2027, 5, 9)}))


@pytest.mark.parametrize(
    ("day", "count", "off", "back", "reached"),
    [
        (FRIDAY, "P1D", DaysOff(), False, "2027-05-10"),
        (FRIDAY, "P5D", DaysOff(), False, "2027-05-14"),
        (date(2027, 5, 8), "P0D", DaysOff(), False, "2027-05-10"),
        (date(2027, 5, 10), "P1D", DaysOff(), True, "2027-05-07"),
        (date(2027, 5, 6), "P1D", EASTERN, False, "2027-05-10"),
        (FRIDAY, "P5D", DaysOff(holidays=frozenset({date(2027, 5, 12)})), False, "2027-05-17"),
    ],
)
def test_working_days_skip_the_weekend_and_holidays_of_who_owes(day, count, off, back, reached):
    found = distance(day, read_duration(count), edge=DEADLINE, back=back, working=off)
    assert found == at(f"{reached}T23:59:59")


def test_a_party_that_never_works_has_no_working_day():
    never = DaysOff(weekend=frozenset(range(1, 8)))
    assert distance(FRIDAY, read_duration("P5D"), edge=DEADLINE, working=never) is None


def test_notice_is_told_in_the_unit_agreed():
    given = at("2027-05-20T12:00:00")
    assert between(given, date(2027, 6, 1), like=read_duration("P42D")).text == "P12D"
    assert between(given, date(2027, 6, 1), like=read_duration("P2M")).text == "P12D"
    assert between(given, at("2027-05-21T18:30:00"), like=read_duration("PT36H")).text == "PT30H30M"
    assert between(given, date(2027, 6, 1), like=read_duration("P5D"), off=DaysOff()).text == "P8D"
    assert between(given, date(2027, 5, 1), like=read_duration("P42D")).text == "P0D"


@pytest.mark.parametrize("text", ["2026-11-22T21:09:08Z", "2026-11-22"])
def test_times_and_dates_are_read_as_forms_write_them(text):
    assert read_point(text) is not None


@pytest.mark.parametrize(
    "text",
    ["2026-11-22T21:09:08", "2026-11-22T21:09:08+00:00", "2026-11-22T21:09Z", "20261122", "2026-W47-7", "2026-13-01", "2026-11",
     "2026-11-22T24:00:01Z", "2026-11-22 21:09:08Z"[:19], 7, None, ["2026-11-22"]],
)  # fmt: skip
def test_anything_else_is_no_time(text):
    assert read_point(text) is None


RULES = st.builds(
    lambda freq, interval, months, days, weekdays: ";".join(
        part for part in (
            f"FREQ={freq}",
            f"INTERVAL={interval}",
            f"BYMONTH={','.join(map(str, sorted(months)))}" if months else "",
            f"BYMONTHDAY={','.join(map(str, sorted(days)))}" if days else "",
            f"BYDAY={','.join(sorted(weekdays))}" if weekdays else "",
        ) if part
    ),
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    st.integers(1, 14),
    st.sets(st.integers(1, 12), max_size=3),
    st.sets(st.sampled_from([1, 2, 15, 28, 29, 30, 31, -1, -2, -31]), max_size=2),
    st.sets(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), max_size=3)
    | st.sets(st.sampled_from(["1MO", "-1FR", "2WE", "3SU"]), max_size=2),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(RULES, st.dates(date(2024, 1, 1), date(2028, 3, 1)))
@example("FREQ=YEARLY;INTERVAL=1;BYMONTH=2;BYMONTHDAY=29", date(2024, 2, 29))
def test_recurrences_give_the_dates_that_dateutil_gives(text, start):
    try:
        rule = read_recurrence(text)
    except NotASpan:
        return
    until = start + timedelta(days=1200)
    ours = list(rule.dates(start=start, until=until))
    oracle = rrulestr(f"{text};UNTIL={until:%Y%m%d}", dtstart=datetime.combine(start, time()))
    assert ours == [found.date() for found in oracle]
    assert all(rule.occurs(day, start=start) for day in ours)
    if ours:
        assert rule.next(start - timedelta(days=1), start=start) == ours[0]


@pytest.mark.parametrize(
    "text",
    ["", "FREQ=HOURLY", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=MONTHLY;BYMONTHDAY=0", "FREQ=WEEKLY;BYMONTHDAY=1",
     "FREQ=DAILY;COUNT=3", "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;INTERVAL=01", "FREQ=WEEKLY;BYDAY=1MO", "FREQ=MONTHLY;BYDAY=1MO,TU",
     "FREQ=DAILY;FREQ=DAILY", "BYDAY=MO", "FREQ=YEARLY;BYMONTH=13", "freq=daily", "FREQ=DAILY;", "FREQ=MONTHLY;BYMONTHDAY=32"],
)  # fmt: skip
def test_recurrences_outside_the_subset_or_that_never_come_are_refused(text):
    with pytest.raises(NotASpan):
        read_recurrence(text)


def test_the_next_date_is_later_than_its_anchor():
    rule = read_recurrence("FREQ=MONTHLY;BYMONTHDAY=15")
    start = date(2027, 1, 1)
    assert next_date(date(2027, 3, 15), rule, start=start, edge=DEADLINE) == at_edge(date(2027, 4, 15), DEADLINE)
    assert next_date(at("2027-03-14T23:59:59"), rule, start=start, edge=BEGINNING) == at_edge(date(2027, 3, 15), BEGINNING)


def test_a_recurrence_that_comes_no_more_ends():
    rule = read_recurrence("FREQ=YEARLY;INTERVAL=9999")
    assert rule.next(date(2027, 1, 1), start=date(2027, 1, 1)) is None
    assert read_recurrence("FREQ=DAILY").next(date.max, start=date(2027, 1, 1)) is None
