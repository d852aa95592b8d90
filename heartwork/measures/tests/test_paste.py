"""Values pasted from a spreadsheet: what is read, what is refused and how the refusal reads; nothing is guessed."""

import datetime
import math

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from heartwork.measures import paste
from heartwork.measures.models import Measure
from heartwork.testing.people import DAY

SHARE = Measure(data="proportion", cadence="week")
NUMBER = Measure(data="number", cadence="day")
COUNT = Measure(data="count", cadence="week")
MONDAY = datetime.date(2026, 2, 16)

pytestmark = pytest.mark.usefixtures("day")


def values(measure, text):
    found = paste.read(measure, text)
    assert found.problems == []
    return [(value.period, value.numerator, value.denominator) for value in found.values]


def problem(measure, text):
    found = paste.read(measure, text)
    assert len(found.problems) == 1
    return found.problems[0]


@pytest.mark.parametrize(
    "line",
    [
        "2026-02-16\t18\t24",
        "2026-02-16, 18, 24",
        "2026-02-16;18;24",
        "02/18/2026\t18\t24",
        "2/18/26,18,24",
        "18.02.2026;18;24",
        "Feb 18 2026\t18\t24",
        "February 18, 2026, 18, 24",
        '"February 18, 2026","18","24"',
        "Feb 18, 2026\t18\t24",
        "2026-02-16\t18\t24\t75%",
        "  2026-02-16 , 18 , 24  ",
    ],
)
def test_a_line_is_read_as_spreadsheets_write_it(line):
    assert values(SHARE, line) == [(MONDAY, 18, 24)]


@pytest.mark.parametrize("line", ["2026-02-16\t1,204\t2,000", '2026-02-16,"1,204","2,000"', "2026-02-16;1 204;2 000"])
def test_a_number_above_a_thousand_may_have_its_comma(line):
    assert values(SHARE, line) == [(MONDAY, 1204, 2000)]


@pytest.mark.parametrize("line", ["2026-02-16,1,204,2,000", "2026-02-16, 1,204, 2000"])
def test_a_comma_that_could_mean_two_things_is_asked_about(line):
    assert problem(SHARE, line).startswith("Line 1: there are more numbers than we expect.")


def test_a_blank_column_is_not_passed_over_for_the_next():
    assert "two numbers" in problem(SHARE, "2026-02-16\t\t24\t30")


def test_a_heading_and_blank_lines_are_passed_over():
    assert values(SHARE, "week\tgreeted\tthere\n\n2026-02-16\t18\t24\n\t\t\n") == [(MONDAY, 18, 24)]


def test_a_first_line_with_numbers_is_no_heading():
    assert problem(SHARE, "2026-02-30\t18\t24") == 'Line 1: "2026-02-30" is no day. Write it as 2026-02-16.'


def test_values_come_in_order_of_time():
    assert [week for week, *_ in values(SHARE, "2026-02-16,1,2\n2026-02-02,1,2\n2026-02-09,1,2")] == [
        MONDAY - datetime.timedelta(weeks=back) for back in (2, 1, 0)
    ]


def test_a_count_and_a_number_need_one_number():
    assert values(COUNT, "2026-02-18, 7") == [(MONDAY, 7, 1)]
    assert values(NUMBER, "2026-02-18, -7.5") == [(datetime.date(2026, 2, 18), -7.5, 1)]
    assert "one number" in problem(NUMBER, "2026-02-18")
    assert "zero or more" in problem(COUNT, "2026-02-18, -7")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("soon\t18\t24", 'Line 2: "soon" is no day. Write it as 2026-02-16.'),
        ("2026-02-16\t18", "Line 2: after the day come two numbers, how many and out of how many."),
        ("2026-02-16\tmany\t24", "Line 2: after the day come two numbers, how many and out of how many."),
        ("2026-02-16\t25\t24", "Line 2: the part is more than the whole. Correct one of the two."),
        ("2026-02-16\t0\t0", "Line 2: out of how many is above zero. If nobody was there to count, leave"),
        ("2026-02-16\t-1\t24", "Line 2: a count is zero or more."),
        ("2026-02-25\t18\t24", "Line 2: 2026-02-25 is still to come."),
        ("2026-02-10\t18\t24", "Line 2: the same period is on line 1, too. Keep one of them."),
        ("2026-02-16\tnan\tnan", "Line 2: after the day come two numbers"),
        ("2026-02-16\t1\tinf", "Line 2: after the day come two numbers"),
    ],
)
def test_a_line_that_cannot_be_read_is_told_with_its_number_and_the_mend(line, says):
    assert problem(SHARE, f"2026-02-09\t18\t24\n{line}").startswith(says)


def test_a_paste_without_end_is_refused_before_it_is_read():
    assert problem(SHARE, "2026-02-16,1,2\n" * 501) == "There are 501 lines. Paste at most 500."


CELL = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["2026-02-16", "2/16/26", "18", "24", "1,204", '"1,204"', "75%", "-3", "nan", "1e309", "٣", "", '"']
    ),
    st.floats().map(str),
)
LINE = st.builds(lambda cells, separator: separator.join(cells), st.lists(CELL, max_size=5), st.sampled_from(",;\t"))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(lines=st.lists(LINE, max_size=6), measure=st.sampled_from([SHARE, NUMBER, COUNT]))
@example(lines=['2026-02-16,"1'], measure=SHARE)
@example(lines=["2026-02-16,\x00,1"], measure=SHARE)
@example(lines=["9999-12-31,1,2"], measure=SHARE)
@example(lines=["0001-01-01,1,2"], measure=SHARE)
def test_whatever_is_pasted_is_read_or_told_and_each_value_can_be_drawn(lines, measure):
    found = paste.read(measure, "\n".join(lines))
    assert all(text.strip() for text in found.problems)
    periods = [value.period for value in found.values]
    assert periods == sorted(set(periods))
    for value in found.values:
        assert math.isfinite(value.numerator)
        assert value.denominator > 0
        assert value.period <= DAY
        assert measure.data != "proportion" or 0 <= value.numerator <= value.denominator
