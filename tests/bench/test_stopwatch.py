"""Time is counted for the innermost step, and only within the path."""

import time

from bench.stopwatch import WHOLE, Stopwatch, watching


class Path:
    def whole(self):
        self.inner()
        time.sleep(0.01)

    def inner(self):
        time.sleep(0.03)


def test_a_step_is_counted_without_the_steps_inside_it():
    with watching([(Path, "whole", WHOLE), (Path, "inner", "inner")]) as watch:
        Path().whole()

    assert watch.shares()["inner"] > watch.shares()[WHOLE] > 0
    assert abs(sum(watch.shares().values()) - 1) < 1e-9


def test_what_happens_outside_the_path_is_not_counted():
    with watching([(Path, "whole", WHOLE), (Path, "inner", "inner")]) as watch:
        Path().inner()

    assert watch.spent == {}


def test_the_functions_are_put_back():
    before = Path.__dict__["inner"]
    with watching([(Path, "inner", "inner")]):
        assert Path.__dict__["inner"] is not before
    assert Path.__dict__["inner"] is before


def test_a_step_that_fails_is_still_counted_to_its_end():
    watch = Stopwatch()

    def fails():
        raise ValueError

    try:
        watch.timed(WHOLE, fails)()
    except ValueError:
        watch.timed(WHOLE, lambda: None)()

    assert set(watch.spent) == {WHOLE}
