"""Pages of the audit, asked as a browser would: whole, in parts, and with plain forms."""

import re

import pytest
from django.urls import reverse

from heartwork.audits import actions
from heartwork.audits.models import Answer, Sighting
from heartwork.journal.models import Entry
from heartwork.roster.actions import note_strength
from heartwork.teams.actions import promise
from heartwork.teams.models import FollowUp, Meeting

HTMX = {"HX-Request": "true"}


def of_audit(story, name="audit"):
    return reverse(name, args=[story.meeting.public_id])


def of_maya(story, name="audit-student"):
    return reverse(name, args=[story.meeting.public_id, story.maya.student.public_id])


@pytest.fixture
def ruth(client, district):
    """A browser in which Ruth is signed in."""
    client.force_login(district.ruth)
    return client


def text_of(response):
    assert response.status_code == 200
    return response.content.decode()


# -- beginning


def new_audit(story, **more):
    here = {"team": story.team.public_id, "facilitator": story.meeting.facilitator.public_id, "held_on": "2026-02-26"}
    return here | more


def test_without_a_team_the_page_says_what_comes_first(client, district):
    client.force_login(district.priya)
    assert "you are in none yet" in text_of(client.get(reverse("audit-new")))


def test_students_are_looked_for_and_picked_with_a_plain_form(ruth, district, story):
    picked = [district.maya.public_id]
    body = text_of(ruth.post(reverse("audit-new"), new_audit(story, students=picked, q="noor", search="1")))
    assert re.search(f'value="{district.maya.public_id}" checked', body)
    assert f'value="{district.noor.public_id}">' in body
    assert 'value="2026-02-26"' in body


def test_htmx_gets_the_offered_students_alone(ruth, district, story):
    body = text_of(ruth.post(reverse("audit-new"), new_audit(story, q="noor", search="1"), headers=HTMX))
    assert "Noor Hassan" in body
    assert "<html" not in body


def test_three_students_picked_by_hand_begin_an_audit(ruth, district, story):
    students = [district.maya.public_id, district.eli.public_id, district.theo.public_id]
    response = ruth.post(reverse("audit-new"), new_audit(story, students=students))
    meeting = Meeting.objects.latest("pk")
    assert response.url == reverse("audit", args=[meeting.public_id])
    assert {each.student for each in meeting.audited.all()} == {district.maya, district.eli, district.theo}


def test_two_are_too_few_and_the_page_says_so(ruth, district, story):
    students = [district.maya.public_id, district.eli.public_id]
    body = text_of(ruth.post(reverse("audit-new"), new_audit(story, students=students)))
    assert "Pick three or four students. 2 are picked now." in body
    assert Meeting.objects.count() == 1


def test_a_student_out_of_the_leaders_reach_is_named(ruth, district, story):
    students = [district.maya.public_id, district.eli.public_id, district.noor.public_id]
    there = new_audit(story, students=students, facilitator=district.tomas.public_id)
    assert "Tomás Ruiz does not reach Noor Hassan" in text_of(ruth.post(reverse("audit-new"), there))


def test_a_student_out_of_my_reach_cannot_be_posted(ruth, district, story):
    ruth.post(reverse("audit-new"), new_audit(story, students=[district.ida.public_id] * 3))
    assert Meeting.objects.count() == 1


def test_who_is_not_in_the_team_cannot_lead_it(ruth, district, story):
    other = new_audit(story, facilitator=district.priya.public_id, how_many="3")
    assert text_of(ruth.post(reverse("audit-new") + "?how=random", other))
    assert Meeting.objects.count() == 1


@pytest.mark.parametrize(
    ("way", "more", "picked"),
    [
        ("?how=random", {"how_many": "3"}, "random"),
        ("?how=groups", {"how_many": "4", "group": "grade"}, "groups"),
        ("?gap=universal_only", {"how_many": "3"}, "universal_only"),
    ],
)
def test_chance_begins_an_audit(ruth, story, way, more, picked):
    response = ruth.post(reverse("audit-new") + way, new_audit(story, **more))
    assert response.status_code == 302
    assert {a.picked for a in Meeting.objects.latest("pk").audited.all()} == {picked}


