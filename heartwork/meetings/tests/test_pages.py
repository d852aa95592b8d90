"""The pages of a meeting, through the client: they work, say little to strangers, and work as plain forms."""

from django.urls import reverse

from heartwork.meetings import actions, stream, views
from heartwork.meetings.models import Seat, Writing
from heartwork.meetings.tests.stories import ACTIVITY, PROMPT, meeting_of, team_of, to_stage
from heartwork.roster.tests.test_sessions import after
from heartwork.teams.models import FollowUp, Meeting, Stage
from heartwork.testing.people import DAY
from heartwork.web.paper import NoPaper

SECRET = "zq-belonging-first"


def at(name, meeting):
    return reverse(name, args=[meeting.public_id])


def do(client, meeting, button, **more):
    return client.post(at("meeting", meeting), {"do": button, **more})


def test_a_meeting_is_begun_from_the_list_of_what_a_team_can_do(client, district):
    team = team_of(district)
    client.force_login(district.ruth)
    assert "The question about outcomes" in client.get(reverse("activities")).content.decode()
    typed = {"team": team.public_id, "facilitator": district.tomas.public_id, "held_on": DAY, "topic": "Our goals"}
    response = client.post(reverse("meeting-new", args=[ACTIVITY]), typed)
    meeting = Meeting.objects.get()
    assert response.url == at("meeting", meeting)
    assert set(Seat.objects.values_list("staff", flat=True)) == {district.ruth.pk, district.tomas.pk}
    assert "Our goals" in client.get(response.url).content.decode()


def test_who_leads_must_be_in_the_team(client, district):
    team = team_of(district)
    other = meeting_of(district).team  # a second team of Ruth's, so that its people can be chosen
    actions_team = {"team": team.public_id, "held_on": DAY}
    from heartwork.teams.actions import add_member

    add_member(district.ruth, team=other, staff=district.uma)
    client.force_login(district.ruth)
    response = client.post(
        reverse("meeting-new", args=[ACTIVITY]), actions_team | {"facilitator": district.uma.public_id}
    )
    assert "Uma Singh is not in Elm student support team" in response.content.decode()


def test_words_save_themselves_and_without_a_script(client, district):
    meeting = meeting_of(district)
    client.force_login(district.tomas)
    words = {"prompt": PROMPT, "text": f"{SECRET}\r\nTwo.", "version": 0, "window": "w"}
    answer = client.post(at("meeting-words", meeting), words, headers={"X-Autosave": "1"}).json()
    assert (answer["text"], answer["version"]) == (f"{SECRET}\nTwo.", 1)
    response = client.post(at("meeting-words", meeting), words | {"text": "Plain.", "version": 1})
    assert response.url == at("meeting", meeting)
    assert Writing.objects.get().text == "Plain."


def test_no_page_shows_the_others_what_one_wrote_alone(client, district):
    meeting = meeting_of(district)
    actions.write(district.tomas, meeting=meeting, prompt=PROMPT, text=SECRET)
    for stages in ((), (Stage.REVEALED,), (Stage.DISCUSSED,), (Stage.DECIDED,)):
        to_stage(district, meeting, *stages)
        for person in (district.ruth, district.sol, district.dana, district.sam, district.priya):
            client.force_login(person)
            for name in ("meeting", "meeting-wall", "meeting-recap", "meeting-recap-pdf", "meeting-news"):
                assert SECRET.encode() not in client.get(at(name, meeting)).content
    client.force_login(district.tomas)
    assert SECRET in client.get(at("meeting-recap", meeting)).content.decode()
    assert SECRET not in client.get(at("meeting-wall", meeting)).content.decode()


def test_a_meeting_goes_through_its_stages_by_plain_forms(client, district):
    meeting = meeting_of(district)
    client.force_login(district.tomas)
    actions.write(district.tomas, meeting=meeting, prompt=PROMPT, text="Each is known.")
    do(client, meeting, f"share {PROMPT}:0")
    do(client, meeting, "done")
    client.force_login(district.ruth)
    assert "2 people are here, 1 done." in client.get(at("meeting", meeting)).content.decode()
    do(client, meeting, "move revealed")
    assert "Each is known." in client.get(at("meeting", meeting)).content.decode()
    assert "Each is known." in client.get(at("meeting-wall", meeting)).content.decode()
    do(client, meeting, "move discussed")
    do(client, meeting, f"write_down {PROMPT}", text="We know each child.")
    do(client, meeting, "move decided")
    do(client, meeting, "write_down decision", text="Ask the students.")
    promised = {"what": "Write to families", "owner": district.tomas.public_id, "due_on": "2026-03-03"}
    do(client, meeting, "promise", **promised)
    do(client, meeting, "close")
    recap = client.get(at("meeting", meeting), follow=True)
    shown = recap.content.decode()
    for words in ("Each is known.", "We know each child.", "Ask the students.", "Write to families", "Tomás Ruiz"):
        assert words in shown
    assert FollowUp.objects.get().meeting == meeting
    paper = client.get(at("meeting-recap-pdf", meeting))
    assert paper.content.startswith(b"%PDF")
    assert paper["Cache-Control"] == "no-store"


