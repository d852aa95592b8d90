"""Two identifiers, one child: a person says so, and can take it back. Tested where every room is in reach."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse

from heartwork.journal.models import Entry
from heartwork.records.models import Absence
from heartwork.roster import access, actions
from heartwork.roster.models import PossibleTwin, StudentAttribute
from heartwork.supports.models import Domain, Emphasis, Participation, Support, Tier
from heartwork.testing.people import DAY, attribute, enroll

pytestmark = pytest.mark.data


@pytest.fixture
def pair(district):
    """Maya, and Maya again under another identifier, with things on record under both."""
    again = enroll("Maya Rivera-Lopez", "08", district.elm, district.section_7a)
    group = Support.objects.create(
        name="Grief group",
        tier=Tier.objects.get(number=2),
        domain=Domain.objects.first(),
        emphasis=Emphasis.objects.first(),
    )
    Participation.objects.create(student=again, support=group, begin=DAY)
    StudentAttribute.objects.create(student=again, attribute=attribute("english_learner"))
    StudentAttribute.objects.create(student=district.maya, attribute=attribute("english_learner"))
    Absence.objects.create(student=district.maya, date=DAY, code="A")
    Absence.objects.create(student=again, date=DAY, code="A")
    Absence.objects.create(student=again, date=DAY - datetime.timedelta(1), code="A")
    return PossibleTwin.objects.create(first=district.maya, second=again, reason="same name and birth date")


def held(student):
    """Everything that names this student, by kind."""
    return {
        "enrollments": set(student.enrollments.values_list("pk", flat=True)),
        "participations": set(student.participations.values_list("pk", flat=True)),
        "attributes": set(student.attributes.values_list("pk", flat=True)),
        "absences": set(student.absences.values_list("pk", flat=True)),
    }


def test_one_child_has_what_both_had(pair, district):
    actions.same_child(district.dana, pair)
    assert district.maya.participations.count() == 1
    assert district.maya.enrollments.count() == 4
    assert district.maya.absences.count() == 2
    assert district.maya.attributes.count() == 1
    pair.refresh_from_db()
    assert (pair.is_same, pair.decided_by, pair.decided_on) == (True, district.dana, DAY)


def test_the_second_is_ended_and_out_of_every_caseload(pair, district):
    actions.same_child(district.dana, pair)
    pair.second.refresh_from_db()
    assert pair.second.ended_on == DAY
    assert pair.second not in access.visible_to(district.priya)


def test_who_saw_the_second_now_sees_the_first(pair, district):
    teacher = district.staff["tomas"]
    teacher.assignments.update(section=district.section_7a)
    assert district.maya not in access.visible_to(teacher)
    actions.same_child(district.dana, pair)
    assert district.maya in access.visible_to(teacher)


def test_telling_them_apart_again_brings_everything_back(pair, district):
    before = held(pair.first), held(pair.second)
    actions.same_child(district.dana, pair)
    actions.tell_apart(district.dana, pair)
    assert (held(pair.first), held(pair.second)) == before
    pair.refresh_from_db()
    pair.second.refresh_from_db()
    assert pair.is_same is None
    assert pair.second.ended_on is None


def test_what_was_moved_is_in_the_journal(pair, district):
    actions.same_child(district.dana, pair)
    moved = Entry.objects.get(verb="twins.same").detail["moved"]
    assert len(moved["roster.enrollment.student"]) == 2
    assert len(moved["supports.participation.student"]) == 1
    assert len(moved["records.absence.student"]) == 1  # the other is on record for both


def test_what_is_named_by_any_room_moves(pair, district):
    """A room that begins to name students is moved too, without being told."""
    actions.same_child(district.dana, pair)
    for relation in pair.second._meta.related_objects:
        if relation.one_to_many and relation.related_model is not PossibleTwin:
            rows = relation.related_model._base_manager.filter(**{relation.field.name: pair.second})
            kept = {"roster.studentattribute", "records.absence"}
            assert not rows.exists() or relation.related_model._meta.label_lower in kept


def test_two_children_stay_two(client, pair, district):
    client.force_login(district.dana)
    client.post(reverse("twin", args=[pair.pk]), {"answer": "not"})
    pair.refresh_from_db()
    assert pair.is_same is False
    assert district.maya.participations.count() == 0


def test_a_pair_is_decided_once(pair, district):
    actions.not_the_same(district.dana, pair)
    with pytest.raises(Http404):
        actions.same_child(district.dana, pair)


def test_a_pair_that_was_never_joined_cannot_be_told_apart(pair, district):
    with pytest.raises(Http404):
        actions.tell_apart(district.dana, pair)


@pytest.mark.parametrize("who", ["priya", "sam", "sol", "ruth"])
def test_only_those_who_may_decide(client, pair, district, who):
    with pytest.raises(PermissionDenied):
        actions.same_child(district.staff[who], pair)
    client.force_login(district.staff[who])
    assert client.post(reverse("twin", args=[pair.pk]), {"answer": "same"}).status_code == 404


def test_the_page_joins_and_parts(client, pair, district):
    client.force_login(district.dana)
    client.post(reverse("twin", args=[pair.pk]), {"answer": "same"})
    assert "Two after all" in client.get(reverse("twins")).content.decode()
    client.post(reverse("twin", args=[pair.pk]), {"answer": "apart"})
    assert "One child: join them" in client.get(reverse("twins")).content.decode()


def test_an_answer_that_is_none_changes_nothing(client, pair, district):
    client.force_login(district.dana)
    client.post(reverse("twin", args=[pair.pk]), {"answer": "perhaps"})
    pair.refresh_from_db()
    assert pair.decided_on is None