def test_a_gap_says_how_many_of_my_students_are_in_it(ruth, story):
    assert "2 students whom you reach" in text_of(ruth.get(reverse("audit-new") + "?gap=universal_only"))


@pytest.mark.parametrize("way", ["?gap=no-such-gap", "?how=guess"])
def test_a_way_that_is_not_there_is_404(ruth, story, way):
    assert ruth.get(reverse("audit-new") + way).status_code == 404


# -- looking


@pytest.mark.parametrize("name", ["audit", "audit-close", "recap"])
def test_a_stranger_meets_404_at_an_open_audit(client, district, story, name):
    client.force_login(district.priya)
    assert client.get(of_audit(story, name)).status_code == 404


@pytest.mark.parametrize("name", ["audit-student", "audit-words", "audit-follow-up"])
def test_a_stranger_meets_404_at_a_student_of_it(client, district, story, name):
    client.force_login(district.priya)
    assert client.get(of_maya(story, name)).status_code == 404
    assert client.post(of_maya(story, name), {"say": "x"}).status_code == 404


def test_a_student_of_another_audit_is_404(ruth, district, story):
    there = reverse("audit-student", args=[story.meeting.public_id, district.theo.public_id])
    assert ruth.get(there).status_code == 404


def test_the_audit_shows_its_students_and_who_sees_it(ruth, story):
    body = text_of(ruth.get(of_audit(story)))
    assert "3 people can see this audit: the team, until it closes." in body
    assert "3 supports; 3 to talk about" in body
    assert body.count('class="sky mini"') == 3


def test_strengths_and_own_words_stand_before_supports_and_questions(ruth, district, story):
    note_strength(district.ruth, student=district.maya, text="Explains offside with salt shakers.")
    note_strength(district.ruth, student=district.maya, text="Say hi first.", in_own_words=True)
    body = text_of(ruth.get(of_maya(story)))
    order = ["Explains offside", "Say hi first.", "What surrounds Maya", "Three questions"]
    assert [body.index(words) for words in order] == sorted(body.index(words) for words in order)


def test_the_page_says_who_sees_it_and_why_i_do(ruth, story):
    body = text_of(ruth.get(of_maya(story)))
    assert "3 people can see this page" in body
    assert "You do because this student is in your caseload until June 12." in body


def test_a_member_who_reaches_nobody_else_is_told_why_they_do(client, district, story):
    client.force_login(district.nadia)
    assert "You do because your team has an open meeting about this student, until it closes." in text_of(
        client.get(of_maya(story))
    )


def test_reading_a_student_is_in_the_journal_once_and_a_part_of_the_page_is_not(ruth, district, story):
    ruth.get(of_maya(story))
    ruth.get(of_maya(story, "audit-words") + "?seen=x", headers=HTMX)
    seen = Entry.objects.filter(verb="student.seen", subject_pk=district.maya.pk, actor=district.ruth)
    assert seen.count() == 1


def test_the_sentence_counts_what_reaches_the_student(ruth, story):
    assert "3 supports reach Maya." in text_of(ruth.get(of_maya(story)))


def test_only_universal_supports_are_said_to_be_so(ruth, district, story):
    there = reverse("audit-student", args=[story.meeting.public_id, district.noor.public_id])
    assert "<mark>because it reaches everyone</mark>" in text_of(ruth.get(there))


def test_with_no_support_at_all_the_page_is_kind(ruth, district, story):
    story.circle.rules.all().delete()
    there = reverse("audit-student", args=[story.meeting.public_id, district.noor.public_id])
    assert "No support on record reaches Noor yet." in text_of(ruth.get(there))