def test_a_machine_that_cannot_make_pdfs_says_so(client, district, monkeypatch):
    def no_pango(html, *, name):
        raise NoPaper

    monkeypatch.setattr(views, "pdf", no_pango)
    meeting = meeting_of(district)
    client.force_login(district.tomas)
    said = client.get(at("meeting-recap-pdf", meeting), follow=True).content.decode()
    assert "Print the page instead." in said


def test_an_empty_line_or_promise_says_what_is_missing(client, district):
    meeting = meeting_of(district)
    client.force_login(district.ruth)
    response = client.post(at("meeting", meeting), {"do": "write_down decision", "text": " "}, follow=True)
    assert "Nothing was added." in response.content.decode()
    assert do(client, meeting, "promise").status_code == 302
    assert not FollowUp.objects.exists()


def test_a_button_that_is_not_there_does_nothing(client, district):
    meeting = meeting_of(district)
    client.force_login(district.ruth)
    for what in ("", "fly", "move nowhere", "take_back x", "strike 99999999", "share x", f"share {PROMPT}:9"):
        assert do(client, meeting, what).status_code == 404
    assert Meeting.objects.get().stage == Stage.ALONE


def test_a_guest_joins_by_the_code_and_reads_the_wall(client, district):
    meeting = meeting_of(district)
    client.force_login(district.uma)
    assert client.get(at("meeting", meeting)).status_code == 404
    wrong = client.post(reverse("join"), {"code": "maple 1"})
    assert "No meeting is joined by this code now" in wrong.content.decode()
    assert client.post(reverse("join"), {"code": meeting.code}).url == at("meeting", meeting)
    wall = client.get(at("meeting-wall", meeting)).content.decode()
    assert "http://testserver/join/" in wall
    assert '<svg class="qr"' in wall


def test_a_member_who_has_no_seat_reads_along_until_they_take_one(client, district):
    team = team_of(district)
    meeting = actions.begin(district.ruth, activity=ACTIVITY, team=team, held_on=DAY, facilitator=district.ruth)
    client.force_login(district.tomas)
    assert "Take a seat" in client.get(at("meeting", meeting)).content.decode()
    assert client.post(at("meeting-words", meeting), {"prompt": PROMPT, "text": "x", "version": 0}).status_code == 404
    do(client, meeting, "sit_down")
    assert "Take a seat" not in client.get(at("meeting", meeting)).content.decode()


def test_a_screen_asks_for_news_in_few_questions(client, district, django_assert_max_num_queries):
    meeting = meeting_of(district)
    client.force_login(district.tomas)
    with django_assert_max_num_queries(6):
        assert client.get(at("meeting-news", meeting)).json() == {"changes": 1, "stage": "alone"}
    assert client.get(at("meeting-stream", meeting)).status_code == 204


def test_pages_ask_the_same_number_of_questions_however_many_people_write(
    client, district, django_assert_max_num_queries
):
    meeting = meeting_of(district)
    for person in (district.uma, district.priya, district.ada):
        actions.join(person, code=meeting.code)
        actions.write(person, meeting=meeting, prompt=PROMPT, text="A.\nB.\nC.")
        for number in range(3):
            actions.share(person, meeting=meeting, prompt=PROMPT, number=number)
    to_stage(district, meeting, Stage.REVEALED)
    client.force_login(district.tomas)
    with django_assert_max_num_queries(18):
        assert client.get(at("meeting", meeting)).content.decode().count("<blockquote") == 9


def test_the_stream_is_for_who_is_signed_in_and_may_read_the_meeting(client, district):
    meeting = meeting_of(district)

    def hears(cookie):
        headers = [(b"cookie", f"sessionid={cookie}".encode())]
        return stream._meeting_of(
            {"type": "http", "method": "GET", "path": at("meeting-stream", meeting), "headers": headers}
        )

    assert hears("made0up0made0up0made0up0made0up0") is None
    client.force_login(district.uma)
    assert hears(client.cookies["sessionid"].value) is None
    client.force_login(district.tomas)
    mine = client.cookies["sessionid"].value
    assert hears(mine) == meeting.pk
    with after(minutes=31):
        assert hears(mine) is None  # not used for too long
    district.tomas.ended_on = DAY
    district.tomas.save()
    assert hears(mine) is None
