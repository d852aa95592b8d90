"""Patterns over audits: each student once, small groups hidden from those who don't reach them."""

import datetime
import zoneinfo

import pytest
import time_machine

from heartwork.audits import actions, patterns
from heartwork.audits.models import AuditedStudent, Sighting
from heartwork.audits.tests.conftest import offer, open_audit
from heartwork.roster.models import Assignment, StudentAttribute
from heartwork.supports.models import Domain, Emphasis, Tier
from heartwork.teams.models import Meeting
from heartwork.testing.people import attribute, enroll

pytestmark = pytest.mark.data


@pytest.fixture
def closed(district, story):
    """One closed audit: Maya's circle was seen, her contract was not."""
    actions.say_seen(district.ruth, audited=story.maya, key=f"s{story.circle.pk}", seen=True)
    actions.say_seen(district.ruth, audited=story.maya, key=f"s{story.contract.pk}", seen=False)
    actions.close_audit(district.ruth, meeting=story.meeting)
    return story


def closed_meeting(district, team, day=20):
    """Audits of the team that closed on this day of February; their students are still to be told."""
    held = {"activity": "audits", "held_on": datetime.date(2026, 2, day), "facilitator": district.ruth}
    return Meeting.objects.create(team=team, **held, closed_at=datetime.datetime(2026, 2, day, 20, tzinfo=datetime.UTC))


@pytest.fixture
def many(district, closed):
    """Twelve more students at Elm in closed audits; of all fifteen, two are in grade 6."""
    sections = {"06": (), "08": (district.section_8b,)}
    for n in range(12):
        grade = "06" if n < 2 else "08"
        student = enroll(f"Student{n} Many", grade, district.elm, *sections[grade])
        meeting = closed_meeting(district, closed.team)
        audited = AuditedStudent.objects.create(meeting=meeting, student=student, position=0, picked="random")
        Sighting.objects.create(
            audited=audited,
            support=closed.circle,
            name=closed.circle.name,
            tier=closed.circle.tier,
            domain=closed.circle.domain,
            emphasis=closed.circle.emphasis,
            on_record=True,
            seen=n % 2 == 0,
        )
    return closed


def row_of(found, name):
    return next(row for row in found.supports if row.name == name)


def test_before_any_audit_is_closed_there_is_nothing(district, story):
    assert patterns.patterns(district.dana).is_empty


def test_who_reaches_everyone_sees_small_numbers(district, closed):
    found = patterns.patterns(district.priya)
    assert (found.is_whole, found.students) == (True, 3)
    row = row_of(found, "Behavior contract")
    assert (row.seen, row.not_seen, row.not_said, row.unrecorded) == (0, 1, 0, 0)
    assert row_of(found, "Advisory circle").not_said == 2


def test_supports_of_two_schools_that_are_called_alike_say_where_each_is(district, closed):
    oak = offer("Advisory circle", 1, "belonging", "relationship", school=district.oak, everyone=True)
    meeting = closed_meeting(district, closed.team)
    student = enroll("Wren Young", "03", district.oak)
    audited = AuditedStudent.objects.create(meeting=meeting, student=student, position=0, picked="random")
    Sighting.objects.create(
        audited=audited, support=oak, name=oak.name, tier=oak.tier, domain=oak.domain, emphasis=oak.emphasis,
        on_record=True, seen=True,
    )  # fmt: skip
    names = [row.name for row in patterns.patterns(district.dana).supports]
    assert f"Advisory circle ({district.elm.name})" in names
    assert f"Advisory circle ({district.oak.name})" in names
    assert "Behavior contract" in names  # the only one that is called so
    assert "Advisory circle" in [row.name for row in patterns.patterns(district.priya).supports]


@pytest.mark.parametrize("person", ["sol", "lena"])
def test_who_sees_figures_alone_sees_nothing_of_fewer_than_ten(district, closed, person):
    found = patterns.patterns(getattr(district, person))
    assert found.students is None
    assert not found.supports


