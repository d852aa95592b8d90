"""The sky around a student: nothing overlaps, every id is its own, and it is quick."""

import doctest
import random
import re
import time
from collections import Counter
from dataclasses import dataclass, replace
from math import hypot

import pytest
from django.template.loader import render_to_string

from heartwork.web import constellation as drawing
from heartwork.web.constellation import Mark, constellation, describe, key_glyph, mini, seat, sky, text_width


@dataclass
class Named:
    code: str
    name: str
    sector: int = 0


DOMAINS = [
    Named(name.lower(), name, place)
    for place, name in enumerate(["Belonging", "Learning", "Behavior", "Health", "Family and home", "Feelings"])
]
EMPHASES = [Named(code, code) for code in ("relationship", "skill", "behavior", "barrier", "resource", "learning")]


def random_sky(dice, most=24):
    """Marks as they come: many for everyone, few for one, some names too long for a line."""
    names = ["Check in with", "Small group for", "Club for", "Help with"]
    about = ["math", "mornings and arrivals", "friendship", "reading together in the library after school"]
    return [
        Mark(
            f"{dice.choice(names)} {dice.choice(about)} {i}",
            dice.choices((1, 2, 3), (5, 4, 2))[0],
            dice.choice(DOMAINS).code,
            dice.choice(EMPHASES).code,
            dice.choice(["", "Ms. Example", "Ms. Example, Tuesday and Thursday"]),
            dice.choice(["", "", "paper", "unrecorded"]),
            helps=dice.random() < 0.2,
        )
        for i in range(dice.randint(0, most))
    ]


def collisions(svg):
    """Labels or marks that overlap. Reads the SVG back, so it checks what is drawn."""
    boxes = []
    pattern = r'<text class="(label|sub|domain|nothing)" x="([-\d.]+)" y="([-\d.]+)" text-anchor="(\w+)">([^<]*)'
    for kind, x, y, anchor, text in re.findall(pattern, svg):
        size = {"label": 15.5, "sub": 13.5, "domain": 13, "nothing": 13.5}[kind]
        width = text_width(text, size)
        left = float(x) - (width if anchor == "end" else 0)
        boxes.append((left, float(y) - size * 0.75, left + width, float(y) + size * 0.22, text))
    found = [
        f"{a[4]} / {b[4]}"
        for i, a in enumerate(boxes)
        for b in boxes[i + 1 :]
        if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
    ]
    points = middles(svg)
    return found + [
        f"marks {p} {q}" for i, p in enumerate(points) for q in points[i + 1 :] if hypot(p[0] - q[0], p[1] - q[1]) < 20
    ]


def middles(svg):
    points = []
    for group in re.findall(r'<g class="glyph[^>]*>(.*?)</g>', svg):
        if circle := re.search(r'cx="([-\d.]+)" cy="([-\d.]+)"', group):
            points.append(tuple(map(float, circle.groups())))
        else:
            corners = [tuple(map(float, p.split())) for p in re.search(r'd="M([^Z]*)Z', group)[1].split("L")]
            points.append(tuple(sum(axis) / len(corners) for axis in zip(*corners, strict=True)))
    return points


def test_the_examples_in_the_docstrings_are_right():
    assert doctest.testmod(drawing).failed == 0


def test_no_label_and_no_mark_overlaps_on_a_hundred_random_skies():
    dice = random.Random(7)
    skies = [constellation("Student", random_sky(dice), "t", domains=DOMAINS) for _ in range(100)]
    assert [collisions(svg) for svg in skies if collisions(svg)] == []


def test_every_support_is_drawn_once_and_labelled():
    marks = random_sky(random.Random(3))
    svg = constellation("Student", marks, "t", domains=DOMAINS)
    assert len(middles(svg)) == len(marks)
    assert svg.count('class="leader"') == len(marks)


def test_marks_have_seats_whatever_their_number():
    for count in range(16):
        marks = [Mark(f"Support {i}", 1 + i % 3, "health", "skill") for i in range(count)]
        places = seat(marks, 0.05)
        assert Counter(mark for mark, _, _ in places) == Counter(marks)
        assert all(0 < angle < 60 for _, angle, _ in places)


def test_the_same_sky_is_drawn_the_same_whatever_the_order_of_its_supports():
    marks = random_sky(random.Random(5))
    first = sky("Maya", marks, "m", domains=DOMAINS, emphases=EMPHASES)
    second = sky("Maya", marks[::-1], "m", domains=DOMAINS, emphases=EMPHASES)
    assert first.wide == second.wide


