"""Students say which adults they trust: with a slip of paper, without an account, and of no other student."""

import datetime

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from heartwork.journal.models import Entry
from heartwork.roster.models import Assignment, Enrollment, StaffMember
from heartwork.teams.models import FollowUp
from heartwork.testing.people import DAY, hire
from heartwork.trusted import actions, queries
from heartwork.trusted.models import Asking, Said, Slip
from heartwork.trusted.tests.stories import asked, opened_in_an_emergency, slip_of, typed
from heartwork.web.picture_pin import PICTURES, pictures_of

pytestmark = pytest.mark.data
WRONG = "That does not open anything."


@pytest.fixture
def asking(district):
    return asked(district)


def where(asking):
    return reverse("trusted-adults", args=[asking.token])


def wrong_pictures(slip):
    right = pictures_of(slip.asking.token, slip.code)
    other = next(name for name in PICTURES if name != right[0])
    return typed(slip, picture_0=other)


def enter(client, slip, **more):
    """The page to which the student's slip leads."""
    return client.post(where(slip.asking), typed(slip), follow=True, **more).content.decode()


def pass_of(page):
    """What the page of adults brings back."""
    return page.split('name="pass" value="')[1].split('"')[0]


def bare(answer):
    """The page without what is new in each form."""
    import re

    return re.sub(r'value="[\w-]{16,}"', "", answer.content.decode())


def test_a_student_names_two_adults_and_says_how_they_know(client, district, asking):
    slip = slip_of(asking, district.maya)
    page = client.get(where(asking)).content.decode()
    assert "988" in page  # before any answer
    page = enter(client, slip)
    assert "Which adults here would you go to?" in page
    assert "Tomás Ruiz" in page
    assert "Ada Park" not in page  # of another school
    assert "Sol Reyes" not in page  # works with no students here
    token = pass_of(page)
    said = {"pass": token, "adult_0": district.tomas.public_id, "adult_1": district.ruth.public_id}
    answer = client.post(where(asking), said | {"words": "He asks twice."}, follow=True)
    assert "Thank you" in answer.content.decode()
    named = queries.named_by(district.ruth, district.maya)
    assert {each.first_name for each in named} == {"Tomás", "Ruth"}
    assert queries.named_by(district.tomas, district.maya) is None  # a teacher is not told whom
    assert Said.objects.get().words == "He asks twice."
    with connection.cursor() as cursor:
        cursor.execute("SELECT adults, words FROM trusted_said")
        ((adults, words),) = cursor.fetchall()
    assert "asks" not in words
    assert not adults.startswith("[")


def test_what_is_written_is_read_by_who_asked_and_is_to_do_today(client, district, asking):
    actions.say(slip_of(asking, district.maya), adults=[], words="Nobody here.")
    actions.say(slip_of(asking, district.eli), adults=[district.ruth], words="She waits.")
    (todo,) = FollowUp.objects.all()
    assert (todo.owner, todo.due_on) == (district.ruth, timezone.localdate())
    client.force_login(district.ruth)
    page = client.get(reverse("asking", args=[asking.public_id])).content.decode()
    assert "Nobody here." in page
    assert Entry.objects.filter(verb="trusted.read", subject_pk=district.maya.pk).exists()
    for other in (district.priya, district.tomas, district.dana):
        client.force_login(other)
        assert client.get(reverse("asking", args=[asking.public_id])).status_code == 404
        assert client.get(reverse("asking-slips", args=[asking.public_id])).status_code == 404


def test_nobody_yet_is_an_answer_and_both_or_neither_is_asked_again(client, district, asking):
    token = pass_of(enter(client, slip_of(asking, district.eli)))
    for said in ({}, {"nobody": "on", "adult_0": district.tomas.public_id}, {"adult_0": district.ada.public_id}):
        answer = client.post(where(asking), {"pass": token} | said).content.decode()
        assert "Choose an adult, or tick" in answer or "Select a valid choice" in answer
    assert not Said.objects.exists()
    client.post(where(asking), {"pass": token, "nobody": "on"})
    client.post(where(asking), {"pass": token, "nobody": "on"})  # twice is once
    assert Said.objects.get().adults == "[]"


