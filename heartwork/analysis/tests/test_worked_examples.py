"""The worked cases of other packages come out the same, to nine places.

spc_examples.jsonl holds numbers only, computed from made-up data with qicharts2 0.8.1, NHSRplotthedots 0.2.2 and
FunnelPlotR 0.6.0 in R 4.2.2. Results of running a program are facts, not its code; they are published here under
Heartwork's own licence (Apache-2.0).
"""

import json
from pathlib import Path

import pytest

from heartwork.analysis.control_chart import ControlChart, analyse
from heartwork.analysis.funnel import funnel
from heartwork.analysis.points import Point, subgroups
from heartwork.analysis.specification import Exclusion, Phase, Specification

CASES = [json.loads(line) for line in (Path(__file__).parent / "spc_examples.jsonl").read_text().splitlines()]


def cases(kind):
    return [pytest.param(case, id=case["id"]) for case in CASES if case["kind"] == kind]


def close(expected):
    return [value if value is None else pytest.approx(value, rel=1e-9, abs=1e-9) for value in expected]


def chart_of(case) -> ControlChart:
    given = case["input"]
    chart = {"ip": "i'", "pp": "p'", "up": "u'"}.get(case["chart"], case["chart"])
    points = subgroups(chart, given["x"], given["y"], given["n"], aggregate=given["agg_fun"])
    labels = [point.label for point in points]
    phases = tuple(Phase(labels[last]) for last in given["part"] or [] if 0 < last < len(labels))
    if given["freeze"] and not given["part"]:
        phases = (Phase(labels[0], baseline=given["freeze"]),)
    return analyse(
        points,
        Specification(
            chart,
            phases=phases,
            excluded=tuple(Exclusion(labels[position - 1]) for position in given["exclude"] or []),
            given_centre=given["cl"],
            screen_moving_ranges=given["screened_mr"],
            spread="phase",
            minimum_points=0,
            multiply=given["multiply"],
            may_be_negative=given["y_neg"],
        ),
    )


@pytest.mark.parametrize("case", cases("qic"))
def test_lines_and_runs_are_those_of_qicharts2(case):
    chart, expected = chart_of(case), case["expected"]
    for ours, theirs in {
        "y": "y",
        "centre": "cl",
        "lower": "lcl",
        "upper": "ucl",
        "near_lower": "lcl_95",
        "near_upper": "ucl_95",
        "sigma_signal": "sigma_signal",
        "part": "part",
        "is_baseline": "baseline",
        "is_included": "include",
    }.items():
        assert [getattr(point, ours) for point in chart.points] == close(expected[theirs]), ours
    for ours, theirs in {
        "n_observed": "n_obs",
        "n_useful": "n_useful",
        "longest_run": "longest_run",
        "longest_run_max": "longest_run_max",
        "crossings": "n_crossings",
        "crossings_min": "n_crossings_min",
        "runs_signal": "runs_signal",
    }.items():
        assert [getattr(phase, ours) for phase in chart.phases] == [run[theirs] for run in expected["runs"]], ours


TYPES = {
    ("outside_limits", "high"): "Above UCL",
    ("outside_limits", "low"): "Below LCL",
    ("trend", "high"): "7 Point Trend (Increasing)",
    ("trend", "low"): "7 Point Trend (Decreasing)",
    ("two_of_three", "high"): "2 in 3 Above CL",
    ("two_of_three", "low"): "2 in 3 Below CL",
    ("shift", "high"): "7 Points Above CL",
    ("shift", "low"): "7 Points Below CL",
}
ASSURANCE = {"will_hit": "consistent_pass", "hit_or_miss": "inconsistent", "will_miss": "consistent_fail", None: None}


def point_type(signal):
    return f"special_cause_{signal.kind}" + (f"_{signal.side}" if signal.kind == "neutral" else "")


@pytest.mark.parametrize("case", cases("ptd"))
def test_types_and_icons_are_those_of_making_data_count(case):
    given, expected = case["input"], case["expected"]
    starts = given["rebase"] or []
    phases = [Phase(day, given["fix_after_n_points"]) for day in sorted({given["dates"][0], *starts})]
    chart = analyse(
        [Point(day, value) for day, value in zip(given["dates"], given["y"], strict=True)],
        Specification(
            "i",
            direction={"increase": "up", "decrease": "down"}.get(given["improvement_direction"], "neutral"),
            target=given["target"],
            phases=tuple(phases),
            rules="nhs",
            screen_moving_ranges=given["screen_outliers"],
            minimum_points=0,
        ),
    )
    for ours, theirs in {"centre": "mean", "lower": "lpl", "upper": "upl", "sigma_signal": "outside_limits"}.items():
        assert [getattr(point, ours) for point in chart.points] == close(expected[theirs])
    first = [point.signals[0] if point.signals else None for point in chart.points]
    types = ["Common Cause" if signal is None else TYPES[signal.rule, signal.side] for signal in first]
    assert types == expected["special_cause_type"]
    assert ["common_cause" if s is None else point_type(s) for s in first] == expected["point_type"]
    assert [point.part - 1 for point in chart.points] == expected["rebase_group"]
    icon = "_".join(filter(None, (chart.variation.kind, chart.variation.side)))
    assert icon == expected["variation_icon"]
    assert ASSURANCE[chart.assurance] == expected["assurance_icon"]


@pytest.mark.parametrize("case", cases("funnel"))
def test_funnels_are_those_of_funnelplotr(case):
    given, expected = case["input"], case["expected"]
    kind = {"PR": "proportion", "RC": "ratio"}[case["chart"]]
    result = funnel(list(zip(given["numerator"], given["denominator"], strict=True)), kind)
    assert result.centre == pytest.approx(expected["target"], rel=1e-9)
    assert result.phi == pytest.approx(expected["phi"], rel=1e-9)
    assert result.tau2 == pytest.approx(expected["tau2"], rel=1e-9, abs=1e-12)
    for ours, theirs in {
        "z": "z",
        "sigma": "s",
        "z_winsorised": "z_wins",
        "near_lower": "odll95",
        "near_upper": "odul95",
        "lower": "odll998",
        "upper": "odul998",
        "plain_near_lower": "ll95",
        "plain_near_upper": "ul95",
        "plain_lower": "ll998",
        "plain_upper": "ul998",
    }.items():
        assert [getattr(group, ours) for group in result.groups] == close(expected[theirs]), ours