def test_one_tap_says_what_is_seen(ruth, story):
    body = text_of(ruth.post(of_maya(story), {"say": f"s{story.contract.pk} not-seen"}, headers=HTMX))
    assert "<html" not in body
    assert "<mark>One is on paper, and nobody sees it</mark>" in body
    assert 'id="balance"' in body


def test_a_plain_tap_leads_back_to_the_page(ruth, story):
    response = ruth.post(of_maya(story), {"say": f"s{story.contract.pk} seen"})
    assert response.url == of_maya(story)
    assert Sighting.objects.get().seen is True


@pytest.mark.parametrize("word", ["helps", "helps-not", "not-said"])
def test_every_button_does_what_it_says(ruth, story, word):
    actions.say_helps(story.meeting.facilitator, audited=story.maya, key=f"s{story.circle.pk}", helps=word != "helps")
    ruth.post(of_maya(story), {"say": f"s{story.circle.pk} {word}"})
    sighting = Sighting.objects.get()
    assert (sighting.helps, sighting.seen) == (word != "helps-not", None)


def test_an_odd_button_changes_nothing(ruth, story):
    ruth.post(of_maya(story), {"say": "s1 explode"})
    assert ruth.post(of_maya(story), {"say": "w99 seen"}).status_code == 404
    assert not Sighting.objects.exists()


def test_what_no_record_holds_is_added_in_own_words_and_taken_out(ruth, story):
    own = {"add": "1", "name": "Soccer", "tier": "2", "domain": "belonging", "emphasis": "relationship"}
    ruth.post(of_maya(story), own)
    key = f"w{Sighting.objects.get().pk}"
    assert "seen, not recorded" in text_of(ruth.get(of_maya(story)))
    ruth.post(of_maya(story), {"say": f"{key} out"})
    assert not Sighting.objects.exists()


def test_adding_nothing_is_refused_with_a_sentence(ruth, story):
    body = text_of(ruth.post(of_maya(story), {"add": "1", "name": ""}))
    assert "Choose a support from the inventory, or write what you see." in body


# -- writing


def words(story, **more):
    return {"question": "missing", "text": "An adult at arrival.", "version": "0", "window": "a"} | more


def test_words_are_saved_with_a_plain_form(ruth, story):
    response = ruth.post(of_maya(story, "audit-words"), words(story), follow=True)
    body = text_of(response)
    assert "Saved 10 a.m." in body
    assert "An adult at arrival." in body


def test_words_are_saved_as_they_are_typed(ruth, story):
    response = ruth.post(of_maya(story, "audit-words"), words(story), headers={"X-Autosave": "1"})
    assert response.json() == {"text": "An adult at arrival.", "version": 1, "said": "Saved 10 a.m."}


def test_lines_come_back_as_the_page_holds_them(ruth, story):
    sent = words(story, text="One.\r\nTwo.")
    assert ruth.post(of_maya(story, "audit-words"), sent, headers={"X-Autosave": "1"}).json()["text"] == "One.\nTwo."


def test_words_of_an_older_window_are_joined_and_the_page_says_so(ruth, story):
    ruth.post(of_maya(story, "audit-words"), words(story), headers={"X-Autosave": "1"})
    again = words(story, text="Time to read.", window="b")
    answer = ruth.post(of_maya(story, "audit-words"), again, headers={"X-Autosave": "1"}).json()
    assert answer["text"] == "An adult at arrival.\n\nTime to read."
    assert "both texts are kept" in answer["said"]


def test_a_question_that_is_not_one_is_refused(ruth, story):
    response = ruth.post(of_maya(story, "audit-words"), words(story, question="blame"), headers={"X-Autosave": "1"})
    assert response.status_code == 400
    assert not Answer.objects.exists()


def test_words_do_not_become_markup_for_others(client, ruth, district, story):
    ruth.post(of_maya(story, "audit-words"), words(story, text="<script>alert(1)</script>"))
    client.force_login(district.tomas)
    body = text_of(client.get(of_maya(story)))
    assert "<script>alert" not in body
    assert "&lt;script&gt;alert" in body


