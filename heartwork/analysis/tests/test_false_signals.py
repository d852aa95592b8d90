"""What luck alone would mark agrees with another simulation, and with one made here."""

import numpy as np
import pytest

from heartwork.analysis.control_chart import analyse
from heartwork.analysis.false_signals import (
    POINTS,
    TABLE,
    binomial_quantile,
    chance_of_false_signal,
    chance_where_skewed,
    covariance_of_shared_people,
    expected_false_signals,
    false_signals_of,
    skewness_of,
)
from heartwork.analysis.scan import scan, scan_shares, scan_weighted
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


@pytest.mark.parametrize(("chart", "looked_at"), [("p", "p"), ("p'", "i"), ("u", "p"), ("u'", "i")])
@pytest.mark.parametrize("whole", [30, 60, 400])
def test_shares_and_rates_signal_as_often_as_the_table_says_of_their_skewness(chart, looked_at, whole):
    random = np.random.default_rng([13, whole])
    wholes = random.integers(0.9 * whole, 1.1 * whole, size=(20_000, 24)).astype(float)
    is_share = chart in ("p", "p'")
    parts = random.binomial(wholes.astype(int), 0.25) if is_share else random.poisson(0.25 * wholes)
    (skewness,) = skewness_of(np.array([0.25 * whole]), np.array([float(whole)]) if is_share else None)
    found = scan_shares(parts.astype(float), wholes, chart).signal.mean()
    assert found == pytest.approx(chance_where_skewed(24, looked_at, skewness), rel=0.1)
    if looked_at == "i":
        weighted = scan_weighted(parts / wholes, wholes).signal.mean()
        assert weighted == pytest.approx(chance_where_skewed(24, "i", skewness), rel=0.1)


def test_rare_events_make_runs_as_often_as_the_table_says():
    random = np.random.default_rng(14)
    for events in (2, 4):
        wholes = random.uniform(90, 110, size=(20_000, 24))
        wholes[:10_000] = 100
        found = scan_shares(random.poisson(events * wholes / 100).astype(float), wholes, "u'").runs_signal.mean()
        assert found == pytest.approx(chance_where_skewed(24, "runs", events**-0.5), abs=0.012)


@pytest.mark.parametrize("shared", [0.1, 0.25, 0.5, 0.75, 0.9])
def test_charts_that_share_people_rise_and_fall_together_by_no_more_than_is_allowed_for(shared):
    """shared: r^2, the group's share of everyone."""
    random = np.random.default_rng(15)
    everyone = random.normal(size=(40_000, 24))
    group = shared**0.5 * everyone + (1 - shared) ** 0.5 * random.normal(size=everyone.shape)
    signals = scan(everyone).signal, scan(group).signal
    allowed = covariance_of_shared_people([0.12, 0.12], [1, shared], ["all", "disability"])
    assert 2 * np.cov(*signals)[0, 1] < allowed + 2 * 3 * 0.12 * 0.88 / 200  # three standard errors


def test_groups_of_one_kind_share_nobody_and_are_as_if_each_alone():
    kinds = ["raceEthnicity"] * 3
    assert covariance_of_shared_people([0.1] * 3, [10, 20, 30], kinds) == 0
    assert false_signals_of([0.12] * 100) == expected_false_signals([24] * 100)


def test_the_same_people_over_and_over_are_one_chart():
    """Twenty charts of the same people: either all of them signal, or none."""
    kinds = [str(n) for n in range(20)]
    found = false_signals_of([0.06] * 20, covariance_of_shared_people([0.06] * 20, [9] * 20, kinds))
    assert found.expected == pytest.approx(1.2)
    assert found.at_most == pytest.approx(1.2 + (3 - 1.2) * 20**0.5, abs=1)
