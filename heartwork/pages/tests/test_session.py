"""A leader who asks every page by many filters, over weeks, and sets all the answers beside each other."""

import os
import random

import pytest
from django.urls import reverse

from heartwork.analysis.suppression import Release
from heartwork.analysis.tests.attacker import worked_out
from heartwork.roster.models import GRADES, StaffMember, Student, StudentAttribute
from heartwork.roster.queries import grade_name
from heartwork.supports.gaps import ask
from heartwork.supports.models import Position
from heartwork.supports.rules import RULES
from heartwork.supports.tests.stories import offer, take_part
from heartwork.testing.people import DAY, attribute, enroll

pytestmark = pytest.mark.data
REQUESTS = int(os.environ.get("SESSION", "36"))  # 1,000 when a page or a filter was changed
GAP = "universal_only"


@pytest.fixture
def crowded(district):
    """Two schools of some size, with grades, groups and supports that are nearly empty, and one for everyone else."""
    dice = random.Random(4)
    group = offer("Lunch group")
    for n in range(110):
        school, grade = (district.elm, dice.choice(["06", "07", "08"])) if n < 70 else (district.oak, "03")
        student = enroll(f"Student{n} Crowd", "02" if n > 105 else grade, school)
        if dice.random() < (0.06 if n < 70 else 0.5):
            take_part(group, student)
        for code, share in (("foster_care", 0.04), ("english_learner", 0.3)):
            if dice.random() < share:
                StudentAttribute.objects.create(student=student, attribute=attribute(code))
    for school in (district.elm, district.oak):
        support = offer("Nurse", school=school, reach="adults")
        Position.objects.create(support=support, full_time_equivalent="1")
    return dice


PAGES = ["district", "coverage", "gap", "gaps"]


def asked(client, dice, which):
    """A page by a random filter, and what it told: figures by name, as the template received them."""
    if which == "coverage":
        names = ",".join(dice.sample(["Elm", "Oak", "E", "Oak Elem", "school", "zzz"], dice.randint(0, 3)))
        where, view = dice.choice(["", "all"]), dice.choice(["", "support", "domain"])
        context = client.get(reverse("coverage"), {"schools": names, "where": where, "view": view}).context
        return {f"school {s.pk}": post.each for row in context["posts"] for s, post in row.at if post}
    if which == "district":
        figures = client.get(reverse("district")).context["figures"]
        told = {f"by school {line.label}": line.count for line in figures.by_school}
        told |= {f"grade {line.label}": line.count for line in figures.by_grade}
        return told | {f"with {line.label}": line.count for line in figures.others} | {"all": figures.students}
    if which == "gaps":
        found = client.get(reverse("gaps")).context["about_students"]
        return {f"gap {gap.code}": gap.count for gap in found}
    part = dice.choice(["", "in", "zzz"])
    context = client.get(reverse("gap", args=[GAP]), {"part": part, "page": dice.choice(["", "1"])}).context
    told = {f"in {share.name}": share.count for share in context["schools"]}
    told |= {f"rest {s.name}": None if s.count is None else s.among - s.count for s in context["schools"]}
    return told | {f"gap {GAP}": context["gap"].count}


def test_no_filter_changes_what_is_told_and_all_answers_together_tell_nothing(client, district, crowded):
    client.force_login(district.sol)
    told = {}
    for n in range(REQUESTS):
        if n >= len(PAGES) and n % (REQUESTS // 6) == 0:  # somebody comes while the leader reads on
            enroll(f"New{n} Comer", "06", district.elm)
        which = PAGES[n] if n < len(PAGES) else crowded.choice(PAGES)
        for key, count in asked(client, crowded, which).items():
            told.setdefault(key, set()).add(count)
    assert {key: answers for key, answers in told.items() if len(answers) > 1} == {}
    one = {key: next(iter(answers)) for key, answers in told.items()}
    schools = {district.elm: "Elm Middle School", district.oak: "Oak Elementary School"}
    for school, name in schools.items():
        assert one[f"school {school.pk}"] == one[f"by school {name}"]
    release, figures = everything(schools, one)
    assert worked_out(release, figures) == []
    assert None in figures.values()


def everything(schools, one):
    """The truth, by school, grade and gap, and what was told of it."""
    question = ask(StaffMember.objects.get(username="dana"), DAY)
    inside = set(question.counted.filter(RULES[GAP].inside(question)).values_list("pk", flat=True))
    cells, labels = {}, {code: grade_name(code) for code in GRADES}
    for student in Student.objects.exclude(source_id__startswith="student-New").prefetch_related("enrollments"):
        school = schools[next(e.school for e in student.enrollments.all() if not e.section_id)]
        cell = (school, labels[student.grade], "in" if student.pk in inside else "rest")
        cells[cell] = cells.get(cell, 0) + 1
    for school, grade, _ in list(cells):
        for side in ("in", "rest"):
            cells.setdefault((school, grade, side), 0)
    figures = {f"by school {name}": [cell for cell in cells if cell[0] == name] for name in schools.values()}
    figures |= {f"grade {grade}": [cell for cell in cells if cell[1] == grade] for grade in {c[1] for c in cells}}
    for side in ("in", "rest"):
        figures |= {f"{side} {name}": [c for c in cells if c[0] == name and c[2] == side] for name in schools.values()}
    figures |= {"all": list(cells), f"gap {GAP}": [cell for cell in cells if cell[2] == "in"]}
    siblings = [[key for key in figures if key.startswith(kind)] for kind in ("by school", "grade", "in ", "rest ")]
    told = {key: one[key] for key in figures}
    assert {key for key, count in told.items() if count not in (None, sum(cells[c] for c in figures[key]))} == set()
    return Release(cells, figures, totals=["all"], siblings=siblings), told
