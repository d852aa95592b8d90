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

from heartwork.audits import actions as audit_actions
from heartwork.audits import picking
from heartwork.audits import queries as audits
from heartwork.commitments import queries as promises
from heartwork.config.tests import test_doors
from heartwork.cycles import queries as cycles
from heartwork.cycles.spans import spans
from heartwork.journal.actions import note
from heartwork.measures import queries as measures
from heartwork.measures.places import Place
from heartwork.meetings import queries as meetings
from heartwork.pages import journal
from heartwork.pages import queries as pages
from heartwork.privacy import queries as privacy
from heartwork.relationships import queries as relationships
from heartwork.roster import access, people_queries
from heartwork.roster import actions as roster_actions
from heartwork.roster import import_queries as imports
from heartwork.roster import queries as roster
from heartwork.roster import reach_queries as reach
from heartwork.roster.imports import folder_of
from heartwork.roster.models import Assignment, ImportRun, PossibleTwin, StudentAttribute
from heartwork.routines import queries as routines
from heartwork.supports import coverage, gaps
from heartwork.supports import queries as supports
from heartwork.supports.forms import WhichForm
from heartwork.supports.models import Participation, Support
from heartwork.teams import queries as teams
from heartwork.teams.models import FollowUp, Team, TeamMember
from heartwork.testing.people import DAY, attribute, hire
from heartwork.trusted import queries as trusted
from heartwork.trusted.models import Asking
from heartwork.walkthroughs import queries as walkthroughs

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
    story.things["opened"] = test_doors.opened(story.ruth, story.zoe, story.priya)
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


def link_of_tomas(s: Any) -> uuid.UUID:
    """The address of a link that Tomás gave out."""
    made, _ = Asking.objects.get_or_create(
        token="of-tomas", defaults={"school": s.elm, "opened_by": s.tomas, "closes_at": timezone.now()}
    )
    return made.public_id