def test_who_has_seen_everything_gets_no_news(ruth, story):
    seen = re.search(r"seen=([\w.]+)", text_of(ruth.get(of_maya(story))))[1]
    assert ruth.get(of_maya(story, "audit-words"), {"seen": seen}, headers=HTMX).status_code == 204


def test_news_brings_only_the_parts_that_changed(ruth, district, story):
    seen = re.search(r"seen=([\w.]+)", text_of(ruth.get(of_maya(story))))[1]
    actions.write(district.tomas, audited=story.maya, question="lived", text="Loud in the hall.")
    body = text_of(ruth.get(of_maya(story, "audit-words"), {"seen": seen}, headers=HTMX))
    assert "Loud in the hall." in body
    assert "What surrounds" not in body
    assert "<textarea" not in body


def test_a_closed_audit_takes_no_more_words(ruth, district, story):
    actions.close_audit(district.ruth, meeting=story.meeting)
    assert ruth.post(of_maya(story, "audit-words"), words(story)).status_code == 404
    assert ruth.post(of_maya(story), {"say": f"s{story.circle.pk} seen"}).status_code == 404
    assert ruth.get(of_maya(story, "audit-follow-up")).status_code == 404
    assert ruth.get(of_audit(story, "audit-close")).status_code == 404


def test_a_closed_audit_is_read_and_not_written(client, district, story):
    actions.write(district.tomas, audited=story.maya, question="lived", text="Loud in the hall.")
    actions.say_seen(district.ruth, audited=story.maya, key=f"s{story.circle.pk}", seen=True)
    actions.close_audit(district.ruth, meeting=story.meeting)
    client.force_login(district.priya)
    body = text_of(client.get(of_maya(story)))
    assert "this page is for those who reach the student on their own" in body
    assert "Loud in the hall." in body
    assert "on record and seen" in body
    assert "<textarea" not in body
    assert 'name="say"' not in body
    assert "every 4s" not in body


# -- deciding


def test_an_answer_becomes_a_follow_up(ruth, district, story):
    actions.write(
        district.ruth, audited=story.maya, question="missing", text="Nobody greets her.\nGreet her at the door."
    )
    there = of_maya(story, "audit-follow-up")
    assert 'value="Greet her at the door."' in text_of(ruth.get(there, {"from": "missing"}))
    ruth.post(there, {"what": "Greet her at the door.", "owner": district.tomas.public_id, "due_on": "2026-03-03"})
    follow_up = FollowUp.objects.get()
    assert (follow_up.owner, follow_up.student, follow_up.meeting) == (district.tomas, district.maya, story.meeting)
    assert "Greet her at the door." in text_of(ruth.get(of_maya(story)))


def test_a_follow_up_without_a_day_says_what_is_missing(ruth, district, story):
    there = of_maya(story, "audit-follow-up")
    body = text_of(ruth.post(there, {"what": "Greet her", "owner": district.tomas.public_id, "due_on": ""}))
    assert "This field is required." in body


# -- closing and the recap


def test_the_page_before_closing_says_what_closing_does(ruth, story):
    body = text_of(ruth.get(of_audit(story, "audit-close")))
    assert "of 3 supports nobody has said whether you see them" in body
    assert "stops seeing them now" in body


def test_closing_leads_to_the_recap(ruth, district, story):
    actions.write(district.ruth, audited=story.maya, question="missing", text="An adult at arrival.")
    promise(
        district.ruth,
        what="Greet her at the door",
        owner=district.tomas,
        due_on=story.meeting.held_on,
        meeting=story.meeting,
        student=district.maya,
    )
    body = text_of(ruth.post(of_audit(story, "audit-close"), follow=True))
    for words in ("Maya Rivera", "An adult at arrival.", "Greet her at the door", "Tomás Ruiz,", "by February 24"):
        assert words in body
    assert ruth.get(of_audit(story)).url == of_audit(story, "recap")