def test_with_enough_students_small_counts_are_still_hidden(district, many):
    found = patterns.patterns(district.sol)
    assert found.students == 15
    row = row_of(found, "Behavior contract")
    assert (row.seen, row.not_seen, row.not_said, row.unrecorded) == (None, None, None, None)
    assert found.hides


def test_no_count_that_a_figures_reader_sees_is_small(district, many):
    found = patterns.patterns(district.sol)
    counts = [c for r in found.supports for c in (r.seen, r.not_seen, r.not_said, r.unrecorded)]
    counts += [missing.nothing for missing in found.missing]
    assert all(count is None or count >= found.minimum for count in counts)


def test_one_audit_more_does_not_tell_what_was_seen_around_its_students(district, many):
    """A leader who reads before and after could take one from the other: until ten have joined, nothing changes."""
    before = patterns.patterns(district.sol)
    student = enroll("One More", "08", district.elm)
    meeting = closed_meeting(district, many.team, day=24)
    AuditedStudent.objects.create(meeting=meeting, student=student, position=0, picked="random")
    assert patterns.patterns(district.dana).students == before.students + 1
    after = patterns.patterns(district.sol)
    assert (after.students, after.supports, after.missing) == (before.students, before.supports, before.missing)
    for n in range(9):
        audited = enroll(f"Yet {n}", "08", district.elm)
        AuditedStudent.objects.create(meeting=meeting, student=audited, position=n + 1, picked="random")
    assert patterns.patterns(district.sol).students == before.students + 10


def test_what_was_told_of_one_school_says_nothing_of_another(district, many):
    meeting = closed_meeting(district, many.team)
    for n in range(11):
        student = enroll(f"Pupil{n} Oak", "03", district.oak)
        AuditedStudent.objects.create(meeting=meeting, student=student, position=n, picked="random")
    assert patterns.patterns(district.tomas).students == 15
    assert patterns.patterns(district.ada).students == 11
    assert patterns.patterns(district.tomas).students == 15


def test_a_small_group_is_hidden_and_a_partner_with_it(district, many):
    groups = {group.label: group.means for group in patterns.patterns(district.sol).groups}
    assert groups["Grade 6"] is None
    assert groups["Grade 7"] is None  # Noor alone
    assert groups["Grade 8"] is None or len([g for g in groups.values() if g is None]) >= 2


def test_groups_stand_in_the_order_of_grades(district, many):
    assert [group.label for group in patterns.patterns(district.priya).groups] == ["Grade 6", "Grade 7", "Grade 8"]


def test_the_balance_is_supports_for_each_student(district, closed):
    found = patterns.patterns(district.priya)
    means = {mean.emphasis: mean.value for mean in found.overall}
    assert means["builds relationship"] == pytest.approx(1)
    assert means["supports learning"] == pytest.approx(2 / 3)
    assert means["changes behavior"] == pytest.approx(1 / 3)


def test_a_group_by_attribute_is_told_apart_from_the_rest(district, closed):
    StudentAttribute.objects.create(student=district.maya, attribute=attribute("english_learner"))
    groups = {group.label: group.means for group in patterns.patterns(district.priya).groups}
    means = {mean.emphasis: mean.value for mean in groups["Learning English"]}
    assert means["changes behavior"] == 1


def test_a_sensitive_group_is_for_those_who_may_see_its_gaps(district, many):
    StudentAttribute.objects.create(student=district.maya, attribute=attribute("foster_care"))

    def labels(viewer):
        return [group.label for group in patterns.patterns(viewer).groups]

    assert "In foster care" in labels(district.priya)
    assert "Grade 8" in labels(district.tomas)
    assert "In foster care" not in labels(district.tomas)


def test_where_nothing_is(district, closed):
    missing = {row.domain: row.nothing for row in patterns.patterns(district.priya).missing}
    assert (missing["Health"], missing["Belonging"], missing["Behavior"]) == (3, 0, 2)


