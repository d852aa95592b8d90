"""Charts: what is drawn, what is never drawn, and that no label covers another."""

import doctest
import importlib
import pkgutil
import re
from datetime import date, timedelta
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import example, given, settings
from hypothesis import strategies as st

from heartwork.analysis.control_chart import analyse
from heartwork.analysis.funnel import funnel as analysed_funnel
from heartwork.analysis.groups import pareto as analysed_pareto
from heartwork.analysis.points import Point
from heartwork.analysis.specification import Exclusion, Phase, Specification
from heartwork.web import charts
from heartwork.web.charts import NUMBER, PERCENT, Cycle, Gap, Group, Pair
from heartwork.web.charts.luck import false_signal_share
from heartwork.web.charts.units import about
from heartwork.web.constellation import text_width

FIRST = date(2026, 9, 7)
WEEKS = [FIRST + timedelta(weeks=n) for n in range(60)]
REST = Gap(WEEKS[10], WEEKS[12], "Thanksgiving")
STEADY = [52, 48, 55, 51, 46, 53, 50, 54, 47, 52, 56, 49, 47, 53, 51, 49, 54, 50, 52, 48]
RISEN = [50, 47, 53, 49, 45, 51, 48, 52, 46, 50, 49, 47, 56, 60, 57, 61, 58, 62, 59, 60]
FONTS = {"wide": 14, "narrow": 15, "panel": 15, "spark": 14}


def chart(values, **choices):
    points = [Point(week, value=value) for week, value in zip(WEEKS, values, strict=False)]
    return analyse(points, Specification(**{"direction": "up", **choices}))


def figure(analysed, **more):
    return charts.control_chart(analysed, **{"ident": "f", "title": "Known by an adult", "unit": PERCENT, **more})


def whole_page(*figures):
    return "".join(render_to_string("web/components/chart.html", {"figure": each, "marks": True}) for each in figures)


def every_kind():
    schools = [(44, 120), (61, 180), (30, 75), (140, 300)]
    pairs = [Pair(WEEKS[0], 45.0, 62.0), Pair(WEEKS[4], None, None, True), Pair(WEEKS[8], 63.0, 60.0)]
    groups = [Group("Grade 6", chart(RISEN), 74), Group("Grade 7", chart(STEADY), 71), Group("In foster care", None)]
    names = ["Alder", "Birch", "Cedar", "Oak"]
    return [
        figure(chart(RISEN), cycles=[Cycle(WEEKS[2], WEEKS[4], "Cycle 1", "Names at the door")], gaps=[REST]),
        charts.small_multiples(groups, ident="g", title="Groups", unit=PERCENT),
        charts.sparkline(chart(STEADY), ident="s", title="Line", unit=PERCENT),
        charts.funnel(analysed_funnel(schools), names, [n for _, n in schools], ident="u", title="Schools"),
        charts.pareto(analysed_pareto({"Bus": 41, "Illness": 8}), ident="p", title="Reasons", hidden=["Court"]),
        charts.dumbbell(pairs, ident="d", title="Gap", group="Learning English", unit=PERCENT),
    ]


def pictures(each):
    return [svg for svg in (each.wide, each.narrow, *(panel.picture for panel in each.panels)) if svg]


def boxes(svg):
    """The room that each text of a picture takes, read back from what is drawn."""
    root = ElementTree.fromstring(svg)
    size = FONTS[root.get("class").split()[1]]
    for text in root.iter("text"):
        width = text_width(text.text, size)
        if turned := re.fullmatch(r"translate\(([\d.]+) ([\d.]+)\) rotate\(-90\)", text.get("transform", "")):
            x, y = map(float, turned.groups())
            yield text.text, (x - size * 0.7, y - width, x + size * 0.2, y)
            continue
        x, y, anchor = float(text.get("x")), float(text.get("y")), text.get("text-anchor", "start")
        left = x - {"start": 0, "middle": width / 2, "end": width}[anchor]
        yield text.text, (left, y - size * 0.7, left + width, y + size * 0.2)


def collisions(svg):
    found = list(boxes(svg))
    return [
        (one, other)
        for i, (one, a) in enumerate(found)
        for other, b in found[i + 1 :]
        if a[0] < b[2] - 0.2 and b[0] < a[2] - 0.2 and a[1] < b[3] - 0.2 and b[1] < a[3] - 0.2
    ]


def outside(svg):
    _, _, width, height = map(float, ElementTree.fromstring(svg).get("viewBox").split())
    return [
        words
        for words, (left, top, right, bottom) in boxes(svg)
        if left < -0.2 or top < -0.2 or right > width + 0.2 or bottom > height + 0.2
    ]