def test_a_page_of_four_skies_is_drawn_in_milliseconds():
    dice = random.Random(11)
    skies = [random_sky(dice) for _ in range(4)]
    draw = [
        lambda m=m, i=i: sky("Student", m, f"s{i}", domains=DOMAINS, emphases=EMPHASES) for i, m in enumerate(skies)
    ]
    for each in draw:
        each()
    begin = time.perf_counter()
    for each in draw:
        each()
    assert time.perf_counter() - begin < 0.2  # some 10 ms; ample for a busy machine


def test_what_a_support_is_called_cannot_become_markup():
    marks = [Mark('<script>"&', 2, "health", "skill", who="<b>", state="paper")]
    everything = sky("<i>Maya", marks, "m", domains=DOMAINS, emphases=EMPHASES)
    html = render_to_string("web/components/sky.html", {"sky": everything})
    assert "<script>" not in html
    assert "<b>" not in html.replace("<b>1</b>", "")
    assert "<i>" not in html


def test_ids_are_unique_and_every_link_finds_its_row():
    everything = sky("Maya", random_sky(random.Random(2)), "maya", domains=DOMAINS, emphases=EMPHASES)
    html = render_to_string("web/components/sky.html", {"sky": everything})
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(ids)
    assert html.count("<tr id=") == len(everything.rows)


def test_nothing_is_styled_inline():
    everything = sky("Maya", random_sky(random.Random(2)), "maya", domains=DOMAINS, emphases=EMPHASES)
    assert "style=" not in render_to_string("web/components/sky.html", {"sky": everything})


def test_the_numbers_of_the_narrow_sky_are_those_of_the_table():
    marks = [Mark("B", 1, "health", "skill"), Mark("A", 1, "belonging", "learning")]
    everything = sky("Maya", marks, "m", domains=DOMAINS, emphases=EMPHASES)
    assert [(row.number, row.mark.name) for row in everything.rows] == [(1, "A"), (2, "B")]
    assert [re.findall(r">(\d)</text>", everything.narrow)] == [["1", "2"]]


def test_the_picture_is_told_in_words():
    marks = [Mark("Advisory", 1, "belonging", "relationship", helps=True), Mark("Nurse", 3, "health", "barrier")]
    assert describe("Maya", marks, DOMAINS) == (
        "2 supports bear on Maya: 1 for everyone, 0 for some students, 1 for Maya alone. "
        "Nothing in: Learning, Behavior, Family and home, Feelings. Maya says these help: Advisory."
    )
    assert describe("Eli", [], DOMAINS) == "No support on record bears on Eli."


def test_an_empty_sky_is_hatched_all_around():
    svg = constellation("Eli", [], "e", domains=DOMAINS)
    assert svg.count('class="empty"') == 6
    assert svg.count("Nothing on record, nothing seen") == 6


def test_an_emphasis_of_the_districts_own_has_a_shape_too():
    assert "c-other" in key_glyph("wonder")
    assert 'c-other"' in constellation("Eli", [Mark("Stars", 1, "health", "wonder")], "e", domains=DOMAINS)


def test_a_district_with_fewer_domains_has_fewer_sectors():
    svg = constellation("Eli", [Mark("Nurse", 1, "health", "barrier")], "e", domains=DOMAINS[:4])
    assert "Feelings" not in svg
    assert svg.count('class="empty"') == 3


@pytest.mark.parametrize("is_narrow", [True, False])
def test_marks_that_lead_somewhere_have_room_for_a_finger_and_take_none_of_a_neighbours(is_narrow):
    marks = [replace(m, href="#x") for m in random_sky(random.Random(9))]
    svg = constellation("Eli", marks, "e", domains=DOMAINS, is_narrow=is_narrow)
    hits = [tuple(map(float, h)) for h in re.findall(r'class="hit" cx="([-\d.]+)" cy="([-\d.]+)" r="([\d.]+)"', svg)]
    assert len(hits) == len(marks)
    for i, (x, y, r) in enumerate(hits):
        for u, v, q in hits[i + 1 :]:
            assert hypot(x - u, y - v) >= min(r, q) + min(r, q) - 0.2


def test_a_thumbnail_is_decoration():
    svg = mini(random_sky(random.Random(4)), domains=DOMAINS)
    assert 'aria-hidden="true"' in svg
    assert "<text" not in svg
