"""Every question that refuses, asked directly: of what one does not reach, or may not know, it says nothing.

The doors of the pages refuse most of these people before; here there is no door. Whoever may ask is answered.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from heartwork.audits import queries as audits
from heartwork.config.tests import test_doors
from heartwork.meetings import queries as meetings
from heartwork.roster import import_queries as imports
from heartwork.roster import queries as roster
from heartwork.roster.imports import folder_of
from heartwork.roster.models import PossibleTwin
from heartwork.supports import gaps
from heartwork.supports import queries as supports
from heartwork.supports.models import Participation
from heartwork.teams import queries as teams
from heartwork.teams.models import FollowUp, TeamMember
from heartwork.testing.people import DAY, hire

pytestmark = pytest.mark.data
story = test_doors.story

NOWHERE = uuid.UUID(int=0)


@pytest.fixture
def scene(story):
    """The story, with some who come close: each lacks one thing that whoever is answered has."""
    story.staff |= {
        "nell": hire("Nell Narrow", "student_services_director", organization=story.office, section=story.section_8b),
        "ola": hire("Ola Far", "counselor", organization=story.oak, grades="03"),
    }
    test_doors.give_own(story, story.sam)
    TeamMember.objects.create(team=story.things["team", "own"], staff=story.ola, begin=DAY)  # and reaches nobody of it
    return story


@dataclass(frozen=True)
class Question:
    """What is asked, who is answered, and who is refused how. `refused` names people, or questions of their own."""

    asks: Callable[[Any, Any], Any]  # of the story, by the viewer
    answered: str
    answer: type[Exception]
    refused: tuple[str, ...] = ()
    absent: Callable[[Any, Any], Any] | None = None  # the same of what is not there, by whoever is answered


def audit(name: str) -> Callable[[Any], uuid.UUID]:
    """The address of the audit at Elm, or of another."""
    return lambda s: s.things["audit", name].public_id


QUESTIONS = {
    # a part of the table, in words -> what is asked
    "an audit": Question(
        lambda s, viewer: audits.audit(viewer, audit("own")(s)),
        "ruth",
        Http404,
        ("priya", "ola", "kim"),  # reaches Maya, not of the team; of the team, does not reach her; neither
        lambda s, viewer: audits.audit(viewer, NOWHERE),
    ),
    "a student of an audit": Question(
        lambda s, viewer: audits.audited(viewer, audit("own")(s), s.maya.public_id),
        "ruth",
        Http404,
        ("priya", "ola"),
        lambda s, viewer: audits.audited(viewer, audit("own")(s), s.eli.public_id),
    ),
    "a subgroup": Question(
        lambda s, viewer: roster.attribute(viewer, "low_income"), "tomas", PermissionDenied, ("sam", "kim")
    ),
    "a subgroup that is not there": Question(
        lambda s, viewer: roster.attribute(viewer, "low_income"),
        "tomas",
        Http404,
        absent=lambda s, viewer: roster.attribute(viewer, "wizards"),
    ),
    "the district's figures": Question(
        lambda s, viewer: roster.district_figures(viewer), "tomas", PermissionDenied, ("sam", "kim")
    ),
    "the history of its rules": Question(
        lambda s, viewer: roster.settings_history(viewer), "tomas", PermissionDenied, ("sam", "kim")
    ),
    "the staff": Question(lambda s, viewer: roster.people(viewer), "sam", PermissionDenied, ("ruth", "tomas")),
    "one of the staff": Question(
        lambda s, viewer: roster.person(viewer, s.tomas.public_id),
        "priya",
        Http404,
        ("otto",),
        lambda s, viewer: roster.person(viewer, NOWHERE),
    ),
    "an assignment": Question(
        lambda s, viewer: roster.assignment_line(viewer, s.tomas, s.tomas.assignments.first().pk),
        "sam",
        Http404,
        absent=lambda s, viewer: roster.assignment_line(viewer, s.tomas, s.ruth.assignments.first().pk),
    ),
    "the sections of a school": Question(
        lambda s, viewer: roster.sections_at(viewer, s.elm), "sam", PermissionDenied, ("tomas", "uma", "lena")
    ),
    "the twins": Question(lambda s, viewer: roster.twins(viewer), "dana", PermissionDenied, ("priya", "sam")),
    "a pair of twins": Question(
        lambda s, viewer: roster.twin(viewer, s.twins.pk),
        "dana",
        Http404,
        ("nell", "otto"),
        lambda s, viewer: roster.twin(viewer, 0),
    ),
    "who sees a student": Question(
        lambda s, viewer: roster.who_sees(viewer, s.maya), "tomas", Http404, ("otto", "sam")
    ),
    "the imports": Question(lambda s, viewer: imports.runs(viewer), "sam", PermissionDenied, ("priya", "tomas")),
    "an import": Question(
        lambda s, viewer: imports.run(viewer, s.things["import", "own"].public_id),
        "sam",
        Http404,
        absent=lambda s, viewer: imports.run(viewer, NOWHERE),
    ),
    "a gap": Question(
        lambda s, viewer: gaps.rule_or_404(viewer, "housing"),
        "ruth",
        Http404,
        ("tomas", "sam"),  # a gap of a sensitive group
        lambda s, viewer: gaps.rule_or_404(viewer, "wizards"),
    ),
    "the students in a gap": Question(
        lambda s, viewer: gaps.students_in_gap(viewer, "tier_border"), "ruth", PermissionDenied, ("lena", "sol")
    ),
    "the students in a gap of supports": Question(
        lambda s, viewer: gaps.students_in_gap(viewer, "tier_border"),
        "ruth",
        Http404,
        absent=lambda s, viewer: gaps.students_in_gap(viewer, "no_owner"),
    ),
    "the supports in a gap of students": Question(
        lambda s, viewer: gaps.supports_in_gap(viewer, "no_owner"),
        "ruth",
        Http404,
        absent=lambda s, viewer: gaps.supports_in_gap(viewer, "tier_border"),
    ),
    "a gap by school": Question(
        lambda s, viewer: gaps.by_school(viewer, "tier_border"),
        "lena",
        Http404,
        absent=lambda s, viewer: gaps.by_school(viewer, "no_owner"),
    ),
    "a support": Question(
        lambda s, viewer: supports.support_or_404(viewer, s.things["support", "own"].public_id),
        "tomas",
        PermissionDenied,
        ("sam", "nadia"),
    ),
    "a support that is not there": Question(
        lambda s, viewer: supports.support_or_404(viewer, s.things["support", "own"].public_id),
        "tomas",
        Http404,
        absent=lambda s, viewer: supports.support_or_404(viewer, NOWHERE),
    ),
    "a place in a support": Question(
        lambda s, viewer: supports.participation_or_404(viewer, s.maya, s.things["participation", "own"].pk),
        "tomas",
        PermissionDenied,
        ("otto", "ola"),
    ),
    "a place of another student": Question(
        lambda s, viewer: supports.participation_or_404(viewer, s.maya, s.things["participation", "own"].pk),
        "priya",
        Http404,
        absent=lambda s, viewer: supports.participation_or_404(viewer, s.maya, s.things["participation", "sibling"].pk),
    ),
    "what is open to a student": Question(
        lambda s, viewer: supports.open_to(viewer, s.maya), "tomas", PermissionDenied, ("otto", "ola")
    ),
    "a kind": Question(
        lambda s, viewer: supports.kind_or_404(viewer, "counselor"), "tomas", PermissionDenied, ("sam", "nadia")
    ),
    "a kind that is not there": Question(
        lambda s, viewer: supports.kind_or_404(viewer, "counselor"),
        "tomas",
        Http404,
        absent=lambda s, viewer: supports.kind_or_404(viewer, "wizard"),
    ),
    "a team": Question(
        lambda s, viewer: teams.team(viewer, s.things["team", "own"].public_id),
        "uma",
        Http404,
        ("otto", "kim", "lena"),
        lambda s, viewer: teams.team(viewer, NOWHERE),
    ),
    "a meeting": Question(
        lambda s, viewer: meetings.sitting(viewer, s.things["meeting", "own"].public_id),
        "uma",
        Http404,
        ("priya", "dana", "eve", "kim", "sam"),
        lambda s, viewer: meetings.sitting(viewer, NOWHERE),
    ),
    "a follow-up": Question(
        lambda s, viewer: teams.follow_up(viewer, s.things["follow_up", "own"].public_id),
        "sam",
        Http404,
        ("priya", "dana"),
        lambda s, viewer: teams.follow_up(viewer, NOWHERE),
    ),
}


def answer_to(asks: Callable[[Any, Any], Any], scene: Any, who: str) -> Any:
    """What is answered, or which exception."""
    try:
        return asks(scene, getattr(scene, who))
    except (PermissionDenied, Http404) as refusal:
        return type(refusal)


def test_a_question_refuses_whoever_may_not_know_and_answers_whoever_may(scene):
    wrong = []
    for name, question in QUESTIONS.items():
        if answer_to(question.asks, scene, question.answered) in (PermissionDenied, Http404):
            wrong.append(f"{name} is not told to {question.answered}")
        wrong += [
            f"{name} is told to {who}: {answer}"
            for who in question.refused
            if (answer := answer_to(question.asks, scene, who)) != question.answer
        ]
        if question.absent and answer_to(question.absent, scene, question.answered) != question.answer:
            wrong.append(f"{name}, which is not there, is told to {question.answered}")
    assert wrong == []


def test_students_out_of_reach_are_in_no_list(scene):
    tomas = scene.tomas  # teaches Maya and Eli
    assert set(roster.students(tomas)) == {scene.maya, scene.eli}
    assert roster.count_of_students(tomas) == 2
    assert roster.students_called(tomas, "Maya Rivera") == [scene.maya]
    assert roster.students_called(tomas, "Noor Hassan") == []


def test_of_those_in_a_support_one_sees_the_own(scene):
    support = scene.things["support", "own"]  # Maya is in it
    Participation.objects.create(student=scene.noor, support=support, begin=DAY)
    assert {each.student for each in supports.participants(scene.tomas, support)} == {scene.maya}
    assert {each.student for each in supports.participants(scene.priya, support)} == {scene.maya, scene.noor}


def test_who_sees_single_students_narrows_by_their_classes_alone(scene):
    assert list(roster.sections_of_students(scene.uma, scene.elm)) == [scene.section_8b]


def test_a_student_named_in_an_assignment_is_named_only_to_who_sees_them(scene):
    def named(viewer):
        return {line.names_student for line in roster.assignments(viewer, scene.uma) if line.assignment.student}

    assert named(scene.priya) == {True}
    assert named(scene.sam) == {False}


def test_a_pair_is_there_for_who_reaches_both(scene):
    pair = PossibleTwin.objects.create(first=scene.maya, second=scene.noor, reason="same birthday")
    assert set(roster.twins(scene.dana)) == {scene.twins, pair}
    assert list(roster.twins(scene.nell)) == []
    assert roster.twin(scene.priya, pair.pk) == pair
    for reaches_one in (scene.tomas, scene.eve):
        with pytest.raises(Http404):
            roster.twin(reaches_one, pair.pk)


def test_a_follow_up_names_no_student_out_of_reach_and_is_in_no_list_of_strangers(scene):
    promised = FollowUp.objects.create(
        what="Ask",
        owner=scene.tomas,
        promised_by=scene.eve,
        due_on=DAY,
        first_due_on=DAY,
        student=scene.noor,
        meeting=scene.things["audit", "own"],
    )
    assert teams.my_follow_ups(scene.tomas).get(pk=promised.pk).names_student is False
    assert teams.asked_of_others(scene.eve).get(pk=promised.pk).names_student is True
    of_team = {"team": scene.things["team", "own"]}
    assert promised in teams.follow_ups_of(scene.priya, **of_team)
    assert promised not in teams.follow_ups_of(scene.uma, **of_team)


def test_a_closed_audit_takes_nothing_and_shows_no_form(client, scene):
    meeting = scene.things["audit", "own"]
    about_maya = [meeting.public_id, scene.maya.public_id]
    pages = {
        reverse("audit-student", args=about_maya): client.post,  # also what would do nothing
        reverse("audit-words", args=about_maya): client.post,
        reverse("audit-follow-up", args=about_maya): client.get,
        reverse("audit-close", args=[meeting.public_id]): client.get,
    }
    client.force_login(scene.ruth)
    assert {url for url, ask in pages.items() if ask(url).status_code == 404} == set()
    meeting.closed_at = timezone.now()
    meeting.save()
    assert {url for url, ask in pages.items() if ask(url).status_code == 404} == set(pages)


def test_a_way_to_pick_students_that_is_not_there_is_not_found(client, scene):
    client.force_login(scene.ruth)
    assert client.get(reverse("audit-new") + "?how=random").status_code == 200
    assert client.get(reverse("audit-new") + "?how=stars").status_code == 404


def test_the_form_of_a_support_elsewhere_is_not_found(client, scene):
    client.force_login(scene.ruth)
    for scope, status in (("own", 200), ("other", 404)):
        url = reverse("support-edit", args=[scene.things["support", scope].public_id])
        assert client.get(url).status_code == status


def test_the_rows_of_somebody_else_s_import_are_not_found(client, scene):
    client.force_login(scene.sam)
    for scope, status in (("own", 200), ("other", 404)):
        run = scene.things["import", scope].public_id
        assert client.get(reverse("import-rejects", args=[run])).status_code == status
        assert client.get(reverse("import-mapping", args=[run])).status_code == status


def test_an_import_without_problems_has_no_file_of_them(client, scene):
    run = scene.things["import", "own"]
    (folder_of(run) / "problems.csv").unlink()
    client.force_login(scene.sam)
    assert client.get(reverse("import-rejects", args=[run.public_id])).status_code == 404