def test_a_wrong_code_wrong_pictures_and_a_locked_slip_are_answered_alike(client, district, asking):
    slip = slip_of(asking, district.maya)
    unknown = typed(slip) | {"code": "ZZZZ"}
    answers = [client.post(where(asking), each, follow=True) for each in (unknown, wrong_pictures(slip))]
    for _ in range(actions.TRIES):
        client.post(where(asking), wrong_pictures(slip))
    answers.append(client.post(where(asking), typed(slip), follow=True))  # right, and too late
    answers.append(client.post(where(asking), {}, follow=True))
    assert {answer.status_code for answer in answers} == {200}
    assert len({bare(answer) for answer in answers}) == 1
    assert WRONG in answers[0].content.decode()
    assert not any("Maya" in answer.content.decode() for answer in answers)
    assert "Which adults" in enter(client, slip_of(asking, district.eli))
    actions.new_slip(district.ruth, slip=slip)
    assert "Which adults" in enter(client, slip)


def test_after_many_guesses_no_slip_is_right_for_ten_minutes(client, district, asking, monkeypatch):
    monkeypatch.setattr(actions, "GUESSES", 3)
    slip, missed = slip_of(asking, district.maya), Entry.objects.filter(verb="trusted.missed")
    for _ in range(4):
        client.post(where(asking), typed(slip) | {"code": " "})  # nothing was guessed
    assert not missed.exists()
    for n in range(5):
        client.post(where(asking), typed(slip) | {"code": f"ZZZ{n}"})
    assert missed.count() == 3  # what comes after the limit is neither written down nor counted
    assert WRONG in enter(client, slip)
    assert "Which adults" in enter(client, slip, REMOTE_ADDR="203.0.113.7")  # where nobody guessed
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=11)):
        assert "Which adults" in enter(client, slip)


def test_guesses_from_many_addresses_are_counted_for_the_link(client, district, asking, monkeypatch):
    monkeypatch.setattr(actions, "GUESSES", 3)
    slip = slip_of(asking, district.maya)
    for n in range(6):
        client.post(where(asking), typed(slip) | {"code": f"ZZZ{n}"}, REMOTE_ADDR=f"203.0.113.{n}")
    assert WRONG in enter(client, slip, REMOTE_ADDR="203.0.113.77")


def test_where_more_students_have_slips_more_may_be_wrong(client, district, monkeypatch):
    monkeypatch.setattr(actions, "GUESSES", 1)
    asking = asked(district)  # two slips
    client.post(where(asking), typed(slip_of(asking, district.maya)) | {"code": "ZZZZ"})
    assert "Which adults" in enter(client, slip_of(asking, district.maya))


def test_what_a_student_brings_back_opens_no_other_slip_and_not_for_long(client, district, asking, monkeypatch):
    token = pass_of(enter(client, slip_of(asking, district.maya)))
    other = actions.ask(
        district.tomas,
        school=district.elm,
        section=district.section_8b,
        until=timezone.now() + datetime.timedelta(hours=1),
    )
    for link, given in ((asking, token[:-2] + "xx"), (other, token)):
        answer = client.post(where(link), {"pass": given, "nobody": "on"})
        assert answer.status_code == 302
        assert "done" not in answer.url
    actions.new_slip(district.ruth, slip=slip_of(asking, district.maya))
    assert "done" not in client.post(where(asking), {"pass": token, "nobody": "on"}).url
    assert not Said.objects.exists()


def test_a_closed_link_and_one_that_never_was_are_the_same_page(client, district, asking):
    client.force_login(district.ruth)
    client.post(reverse("asking", args=[asking.public_id]), {"do": "close"})
    client.logout()
    closed, absent = client.get(where(asking)), client.get(reverse("trusted-adults", args=["never-was"]))
    assert closed.status_code == absent.status_code == 404
    assert bare(closed) == bare(absent)
    assert "988" in closed.content.decode()
    with pytest.raises(Http404):
        actions.say(slip_of(asking, district.maya), adults=[])


def test_only_adults_who_are_offered_and_three_at_most(district, asking):
    slip = slip_of(asking, district.maya)
    more = [hire(f"Adult{n} Here", "teacher", organization=district.elm) for n in range(4)]
    for adults in ([district.ada], more):
        with pytest.raises(Http404):
            actions.say(slip, adults=adults)


