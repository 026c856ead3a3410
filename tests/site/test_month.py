"""A month as a grid: weeks, bars, chips, the same numbers everywhere."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.site.pages import month
from comity.site.pages.entries import SHOWN, Entry, Links, Reader, chosen_day, listing

DECEMBER = date(2026, 12, 1)
READER = Reader(language="en", today=date(2026, 11, 24))


def entry(key, begins, ends=None, **values):
    day = date(2026, 12, begins) if isinstance(begins, int) else begins
    last = date(2026, 12, ends) if isinstance(ends, int) else ends or day
    return Entry(key=key, title=values.pop("title", key), begins=day, ends=last, **values)


def grid(*entries, first=DECEMBER, reader=READER, **values):
    return month.month(entries, first, reader=reader, almanac=month.Almanac(**values))


def days(made):
    return {day.day: day for week in made.weeks for day in week if day.inside}


@given(st.dates(date(1900, 1, 1), date(9999, 12, 31)), st.sampled_from(["en", "ru", "ar", "fr", "es", "zh-hans", "xx"]))
def test_every_month_has_each_of_its_days_once_in_whole_weeks(some_day, language):
    if some_day.replace(day=1) > date(9999, 11, 1):
        return
    made = grid(first=some_day.replace(day=1), reader=Reader(language=language, today=some_day))
    assert all(len(week) == 7 for week in made.weeks)
    shown = [day.day for week in made.weeks for day in week]
    assert all(b - a == timedelta(days=1) for a, b in itertools.pairwise(shown))
    assert [day.day for week in made.weeks for day in week if day.inside] == made.listed.days
    assert made.before < made.first < made.after
    assert [day.today for day in days(made).values()].count(True) == 1


@pytest.mark.parametrize(("language", "weekday"), [("en", 0), ("ru", 0), ("ar", 5)])
def test_the_week_begins_where_readers_expect_it(language, weekday):
    made = grid(reader=Reader(language=language, today=DECEMBER))
    assert {week[0].day.weekday() for week in made.weeks} == {weekday}
    assert made.weekdays[0][0].weekday() == weekday


def test_numbers_follow_the_dates_and_do_not_depend_on_the_order_of_arrival():
    entries = [entry("c", 9), entry("a", 2, 13), entry("b", date(2026, 11, 20), 3), entry("out", date(2027, 1, 1))]
    for order in itertools.permutations(entries):
        assert [(one.key, one.number) for one in listing(order, DECEMBER, date(2026, 12, 31)).entries] == [("b", 1), ("a", 2), ("c", 3)]


def test_a_bar_is_drawn_once_a_week_and_said_on_its_other_days():
    shown = days(grid(entry("heron", 2, 13)))
    bars = {day.day: day_of.lanes[0] for day, day_of in shown.items() if day_of.lanes}
    assert sorted(bars) == list(range(2, 14))
    assert [day for day, bar in bars.items() if bar.drawn] == [2, 7]
    assert (bars[2].days, bars[2].starts, bars[2].stops) == (5, True, False)
    assert (bars[7].days, bars[7].starts, bars[7].stops) == (7, False, True)


def test_a_bar_that_goes_beyond_the_month_is_open_at_its_end():
    bar = days(grid(entry("firing", 28, date(2027, 1, 2))))[date(2026, 12, 28)].lanes[0]
    assert (bar.days, bar.starts, bar.stops) == (4, True, False)


@given(st.lists(st.tuples(st.integers(-20, 40), st.integers(0, 40)), max_size=30))
def test_bars_of_one_lane_never_cover_each_other_and_none_is_lost(spans):
    entries = [entry(str(i), DECEMBER + timedelta(days=a), DECEMBER + timedelta(days=a + n)) for i, (a, n) in enumerate(spans)]
    made = grid(*entries)
    for week in made.weeks:
        for day in week:
            if not day.inside:
                continue
            keys = [bar.entry.key for bar in day.lanes if bar]
            assert len(keys) == len(set(keys))
            assert len(keys) + day.more == sum(one.on(day.day) for one in entries)
        inside = [day for day in week if day.inside]
        for place, day in enumerate(inside):
            for lane, bar in enumerate(day.lanes):
                if bar and bar.drawn:
                    covered = [later.lanes[lane].entry.key for later in inside[place : place + bar.days]]
                    assert covered == [bar.entry.key] * bar.days


def test_a_duty_is_a_chip_on_its_day():
    shown = days(grid(entry("reports", 15, nature="duty", side="all"), entry("patrol", 14, 18)))
    assert [one.key for one in shown[date(2026, 12, 15)].chips] == ["reports"]
    assert shown[date(2026, 12, 14)].chips == ()


def test_holidays_sensitive_dates_and_days_off_are_marked():
    made = grid(holidays={date(2026, 12, 25): ["Day of the Lamp"]}, sensitive={date(2026, 12, 21): ["Memorial day"]}, weekend=frozenset({4, 5}))
    assert [day.day.day for day in made.to_mind] == [21, 25]
    assert {day.day.weekday() for day in days(made).values() if day.off} == {4, 5}


@pytest.mark.parametrize(("number", "today", "expected"), [
    (10, date(2026, 12, 3), 10), (None, date(2026, 12, 3), 3), (0, date(2026, 12, 3), 3), (32, date(2026, 12, 3), 3), (None, date(2026, 11, 24), 5), (-1, date(2026, 11, 24), 5),
])
def test_the_day_on_the_map_is_the_one_chosen_else_today_else_the_first_with_something_drawn(number, today, expected):
    entries = [entry("duty", 2, nature="duty"), entry("area", 5, 6, shape={"lat": 0, "lon": 0})]
    listed = listing(entries, DECEMBER, date(2026, 12, 31))
    assert chosen_day(listed, Reader(language="en", today=today, day_number=number)).day == expected


def test_more_entries_than_a_page_shows_are_counted_not_lost():
    listed = listing([entry(f"{n:04d}", 5) for n in range(SHOWN + 7)], DECEMBER, date(2026, 12, 31))
    assert (len(listed.entries), listed.left_out) == (SHOWN, 7)


def test_a_place_that_cannot_be_drawn_is_still_listed():
    broken = entry("broken", 5, shape={"shape": "circle", "centre": {"lat": 0, "lon": 0}, "radius": -3})
    page = month.month_page([broken], DECEMBER, reader=READER, links=Links(page="calendar"))
    assert [one.key for one in page["listed"].entries] == ["broken"]
    assert page["listed"].entries[0].spot is None
    assert page["chart"].entries == ()