def shapes(svg, kind):
    return [shape for shape in ElementTree.fromstring(svg).iter() if kind in (shape.get("class") or "").split()]


MODULES = sorted(module.name for module in pkgutil.iter_modules(charts.__path__))


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_the_docstrings_are_right(name):
    with translation.override("en-us"):
        assert doctest.testmod(importlib.import_module(f"heartwork.web.charts.{name}")).failed == 0


series = st.lists(st.one_of(st.none(), st.integers(0, 100)), min_size=1, max_size=60)


@given(
    values=series,
    target=st.one_of(st.none(), st.integers(0, 100)),
    splits=st.lists(st.integers(1, 59), max_size=3, unique=True),
    noted=st.lists(st.integers(0, 59), max_size=5, unique=True),
    cycles=st.lists(st.tuples(st.integers(0, 59), st.integers(0, 12)), max_size=4),
    rests=st.lists(st.integers(1, 57), max_size=2, unique=True),
    rules=st.sampled_from(["anhoej", "nhs", "ihi", "nelson"]),
    kind=st.sampled_from(["i", "run"]),
)
@example(values=[0, 100, 100], target=100, splits=[], noted=[], cycles=[], rests=[], rules="anhoej", kind="i")
@settings(max_examples=60, deadline=None)
def test_no_label_covers_another_or_leaves_the_picture(values, target, splits, noted, cycles, rests, rules, kind):
    phases = tuple(Phase(WEEKS[at]) for at in sorted(splits))
    analysed = chart(values, chart=kind, target=target, phases=phases, rules=rules)
    drawn = figure(
        analysed,
        annotations={WEEKS[at]: "the week of the fire drill" for at in noted},
        cycles=[Cycle(WEEKS[at], WEEKS[min(59, at + n)], f"Cycle {at}", "Names at the door") for at, n in cycles],
        gaps=[Gap(WEEKS[at], WEEKS[at + 2], "Spring break") for at in rests],
    )
    for svg in (drawn.wide, drawn.narrow):
        assert collisions(svg) == []
        assert outside(svg) == []


@pytest.mark.parametrize("each", range(6))
def test_other_kinds_have_no_collisions_either(each):
    for svg in pictures(every_kind()[each]):
        assert collisions(svg) == []
        assert outside(svg) == []


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 100)), min_size=1, max_size=25))
@settings(max_examples=40, deadline=None)
def test_the_names_in_a_funnel_do_not_cover_each_other(given_groups):
    groups = [(n * share // 100, n) for n, share in given_groups]
    names = [f"School of {n}" for n in range(len(groups))]
    drawn = charts.funnel(analysed_funnel(groups), names, [n for _, n in groups], ident="u", title="Schools")
    for svg in (drawn.wide, drawn.narrow):
        assert collisions(svg) == []
        assert outside(svg) == []


def test_every_picture_is_well_formed_and_named_for_those_who_hear_it():
    for each in every_kind():
        assert pictures(each)
        for svg in pictures(each):
            root = ElementTree.fromstring(svg)
            assert root.get("role") == "img"
            assert [root.find(kind).get("id") for kind in ("title", "desc")] == root.get("aria-labelledby").split()
            assert root.find("title").text
            assert "*" not in root.find("desc").text


def test_ids_are_unique_in_a_page_of_charts_and_nothing_is_styled_inline():
    html = whole_page(*every_kind())
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r"url\(#([^)]+)\)", html)) <= set(ids)
    assert "style=" not in html
    assert "<script" not in html


def test_words_that_people_wrote_cannot_become_markup_or_a_mark():
    nasty = '<script>"&*'
    analysed = chart([*STEADY[:6], 12, *STEADY[7:]], excluded=(Exclusion(WEEKS[6], nasty),))
    drawn = figure(
        analysed,
        title=nasty,
        annotations={WEEKS[3]: nasty},
        cycles=[Cycle(WEEKS[0], WEEKS[1], nasty, nasty)],
        gaps=[Gap(WEEKS[4], WEEKS[6], nasty)],
    )
    assert "<script>" not in whole_page(drawn)
    assert drawn.sentence.count("*") == 2