def test_one_asks_the_own_students_alone(client, district):
    client.force_login(district.tomas)
    page = client.get(reverse("askings")).content.decode()
    assert ">8B<" in page
    assert ">7A<" not in page
    answer = client.post(reverse("askings"), {"until": "1"})
    made = Asking.objects.get()
    assert answer.url == reverse("asking", args=[made.public_id])
    assert {slip.student for slip in Slip.objects.all()} == {district.maya, district.eli}
    page = client.get(reverse("asking-slips", args=[made.public_id])).content.decode()
    assert slip_of(made, district.maya).code in page
    assert (
        client.post(reverse("askings"), {"until": "1", "section": str(district.section_7a.public_id)}).status_code
        == 200
    )
    slip = slip_of(made, district.eli)
    client.post(reverse("asking", args=[made.public_id]), {"do": f"new_slip {slip.pk}"})
    assert slip_of(made, district.eli).code != slip.code
    for wrong in ("new_slip 99999", "new_slip x", "dance"):
        assert client.post(reverse("asking", args=[made.public_id]), {"do": wrong}).status_code == 404
    client.force_login(district.uma)
    assert client.get(reverse("askings")).status_code == 404
    with pytest.raises(PermissionDenied):
        actions.ask(district.ada, school=district.elm, section=None, until=timezone.now() + datetime.timedelta(hours=1))


def test_an_old_answer_counts_no_more(district, asking):
    actions.say(slip_of(asking, district.maya), adults=[district.tomas])
    today = timezone.localdate()
    assert queries.said_at(district.elm, today) == {district.maya.pk: {district.tomas.pk}}
    assert queries.said_at(district.elm, today + queries.FRESH) == {}


# -- whom one may ask, and who reads


def test_a_student_of_an_emergency_alone_is_not_asked(district):
    opened_in_an_emergency(district.tomas, district.noor)
    until = timezone.now() + datetime.timedelta(hours=1)
    made = actions.ask(district.tomas, school=district.elm, section=None, until=until)
    assert {slip.student for slip in made.slips.all()} == {district.maya, district.eli}
    with pytest.raises(PermissionDenied):
        actions.ask(district.tomas, school=district.elm, section=district.section_7a, until=until)


def test_what_was_written_to_who_has_left_is_read_by_who_may_read_of_that_student(district, asking):
    actions.say(slip_of(asking, district.maya), adults=[], words="The hallway is loud.")
    assert queries.askings_left_to(district.priya) == []
    Assignment.objects.filter(staff=district.ruth).update(end=DAY - datetime.timedelta(1))
    left = {who for who, person in district.staff.items() if queries.askings_left_to(person)}
    assert left == {"dana", "priya"}
    ruth = StaffMember.objects.get(pk=district.ruth.pk)
    with pytest.raises(PermissionDenied):  # though the link was hers
        queries.asking(ruth, asking.public_id)


def test_a_link_of_who_has_left_or_may_ask_no_more_opens_nothing(client, district, asking):
    assert client.get(where(asking)).status_code == 200
    Assignment.objects.filter(staff=district.ruth).update(end=DAY - datetime.timedelta(days=1))
    assert client.get(where(asking)).status_code == 404
    Assignment.objects.filter(staff=district.ruth).update(end=None)
    StaffMember.objects.filter(pk=district.ruth.pk).update(is_active=False)
    assert client.get(where(asking)).status_code == 404


def to_grade_seven(district):
    """Ruth has another grade from now on: Maya is no longer hers."""
    Assignment.objects.filter(staff=district.ruth).update(grades="07")


def test_words_that_who_asked_no_longer_reads_are_for_who_may_know(client, district, asking):
    to_grade_seven(district)
    page = enter(client, slip_of(asking, district.maya))
    assert "is read by Priya Kaur, today" in page
    actions.say(slip_of(asking, district.maya), adults=[], words="Nobody here.")
    assert [todo.owner for todo in FollowUp.objects.all()] == [district.priya]
    there = reverse("asking", args=[asking.public_id])
    client.force_login(district.ruth)
    assert "Nobody here." not in client.get(there).content.decode()
    for other in (district.tomas, district.otto):
        client.force_login(other)
        assert client.get(there).status_code == 404
    client.force_login(district.priya)
    assert there in client.get(reverse("askings")).content.decode()
    page = client.get(there).content.decode()
    assert "Nobody here." in page
    assert where(asking) not in page  # reads, and does not hold the link
    assert "Another slip" not in page
    assert client.get(reverse("asking-slips", args=[asking.public_id])).status_code == 404
    assert client.post(there, {"do": "close"}).status_code == 404
    assert Entry.objects.filter(verb="trusted.read", subject_pk=district.maya.pk, actor=district.priya).exists()


def test_words_of_a_student_who_changed_school_are_read_there(district, asking):
    Enrollment.objects.filter(student=district.maya).update(school=district.oak, section=None)
    Enrollment.objects.filter(student=district.maya).first().delete()
    assert queries.readers(slip_of(asking, district.maya)) == [district.otto]