QUESTIONS = {
    "a visit": Question(
        lambda s, viewer: walkthroughs.visit(viewer, s.things["visit", "own"].public_id),
        "ruth",
        Http404,
        ("otto", "kim", "sam", "nadia"),
        lambda s, viewer: walkthroughs.visit(viewer, NOWHERE),
    ),
    "a school over time": Question(
        lambda s, viewer: walkthroughs.school(viewer, s.elm.public_id),
        "lena",
        Http404,
        ("otto", "kim", "sam", "nadia"),
        lambda s, viewer: walkthroughs.school(viewer, s.office.public_id),
    ),
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
    "what a family said": Question(
        lambda s, viewer: privacy.family(viewer, s.maya), "ruth", PermissionDenied, ("tomas", "otto", "ola", "kim")
    ),
    "the consents of a family": Question(
        lambda s, viewer: privacy.consents_to_choose(viewer, s.maya), "ruth", PermissionDenied, ("tomas", "otto", "kim")
    ),
    **{
        f"a {name} of a family": Question(
            lambda s, viewer, name=name, asks=asks: asks(viewer, s.things[name, "own"].public_id),
            "ruth",
            Http404,
            ("otto", "ola"),
            lambda s, viewer, asks=asks: asks(viewer, NOWHERE),
        )
        for name, asks in (
            ("consent", privacy.consent),
            ("release", privacy.disclosure),
            ("request", privacy.family_request),
        )
    },
    "what waits for a signature": Question(
        lambda s, viewer: privacy.to_sign(viewer), "sol", PermissionDenied, ("lena", "dana", "kim")
    ),
    "one release": Question(
        lambda s, viewer: privacy.release(viewer, s.things["release", "own"].public_id),
        "sol",
        PermissionDenied,
        ("lena", "dana"),
    ),
    "open requests": Question(
        lambda s, viewer: privacy.open_requests(viewer), "ruth", PermissionDenied, ("tomas", "sol", "kim")
    ),
    "how long it is kept": Question(
        lambda s, viewer: privacy.retention(viewer), "sam", PermissionDenied, ("tomas", "kim")
    ),
    "the journal": Question(
        lambda s, viewer: journal.entries(viewer), "priya", PermissionDenied, ("ruth", "sol", "kim")
    ),
    "the journal in numbers": Question(lambda s, viewer: journal.counts(viewer), "lena", PermissionDenied, ("dana",)),
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
    "the staff": Question(lambda s, viewer: people_queries.people(viewer), "sam", PermissionDenied, ("ruth", "tomas")),
    "one of the staff": Question(
        lambda s, viewer: people_queries.person(viewer, s.tomas.public_id),
        "priya",
        Http404,
        ("otto",),
        lambda s, viewer: people_queries.person(viewer, NOWHERE),
    ),
    "an assignment": Question(
        lambda s, viewer: people_queries.assignment_line(viewer, s.tomas, s.tomas.assignments.first().pk),
        "sam",
        Http404,
        absent=lambda s, viewer: people_queries.assignment_line(viewer, s.tomas, s.ruth.assignments.first().pk),
    ),
    "the sections of a school": Question(
        lambda s, viewer: roster.sections_at(viewer, s.elm), "sam", PermissionDenied, ("tomas", "uma", "lena")
    ),
    "what someone can take over": Question(
        lambda s, viewer: reach.handed_on(viewer, s.tomas), "priya", PermissionDenied, ("tomas", "ruth", "lena")
    ),
    "who stands in": Question(
        lambda s, viewer: reach.substitutes(viewer, s.tomas), "priya", PermissionDenied, ("tomas", "ruth", "lena")
    ),
    "what someone has in another’s place": Question(
        lambda s, viewer: reach.standing_in(viewer, s.tomas, s.sue), "priya", PermissionDenied, ("tomas", "lena")
    ),
    "what the district chose": Question(
        lambda s, viewer: reach.choices(viewer), "tomas", PermissionDenied, ("sam", "kim")
    ),
    "who is meant in an emergency": Question(
        lambda s, viewer: reach.student_meant(viewer, name="Ida Nelson", fact="4711"),
        "ruth",
        PermissionDenied,
        ("tomas", "sam", "kim"),
    ),
    "a page of which one is told": Question(
        lambda s, viewer: reach.opening_told(viewer, s.things["opened"].public_id),
        "priya",
        Http404,
        ("dana", "otto"),
        lambda s, viewer: reach.opening_told(viewer, NOWHERE),
    ),
    "a page of which one is told, of those who are told none": Question(
        lambda s, viewer: reach.opening_told(viewer, s.things["opened"].public_id),
        "priya",
        PermissionDenied,
        ("sam", "ruth"),
    ),
    "a page of one’s own in an emergency": Question(
        lambda s, viewer: reach.own_opening(viewer, s.things["opened"].public_id),
        "ruth",
        Http404,
        ("dana", "priya"),
        lambda s, viewer: reach.own_opening(viewer, NOWHERE),
    ),
    "the twins": Question(lambda s, viewer: roster.twins(viewer), "dana", PermissionDenied, ("priya", "sam")),
    "a pair of twins": Question(
        lambda s, viewer: roster.twin(viewer, s.twins.pk),
        "dana",
        Http404,
        ("nell", "otto"),
        lambda s, viewer: roster.twin(viewer, 0),
    ),
    "who sees a student": Question(lambda s, viewer: reach.who_sees(viewer, s.maya), "tomas", Http404, ("otto", "sam")),
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
    "what a team promises": Question(
        lambda s, viewer: promises.team_of(viewer, s.things["team", "own"].public_id),
        "uma",
        Http404,
        ("priya", "dana", "kim"),
        lambda s, viewer: promises.team_of(viewer, NOWHERE),
    ),
    "a change": Question(
        lambda s, viewer: routines.change(viewer, s.things["change", "own"].public_id),
        "priya",
        Http404,
        ("otto", "ada", "sam", "kim"),
        lambda s, viewer: routines.change(viewer, NOWHERE),
    ),
    "the ledger of a school": Question(
        lambda s, viewer: routines.place(viewer, str(s.elm.public_id)),
        "tomas",
        Http404,
        ("otto", "kim"),
        lambda s, viewer: routines.place(viewer, str(NOWHERE)),
    ),
    "what a meeting about relationships looks at": Question(
        lambda s, viewer: relationships.round_read(viewer, s.things["round", "own"].public_id),
        "uma",
        Http404,
        ("priya", "dana", "kim"),
        lambda s, viewer: relationships.round_read(viewer, s.things["meeting", "own"].public_id),
    ),
    "the adults around a student": Question(
        lambda s, viewer: relationships.around(viewer, s.maya), "tomas", Http404, ("otto", "ola", "kim")
    ),
    "who could look after a student": Question(
        lambda s, viewer: relationships.could_look_after(viewer, s.maya), "tomas", Http404, ("otto", "ola", "kim")
    ),
    "whom one may ask": Question(
        lambda s, viewer: list(trusted.students_to_ask(viewer, s.elm, None)), "tomas", PermissionDenied, ("uma", "kim")
    ),
    "the classes one may ask": Question(
        lambda s, viewer: list(trusted.sections_to_ask(viewer, s.elm)), "tomas", PermissionDenied, ("uma", "kim")
    ),
    "the links one gave out": Question(
        lambda s, viewer: trusted.my_askings(viewer), "tomas", PermissionDenied, ("uma", "kim")
    ),
    "a link for students": Question(
        lambda s, viewer: trusted.asking(viewer, link_of_tomas(s)),
        "tomas",
        Http404,
        ("priya", "ruth", "dana"),
        lambda s, viewer: trusted.asking(viewer, NOWHERE),
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
        return {line.names_student for line in people_queries.assignments(viewer, scene.uma) if line.assignment.student}

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


def test_the_journal_tells_nothing_of_a_student_out_of_reach(scene):
    entry = note(scene.tomas, "student.seen", scene.maya)
    assert entry in journal.entries(scene.dana, student=scene.maya.public_id)
    assert list(journal.entries(scene.nell, student=scene.maya.public_id)) == []
    assert [line.about for line in journal.in_words(scene.dana, [entry])] == ["Maya Rivera"]
    assert [line.about for line in journal.in_words(scene.nell, [entry])] == [f"a student ({scene.maya.pk})"]


def test_what_a_student_brings_is_told_to_who_reaches_them(scene):
    roster_actions.note_strength(scene.tomas, student=scene.maya, text="Draws")
    assert [each.text for each in roster.strengths(scene.uma, scene.maya)] == ["Draws"]
    assert roster.strengths(scene.otto, scene.maya) == []


def test_of_a_closed_audit_one_reads_what_is_about_the_own_students(scene):
    meeting = audit_actions.open_audit(
        scene.ruth,
        team=scene.things["team", "own"],
        held_on=DAY,
        facilitator=scene.ruth,
        students=[scene.maya, scene.eli],
        picked="by hand",
    )
    audit_actions.close_audit(scene.ruth, meeting=meeting)
    assert meeting in {each.meeting for each in audits.audits_of(scene.uma, scene.maya)}
    assert meeting in {each.meeting for each in audits.audits_of(scene.ruth, scene.eli)}
    assert audits.audits_of(scene.uma, scene.eli) == []


def test_an_audit_is_changed_by_who_may_change_audits(scene, monkeypatch):
    assert audits.audit(scene.ruth, audit("own")(scene)).may_edit
    monkeypatch.setitem(access.MAY, "audit.edit", [])
    assert not audits.audit(scene.ruth, audit("own")(scene)).may_edit


def test_groups_to_draw_from_are_those_of_the_own_students(scene):
    StudentAttribute.objects.create(student=scene.maya, attribute=attribute("english_learner"), begin=DAY)
    assert picking.kinds_of_group(scene.tomas) == ["language"]
    assert picking.kinds_of_group(scene.otto) == []


def test_who_is_of_a_team_and_has_no_role_opens_no_problem_and_sees_no_cycle_on_a_chart(scene):
    team, planned = scene.things["team", "own"], scene.things["planned", "own"]
    planned.predictions.update(written_at=timezone.now(), low=1)
    type(planned).objects.filter(pk=planned.pk).update(begun_at=timezone.now())
    measure = planned.predictions.get().measure
    TeamMember.objects.create(team=team, staff=scene.kim, begin=DAY)
    assert [span.url for span in spans(scene.ruth, measure)] != []
    assert spans(scene.kim, measure) == []
    assert list(cycles.may_open(scene.ruth)) == [team]
    assert list(cycles.may_open(scene.kim)) == []


def test_a_principal_of_no_school_leads_no_team_of_the_district(scene):
    Assignment.objects.create(staff=scene.kim, role="principal")
    of_district = Team.objects.create(name="District team")
    assert teams.leads(scene.dana, of_district)
    assert not teams.leads(scene.kim, of_district)
    assert not teams.leads(scene.priya, of_district)


def test_a_counselor_of_no_school_changes_no_support_of_the_district(scene):
    Assignment.objects.create(staff=scene.kim, role="counselor")
    assert [supports.may_edit(person, None) for person in (scene.dana, scene.kim, scene.ruth)] == [True, False, False]


def test_without_the_right_nobody_changes_the_inventory_however_far_they_reach(scene, monkeypatch):
    monkeypatch.setitem(access.MAY, "support.edit", [])
    assert not supports.may_edit(scene.dana, scene.elm.pk)


def test_a_task_about_nobody_is_for_the_people_where_one_works(scene):
    assert set(teams.could_own(scene.otto)) == {scene.otto, scene.ada, scene.ola}


def test_only_who_decides_about_twins_is_told_that_some_wait(scene):
    assert [imports.twins_waiting(person) for person in (scene.dana, scene.priya)] == [1, 0]


def test_today_tells_of_imports_and_supports_to_who_may_read_them(scene):
    ImportRun.objects.create(name="news.zip", state=ImportRun.State.APPLIED, finished_at=timezone.now())
    Support.objects.create(
        name="News for all",
        confirmed_on=DAY,
        **{name: getattr(scene.things["support", "own"], name) for name in ("tier", "domain", "emphasis")},
    )

    def told(viewer):
        return {change.what for change in pages.changes(viewer, DAY, DAY)}

    assert told(scene.dana) == {"news.zip", "News for all"}
    assert told(scene.sam) == {"news.zip"}
    assert told(scene.tomas) == {"News for all"}
    assert pages.last_import(scene.sam).name == "news.zip"
    assert pages.last_import(scene.tomas) is None


def test_coverage_and_measures_begin_where_one_works(scene):
    assert list(coverage.schools(scene.otto)) == [scene.oak]
    assert measures.usual_place(scene.otto) == Place(scene.oak)
    assert measures.usual_place(scene.lena) == Place()


def test_a_support_of_the_whole_district_is_offered_to_who_reaches_everyone(scene):
    assert [WhichForm(actor=person).fields["school"].required for person in (scene.ruth, scene.dana)] == [True, False]
