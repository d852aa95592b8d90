"""What luck alone would mark agrees with another simulation, and with one made here."""

import numpy as np
import pytest

from heartwork.analysis.control_chart import analyse
from heartwork.analysis.false_signals import (
    POINTS,
    TABLE,
    binomial_quantile,
    chance_of_false_signal,
    expected_false_signals,
)
from heartwork.analysis.scan import scan
from heartwork.analysis.specification import Specification


def table(rules, points):
    return TABLE[rules][POINTS.index(points)]


# 40,000 normal series each, screened XmR limits, by another program. NHS, Anhøj on the median, 3 sigma + Anhøj.
ELSEWHERE = {
    8: (0.034, 0.000, 0.030),
    12: (0.074, 0.013, 0.065),
    20: (0.148, 0.021, 0.105),
    24: (0.187, 0.031, 0.121),
    36: (0.294, 0.042, 0.172),
    60: (0.466, 0.044, 0.228),
}


@pytest.mark.parametrize("points", ELSEWHERE)
def test_the_table_agrees_with_another_simulation(points):
    """Within four standard errors of 10,000 and of 40,000 charts."""
    for rules, theirs in zip(("nhs", "run", "anhoej"), ELSEWHERE[points], strict=True):
        standard_error = (theirs * (1 - theirs) * (1 / (10_000 if rules == "nhs" else 200_000) + 1 / 40_000)) ** 0.5
        assert table(rules, points) == pytest.approx(theirs, abs=4 * standard_error + 0.0006)


def test_the_table_agrees_with_a_scan_made_here():
    series = np.random.default_rng(11).normal(size=(40_000, 24))
    assert scan(series).signal.mean() == pytest.approx(table("anhoej", 24), abs=0.007)
    assert scan(series, "run").signal.mean() == pytest.approx(table("run", 24), abs=0.004)


@pytest.mark.parametrize("rules", ["nhs", "ihi", "western_electric", "nelson"])
def test_the_table_agrees_with_charts_made_here(rules):
    series = np.random.default_rng(12).normal(size=(300, 24)).tolist()
    share = sum(bool(analyse(row, Specification(rules=rules)).changes) for row in series) / 300
    assert share == pytest.approx(table(rules, 24), abs=0.12)


def test_sixteen_hundred_charts_of_the_nhs_rules_show_about_three_hundred():
    found = expected_false_signals([24] * 1600, "nhs")
    assert found.expected == pytest.approx(300, abs=15)
    assert found.expected < found.at_most < found.expected + 50


def test_between_and_beyond_the_lines_of_the_table():
    assert table("nhs", 24) < chance_of_false_signal(27, "nhs") < table("nhs", 30)
    assert table("nhs", 100) < chance_of_false_signal(150, "nhs") < 1
    assert chance_of_false_signal(1, "nhs") == 0
    assert chance_of_false_signal(11) == chance_of_false_signal(11, chart="run") < chance_of_false_signal(12)


def test_no_charts_no_signals():
    assert expected_false_signals([]).at_most == 0
    assert binomial_quantile(0.95, 10, 1) == 10