def test_words_of_a_team_are_not_told_to_those_who_reach_not_everyone(district, story, many):
    audited = AuditedStudent.objects.get(meeting=story.meeting, student=district.maya)
    Sighting.objects.create(
        audited=audited,
        name="Grandmother Rivera",
        tier=Tier.objects.get(number=3),
        domain=Domain.objects.get(code="home"),
        emphasis=Emphasis.objects.get(code="relationship"),
        on_record=False,
        seen=True,
    )
    assert "Grandmother Rivera" in [row.name for row in patterns.patterns(district.priya).supports]
    assert "Grandmother Rivera" not in [row.name for row in patterns.patterns(district.sol).supports]


def test_a_principal_sees_the_audits_of_the_own_school_alone(district, closed):
    assert patterns.patterns(district.otto).is_empty
    assert patterns.patterns(district.priya).students == 3


def test_a_teacher_reaches_not_every_student_of_the_school_and_sees_hidden_figures(district, closed):
    found = patterns.patterns(district.tomas)
    assert not found.is_whole
    assert found.students is None


def test_whom_an_audit_lends_a_teacher_does_not_make_the_figures_whole(district, closed):
    for student in district.students.values():
        Assignment.objects.create(staff=district.tomas, role="facilitator", student=student)
    assert not patterns.patterns(district.tomas).is_whole
    assert not patterns.patterns(district.tomas).changed


def test_what_always_comes_together(district, story):
    bus = offer("Bus pass", 2, "home", "barrier", district.maya, district.eli, district.noor, school=district.elm)
    food = offer("Food bag", 2, "home", "resource", district.maya, district.eli, district.noor, school=district.elm)
    actions.close_audit(district.ruth, meeting=story.meeting)
    (pair,) = patterns.patterns(district.priya).together
    assert ({pair.first, pair.second}, pair.how, pair.both) == ({bus.name, food.name}, "always", 3)
    assert patterns.patterns(district.sol).together == []


def test_each_student_counts_once_by_the_last_audit(district, closed):
    moment = datetime.datetime(2026, 3, 20, 10, tzinfo=zoneinfo.ZoneInfo("America/Los_Angeles"))
    with time_machine.travel(moment, tick=False):
        again = open_audit(district, closed.team, [district.maya])
        maya = again.audited.select_related("student", "meeting__team").get()
        actions.say_seen(district.ruth, audited=maya, key=f"s{closed.contract.pk}", seen=True)
        actions.close_audit(district.ruth, meeting=again)
        found = patterns.patterns(district.priya)
    assert found.students == 3
    assert row_of(found, "Behavior contract").seen == 1
    (changed,) = found.changed
    assert (changed.student, changed.changes.now_seen) == (district.maya, ["Behavior contract"])


def test_names_of_changed_students_are_for_those_who_reach_them(district, many):
    moment = datetime.datetime(2026, 3, 20, 10, tzinfo=zoneinfo.ZoneInfo("America/Los_Angeles"))
    with time_machine.travel(moment, tick=False):
        again = open_audit(district, many.team, [district.maya])
        maya = again.audited.select_related("student", "meeting__team").get()
        actions.say_seen(district.ruth, audited=maya, key=f"s{many.contract.pk}", seen=True)
        actions.close_audit(district.ruth, meeting=again)
        for person in (district.priya, district.tomas):
            assert [row.student for row in patterns.patterns(person).changed] == [district.maya]
        figures = patterns.patterns(district.sol)
        assert (figures.students, figures.changed) == (15, [])
        assert patterns.patterns(district.otto).changed == []


def test_patterns_cost_as_many_queries_for_many_students_as_for_few(
    district, closed, django_assert_max_num_queries, request
):
    with django_assert_max_num_queries(30):
        patterns.patterns(district.priya)
    request.getfixturevalue("many")
    with django_assert_max_num_queries(30):
        patterns.patterns(district.priya)