def test_where_nobody_reads_no_words_are_taken(client, district, asking):
    to_grade_seven(district)
    StaffMember.objects.filter(pk__in=[district.priya.pk, district.dana.pk]).update(is_active=False)
    page = enter(client, slip_of(asking, district.maya))
    assert 'name="words"' not in page
    assert "What you write is read by" not in page
    client.post(where(asking), {"pass": pass_of(page), "nobody": "on", "words": "Nobody here."})
    assert Said.objects.get().words == ""
    with pytest.raises(Http404):
        actions.say(slip_of(asking, district.maya), adults=[], words="Nobody here.")


def test_who_reads_is_asked_in_their_language_and_once(district, asking):
    StaffMember.objects.filter(pk=district.ruth.pk).update(language="en")
    with translation.override("es"):
        actions.say(slip_of(asking, district.maya), adults=[], words="Nadie.")
    assert FollowUp.objects.get().what.startswith("Read what students wrote")
    StaffMember.objects.filter(pk=district.ruth.pk).update(language="es")
    actions.say(slip_of(asking, district.eli), adults=[], words="Nobody.")
    assert FollowUp.objects.count() == 1
    FollowUp.objects.update(done_on=DAY)
    actions.say(slip_of(asking, district.eli), adults=[], words="Still nobody.")
    assert FollowUp.objects.count() == 2


def test_who_was_assigned_until_an_hour_ago_is_not_offered(district):
    assert district.tomas in queries.staff_offered(district.elm)
    Assignment.objects.filter(staff=district.tomas).update(ends_at=timezone.now() - datetime.timedelta(hours=1))
    assert district.tomas not in queries.staff_offered(district.elm)


# -- one device after another


def test_on_a_shared_device_nothing_of_the_student_before_is_sent_or_shown_again(district, asking):
    client = Client(enforce_csrf_checks=True)

    def hidden(page, name):
        return page.split(f'name="{name}" value="')[1].split('"')[0]

    first = client.get(where(asking)).content.decode()
    slip_form = typed(slip_of(asking, district.maya)) | {"csrfmiddlewaretoken": hidden(first, "csrfmiddlewaretoken")}
    answer = client.post(where(asking), slip_form)
    assert answer.url == f"{where(asking)}?say"  # not in the answer itself, which Back would send again
    page = client.get(answer.url).content.decode()
    words = {name: hidden(page, name) for name in ("csrfmiddlewaretoken", "pass")} | {"words": "It is Maya."}
    assert "It is Maya." in client.post(answer.url, words).content.decode()  # neither an adult nor nobody: asked again
    assert "done" in client.post(answer.url, words | {"nobody": "on"}).url
    for older in (slip_form, words, words | {"nobody": "on", "words": "I am another."}):
        assert client.post(answer.url, older).status_code == 403
    again = client.get(answer.url, follow=True)
    assert again.redirect_chain == [(where(asking), 302)]
    assert Said.objects.get().words == "It is Maya."


def test_who_leaves_the_page_open_leaves_it_to_nobody(client, district, asking):
    token = pass_of(enter(client, slip_of(asking, district.maya)))
    client.get(where(asking))  # the next student
    assert "done" not in client.post(where(asking), {"pass": token, "nobody": "on"}).url
    enter(client, slip_of(asking, district.eli))
    assert "done" not in client.post(where(asking), {"pass": token, "nobody": "on"}).url
    assert not Said.objects.exists()


# -- on paper


def test_slips_of_a_school_come_by_grade_with_one_picture_of_the_link(client, district):
    until = timezone.now() + datetime.timedelta(hours=1)
    made = actions.ask(district.ruth, school=district.elm, section=None, until=until)
    client.force_login(district.ruth)
    there = reverse("asking-slips", args=[made.public_id])
    pages = [client.get(there).content.decode(), client.get(f"{there}?part=1").content.decode()]
    assert ["Noor Hassan" in page for page in pages] == [True, False]
    assert ["Maya Rivera" in page for page in pages] == [False, True]
    assert all(page.count("<symbol") == page.count('fill="#fff"') == 1 for page in pages)
    assert all(page.count('href="#qr"') == 2 for page in pages)
    assert [entry.detail for entry in Entry.objects.filter(verb="trusted.slips_seen")] == [{"count": 2}] * 2
    for wrong in ("2", "x"):
        assert client.get(f"{there}?part={wrong}").status_code == 404
    made.slips.all().delete()
    assert client.get(there).status_code == 200


def test_other_adults_are_said_to_see_whether_somebody_is_named(client, district, asking):
    assert "Other adults see only whether you name somebody." in enter(client, slip_of(asking, district.maya))