def test_the_recap_tells_also_what_was_decided_about_nobody_in_particular(ruth, district, story):
    day = story.meeting.held_on
    promise(district.ruth, what="Ask why so many plans are about behavior", owner=district.ruth, due_on=day,
            meeting=story.meeting)  # fmt: skip
    body = text_of(ruth.get(of_audit(story, "recap")))
    assert "The team decided on <mark>one follow-up</mark>." in body
    assert "Also decided" in body
    assert "Ask why so many plans are about behavior" in body


def test_the_recap_of_an_open_audit_does_not_say_that_nothing_came_of_it(ruth, district, story):
    body = text_of(ruth.get(of_audit(story, "recap")))
    assert "no follow-up is decided yet" in body
    assert "Nothing was decided" not in body
    actions.close_audit(district.ruth, meeting=story.meeting)
    assert "decided on no follow-up" in text_of(ruth.get(of_audit(story, "recap")))


def test_who_saw_the_students_only_through_it_lands_on_together(client, district, story):
    client.force_login(district.nadia)
    response = client.post(of_audit(story, "audit-close"))
    assert response.url == reverse("together")
    assert client.get(of_audit(story, "recap")).status_code == 404


def test_the_recap_says_whom_it_leaves_out(client, district, story):
    actions.close_audit(district.ruth, meeting=story.meeting)
    client.force_login(district.tomas)
    body = text_of(client.get(of_audit(story, "recap")))
    assert "One more student was discussed whom you do not reach." in body
    assert "Noor" not in body


def test_the_recap_names_students_so_it_is_in_the_journal(ruth, district, story):
    ruth.get(of_audit(story, "recap"))
    assert Entry.objects.filter(actor=district.ruth, verb="students.listed", detail__count=3).exists()


def test_a_page_of_an_audit_costs_the_same_number_of_queries_whatever_the_team_says(
    ruth, district, story, django_assert_max_num_queries
):
    for person in (district.tomas, district.nadia):
        for question in Answer.Question.values:
            actions.write(person, audited=story.maya, question=question, text="Words.")
    with django_assert_max_num_queries(60):
        ruth.get(of_maya(story))


# -- patterns


def test_patterns_before_any_audit_say_what_to_do(client, district):
    client.force_login(district.ruth)
    body = text_of(client.get(reverse("patterns")))
    assert "No audit is closed yet." in body
    assert reverse("audit-new") in body


def test_patterns_offer_an_audit_to_who_may_begin_one(client, district):
    for person, is_offered in ((district.dana, True), (district.sol, False)):
        client.force_login(person)
        assert (f'href="{reverse("audit-new")}"' in text_of(client.get(reverse("patterns")))) is is_offered


def test_patterns_for_who_reaches_everyone(client, district, story):
    actions.say_seen(district.ruth, audited=story.maya, key=f"s{story.contract.pk}", seen=False)
    actions.say_seen(district.ruth, audited=story.maya, key=f"s{story.reading.pk}", seen=True)
    actions.close_audit(district.ruth, meeting=story.meeting)
    client.force_login(district.priya)
    body = text_of(client.get(reverse("patterns")))
    assert "one has <mark>Behavior contract</mark> on paper only" in body
    assert "You reach every student behind these figures" in body


def test_patterns_of_few_students_show_no_number_to_a_leader(client, district, story):
    actions.close_audit(district.ruth, meeting=story.meeting)
    client.force_login(district.sol)
    body = text_of(client.get(reverse("patterns")))
    assert "Fewer than 10 students have been looked at" in body
    assert "<table" not in body


def test_who_has_no_part_in_it_meets_404(client, district):
    client.force_login(district.sam)
    assert client.get(reverse("patterns")).status_code == 404


def test_members_of_a_team_with_no_role_still_begin_nothing(client, district, story):
    client.force_login(district.nadia)
    assert client.get(reverse("audit-new")).status_code == 404