def test_a_hidden_group_gives_no_number_to_the_page():
    shown = charts.small_multiples(
        [Group("Grade 6", chart(STEADY), 74), Group("In foster care", None, 7)], ident="g", title="t", unit=PERCENT
    )
    alone = figure(None)
    assert whole_page(alone).count("Hidden to protect privacy") == 2
    assert not re.search(r"\d", alone.wide + alone.narrow + alone.sentence)
    assert alone.table.rows == ()
    panel = shown.panels[1]
    assert (panel.picture, panel.size, panel.sentence) == ("", "", "Hidden to protect privacy")
    assert {row[2] for row in shown.table.rows} == {"Hidden to protect privacy"}
    assert "7" not in "".join(panel.sentence + panel.size)


def test_numbers_that_come_with_a_hidden_pair_are_thrown_away():
    drawn = charts.dumbbell(
        [Pair(WEEKS[0], 45.0, 62.0), Pair(WEEKS[1], 77.7, 88.8, True)], ident="d", title="t", group="g", unit=PERCENT
    )
    with_none = charts.dumbbell(
        [Pair(WEEKS[0], 45.0, 62.0), Pair(WEEKS[1], None, None, True)], ident="d", title="t", group="g", unit=PERCENT
    )
    assert drawn == with_none
    assert drawn.table.rows[1][1:] == ("Hidden to protect privacy", "", "")


def test_every_number_of_the_chart_is_in_its_table():
    analysed = chart(RISEN, target=75)
    table = figure(analysed, more={"Answered": {WEEKS[0]: about(213)}}).table
    assert table.headings == ("Week of", "Value", "Average", "By chance, between", "Answered", "Note")
    assert [row[1] for row in table.rows] == [f"{value}%" for value in RISEN]
    assert {row[2] for row in table.rows} == {"53%"}
    assert {row[3] for row in table.rows} == {"43% and 63%"}
    assert table.rows[0][4] == "about 215"


def test_the_notes_under_the_picture_are_in_the_table_too():
    analysed = chart([*STEADY[:6], 30, *STEADY[7:]])
    drawn = figure(analysed, annotations={WEEKS[6]: "fire drill week"})
    assert [(note.letter, note.words) for note in drawn.notes] == [
        ("a", "October 19: below what chance explains; fire drill week")
    ]
    assert drawn.table.rows[6][-1] == "a: October 19: below what chance explains; fire drill week"


def test_a_rest_is_a_hatched_gap_with_its_name_and_never_a_point():
    values = [*STEADY[:11], None, *STEADY[12:]]  # the week within the rest has no number
    drawn = figure(chart(values), gaps=[REST])
    assert len(shapes(drawn.wide, "rest")) == 1
    assert "Thanksgiving" in [text.text for text in shapes(drawn.wide, "pause")]
    assert len(shapes(drawn.wide, "dot")) == 19
    assert len(drawn.table.rows) == 19
    assert "No data" not in drawn.sentence
    assert len(shapes(drawn.wide, "data")) == 2  # the line is broken


def test_a_number_counted_in_a_rest_is_shown_all_the_same():
    drawn = figure(chart(STEADY), gaps=[REST])
    assert len(shapes(drawn.wide, "dot")) == 20


def test_a_week_without_data_breaks_the_line_and_is_no_zero():
    drawn = figure(chart([*STEADY[:8], None, *STEADY[9:]]))
    assert len(shapes(drawn.wide, "data")) == 2
    assert len(shapes(drawn.wide, "dot")) == 19
    assert drawn.table.rows[8][1] == "no data"
    assert "0%" not in drawn.table.rows[8][1]


def test_a_new_phase_is_a_step_and_never_a_slope():
    analysed = chart([*STEADY, *[v + 15 for v in STEADY[:12]]], phases=(Phase(WEEKS[0]), Phase(WEEKS[20])))
    drawn = figure(analysed).wide
    levels = [path.get("d") for path in shapes(drawn, "centre")]
    assert len(levels) == 2
    assert all(re.fullmatch(r"M[\d.]+ [\d.]+H[\d.]+", level) for level in levels)
    assert levels[0].split("H")[1] == levels[1][1:].split(" ")[0]  # one begins where the other ends
    assert "Before: 51%" in [text.text for text in shapes(drawn, "on-centre")]


