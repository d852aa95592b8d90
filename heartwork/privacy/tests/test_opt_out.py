"""A family may keep directory information at home."""

import pytest

from heartwork.journal.models import Entry
from heartwork.privacy import actions, queries
from heartwork.roster.models import Student

pytestmark = pytest.mark.data


def leaving():
    return set(queries.may_leave(Student.objects.all()).values_list("given_name", flat=True))


def test_who_opted_out_stays_out_of_what_leaves_the_district(district):
    actions.opt_out(district.ruth, student=district.maya, said_by="Ana Rivera")
    assert "Maya" not in leaving()
    assert "Eli" in leaving()


def test_a_family_may_take_it_back_and_say_it_again(district):
    actions.opt_out(district.ruth, student=district.maya, said_by="Ana Rivera")
    actions.opt_back_in(district.ruth, student=district.maya)
    assert "Maya" in leaving()
    actions.opt_out(district.ruth, student=district.maya, said_by="Ana Rivera")
    assert "Maya" not in leaving()
    assert district.maya.opt_outs.count() == 2


def test_said_twice_it_is_kept_once(district):
    for _ in range(2):
        actions.opt_out(district.ruth, student=district.maya, said_by="Ana Rivera")
    assert district.maya.opt_outs.count() == 1
    assert Entry.objects.filter(verb="opt_out.begun").count() == 1