def test_limits_step_with_the_number_counted():
    points = [Point(week, numerator=n // 2, denominator=n) for week, n in zip(WEEKS, [40, 90] * 7, strict=False)]
    drawn = figure(analyse(points, Specification("p", multiply=100))).wide
    upper = shapes(drawn, "limit")[0].get("d")
    corners = [tuple(map(float, corner.split())) for corner in upper[1:].split("L")]
    assert len(corners) == 28
    assert all(a[0] == b[0] or a[1] == b[1] for a, b in pairwise(corners))


def test_points_outside_are_rings_with_a_letter_and_points_left_out_are_crossed():
    analysed = chart([*STEADY[:6], 5, *STEADY[7:12], 95, *STEADY[13:]], excluded=(Exclusion(WEEKS[6], "no form"),))
    drawn = figure(analysed).wide
    assert len(shapes(drawn, "special")) == 1
    assert len(shapes(drawn, "left-out")) == 1
    assert [text.text for text in shapes(drawn, "on-special")] == ["a", "b"]


def test_points_that_move_together_are_hollow_over_a_bracket():
    drawn = figure(chart(RISEN)).wide
    assert len(shapes(drawn, "together")) == 19  # one lies on the average
    assert len(shapes(drawn, "stretch")) == 2
    assert [text.text for text in shapes(drawn, "on-stretch")] == ["a", "b"]


def test_before_twelve_weeks_there_is_a_median_and_no_band():
    drawn = figure(chart(STEADY[:7])).wide
    assert shapes(drawn, "band") == shapes(drawn, "limit") == []
    assert len(shapes(drawn, "so-far")) == 1
    assert [text.text for text in shapes(drawn, "on-centre")] == ["Middle 51%"]


def test_an_empty_chart_says_so_and_has_no_scale():
    drawn = figure(chart([None, None]))
    assert "No numbers yet" in drawn.wide
    assert "%" not in "".join(text for text, _ in boxes(drawn.wide))
    assert figure(chart([])).table.rows == ()


def test_cycles_at_the_same_time_have_a_row_each():
    cycles = [Cycle(WEEKS[2], WEEKS[6], "Cycle 1"), Cycle(WEEKS[3], WEEKS[8], "Cycle 2")]
    bars = shapes(figure(chart(STEADY), cycles=cycles).wide, "cycle-bar")
    assert len({bar.get("y") for bar in bars}) == 2


def test_panels_share_their_scale_and_their_weeks():
    groups = [Group("A", chart(STEADY)), Group("B", chart([value + 30 for value in STEADY[:10]]))]
    drawn = charts.small_multiples(groups, ident="g", title="t", unit=PERCENT)
    scales = [[text for text, _ in boxes(panel.picture)] for panel in drawn.panels]
    assert scales[0] == scales[1]
    firsts = [shapes(panel.picture, "dot")[0].get("cx") for panel in drawn.panels]
    assert firsts[0] == firsts[1]


def test_every_number_of_the_panels_is_in_their_table():
    risen = chart([*STEADY, *[value + 15 for value in STEADY]], phases=(Phase(WEEKS[0]), Phase(WEEKS[20])))
    groups = [Group("Grade 6", risen), Group("Grade 7", chart(STEADY))]
    table = charts.small_multiples(groups, ident="g", title="t", unit=PERCENT).table
    assert table.headings == ("Week of", "Grade 6", "Grade 7")
    assert [row[1] for row in table.rows[:20]] == [f"{value}%" for value in STEADY]
    assert table.rows[-2] == ("Middle", "51%; 66% since January 25", "51%")
    assert table.rows[-1] == ("By chance, between", "39% and 63%; 54% and 78% since January 25", "39% and 63%")


def test_groups_keep_the_order_given_and_their_size_is_rounded():
    groups = [Group("Zebra", chart(STEADY), 73), Group("Ant", chart(RISEN), 12)]
    drawn = charts.small_multiples(groups, ident="g", title="t", unit=PERCENT)
    assert [(panel.name, panel.size) for panel in drawn.panels] == [("Zebra", "about 75"), ("Ant", "about 10")]


def test_a_chart_of_more_than_a_year_says_the_year():
    values = STEADY + STEADY + STEADY
    drawn = figure(chart(values))
    assert "Sep 2026" in [text for text, _ in boxes(drawn.wide)]
    assert "2026" in drawn.table.rows[0][0]


def test_numbers_follow_the_language_of_the_reader():
    with translation.override("de"):
        assert charts.PER_100.words(1234.5).startswith("1.234,5")
    assert charts.PER_100.words(4.25) == "4.3 per 100"
    assert PERCENT.difference(-14.2) == "14 points"
    assert NUMBER.words(-0.2) == "0"


def test_luck_is_counted_for_each_phase():
    one, two = chart(STEADY), chart(STEADY + STEADY, phases=(Phase(WEEKS[0]), Phase(WEEKS[20])))
    assert false_signal_share(one) == pytest.approx(0.106)
    assert false_signal_share(two) == pytest.approx(1 - (1 - 0.106) ** 2)
    assert "about 1 false signal in 9 such charts" in " ".join(figure(one).caption)
