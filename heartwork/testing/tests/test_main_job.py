"""The whole main job, as a counselor does it: sign in, pick students from a gap, audit, follow up, recap, patterns.

Ruth does it twice in a browser: with the mouse, and with nothing but the keyboard. Both go the same way, and what is
kept and shown is asked for at every step.
"""

import datetime
import re

import pytest
from django.utils.formats import date_format
from playwright.sync_api import expect

from heartwork.audits.models import Answer, AuditedStudent, Sighting
from heartwork.audits.patterns import patterns
from heartwork.supports.models import Domain, Emphasis, Tier
from heartwork.teams.models import FollowUp, Meeting
from heartwork.testing.browser import axe, wider_than_window
from heartwork.testing.demo import story
from heartwork.testing.hands import Keyboard, Mouse

pytestmark = pytest.mark.browser

PASSWORD = "maple-window-river-stone"
GAP = "Only supports that change behavior"
SAVED = re.compile(r"Saved \d")
WORDS = {
    "missing": "An adult at arrival.\nAsk who opens the gym at seven",
    "balance": "Two plans about sitting still, and none about friends.",
    "lived": "Tuesday is long; lunch with the librarian is the good part.",
}


@pytest.fixture
def ruth(elmwood):
    """The counselor at Elm, with a password of her own; so has Tomás, who teaches there."""
    for username in ("ruth.okafor", "tomas.ruiz"):
        person = story.who(username)
        person.set_password(PASSWORD)
        person.save(update_fields=["password"])
    return story.who("ruth.okafor")


def the_main_job(window, hands, ruth, day):
    """From the sign-in page to what comes of the audit."""
    page = window.page
    tomas = story.who("tomas.ruiz")
    main = page.locator("main")
    before = {row.name: row for row in patterns(ruth).supports}
    looked_at_before = patterns(ruth).students
    sent = []  # every page that came, with its content policy
    page.on("response", lambda answer: sent.append(answer) if answer.request.resource_type == "document" else None)

    def link(name, place=main):
        return place.get_by_role("link", name=name, exact=True)

    def button(name, place=main):
        return place.get_by_role("button", name=name, exact=True)

    def arrived(heading):
        """The page is there, in order, and asked nothing of another host."""
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        assert axe(page) == []
        assert wider_than_window(page) == 0
        assert window.complaints == []
        assert window.elsewhere == []

    def sign_in(person):
        hands.write(page.get_by_label("Sign-in name"), person.username)
        hands.write(page.get_by_label("Password"), PASSWORD)
        hands.press(button("Sign in"))

    # Signs in.
    window.open("/sign-in/")
    arrived("Sign in")
    sign_in(ruth)
    arrived("Good morning, Ruth")

    # Whom do our supports miss?
    places = page.get_by_role("navigation", name="Places")
    hands.press(link("Supports", places))
    arrived("What we do for care")
    hands.press(link("Gaps"))
    arrived("Whom do our supports miss?")
    hands.press(link(GAP))
    arrived(GAP)

    # Picks three of them by hand, whom no audit has looked at.
    known = {each.student.name for each in AuditedStudent.objects.select_related("student")}
    found = main.get_by_role("rowheader").all_inner_texts()
    chosen = [name for name in found if name not in known][:3]
    hands.press(link("Audit three or four of these"))
    arrived("Begin an audit")
    hands.press(link("By hand from the gap"))
    arrived("Begin an audit")
    for name in chosen[:2]:
        hands.tick(page.get_by_role("checkbox", name=f"{name} Grade"))
    hands.press(button("Begin"))
    expect(page.get_by_role("alert")).to_have_text("Pick three or four students. 2 are picked now.")
    arrived("Begin an audit")
    hands.tick(page.get_by_role("checkbox", name=f"{chosen[2]} Grade"))
    hands.press(button("Begin"))
    arrived(re.compile("^Systems audit, "))
    meeting = Meeting.objects.latest("pk")
    audited = list(meeting.audited.select_related("student"))
    assert sorted(each.student.name for each in audited) == sorted(chosen)
    assert {each.picked for each in audited} == {"behavior_only"}
    assert meeting.facilitator == ruth
    expect(main).to_contain_text("What reaches these 3 students, on paper and on the ground?")

    # What surrounds the first of them.
    first, second = audited[0].student, audited[1].student
    hands.press(main.get_by_role("link", name=re.compile(f"^{first.first_name}")).first)
    arrived(re.compile(f"^{first.name}, grade "))
    sky, rows = page.locator("svg.sky.wide"), page.locator("table.said tbody tr")
    expect(sky).to_be_visible()
    marks = rows.count()
    assert marks >= 5
    expect(sky.get_by_role("link")).to_have_count(marks)
    expect(sky).to_contain_text("SEL curriculum")
    expect(sky).to_contain_text("Nothing on record, nothing seen")

    # Together the team says what it sees.
    def say(support, word):
        return page.get_by_role("group", name=f"{support}: do we see it?").get_by_role("button", name=word, exact=True)

    hands.press(say("SEL curriculum", "Not seen"))
    expect(say("SEL curriculum", "Not seen")).to_have_attribute("aria-pressed", "true")
    expect(say("SEL curriculum", "Not seen")).to_be_focused()  # the keyboard goes on from there
    expect(sky).to_contain_text("on paper, not seen")
    hands.press(say("Check-In/Check-Out", "Seen"))
    expect(say("Check-In/Check-Out", "Seen")).to_have_attribute("aria-pressed", "true")
    helps = main.get_by_role("button", name="It helps").filter(has_text="Check-In/Check-Out")
    hands.press(helps)
    expect(helps).to_have_attribute("aria-pressed", "true")
    expect(sky.locator(".helps")).to_have_count(1)
    said = {each.name: each for each in Sighting.objects.filter(audited=audited[0])}
    assert said["SEL curriculum"].seen is False
    assert said["Check-In/Check-Out"].seen is True
    assert said["Check-In/Check-Out"].helps

    # What no record holds.
    hands.press(page.locator("summary", has_text="Add what no record holds"))
    hands.write(page.get_by_label("Or in your own words"), "Feeds the fish before school")
    hands.choose(page.get_by_label("For whom"), str(Tier.objects.get(number=3)))
    hands.choose(page.get_by_label("Part of life"), str(Domain.objects.get(code="home")))
    hands.choose(page.get_by_label("What it sets out to do"), str(Emphasis.objects.get(code="relationship")))
    hands.press(button("Add it"))
    expect(sky.get_by_role("link")).to_have_count(marks + 1)
    arrived(re.compile(f"^{first.name}, grade "))
    expect(sky).to_contain_text("Feeds the fish before school")
    added = Sighting.objects.get(audited=audited[0], name="Feeds the fish before school")
    assert not added.on_record
    assert (added.tier.number, added.domain.code, added.emphasis.code) == (3, "home", "relationship")

    # Three questions, kept as they are typed: nobody presses anything.
    for question, words in WORDS.items():
        form = page.locator(f"form:has(#words-{question})")
        expect(button("Save", form)).to_be_hidden()
        hands.write(page.locator(f"#words-{question}"), words)
        expect(form.locator("[data-saved]")).to_have_text(SAVED)
        kept = Answer.objects.get(audited=audited[0], question=question)
        assert (kept.author, kept.text) == (ruth, words)

    # Follow-ups: one out of an answer, one of its own; each with a name and a day.
    in_a_week, later = day + datetime.timedelta(7), day + datetime.timedelta(16)
    hands.press(link("Make it a follow-up").first)
    arrived(f"A follow-up for {first.first_name}")
    expect(page.get_by_label("What will be done")).to_have_value("Ask who opens the gym at seven")
    hands.pick_day(page.get_by_label("By", exact=True), in_a_week)
    hands.press(button("Keep the follow-up"))
    arrived(re.compile(f"^{first.name}, grade "))
    expect(page.locator("#todo li")).to_be_in_viewport()  # what was just written down, not the top of a long page
    expect(page.locator("#todo li")).to_contain_text("Ask who opens the gym at seven")
    hands.press(page.locator("summary", has_text="Add a follow-up"))
    hands.write(page.get_by_label("What will be done"), "Sit beside the bus door on Tuesday")
    hands.choose(page.get_by_label("Who", exact=True), tomas.name)
    hands.pick_day(page.get_by_label("By", exact=True), later)
    hands.press(button("Keep the follow-up"))
    expect(page.locator("#todo li")).to_have_count(2)
    arrived(re.compile(f"^{first.name}, grade "))
    promised = FollowUp.objects.filter(meeting=meeting).order_by("due_on")
    assert [(each.what, each.owner, each.due_on, each.student) for each in promised] == [
        ("Ask who opens the gym at seven", ruth, in_a_week, first),
        ("Sit beside the bus door on Tuesday", tomas, later, first),
    ]

    # On to the second, then the audit as a whole.
    hands.press(link(f"Next: {second.first_name}"))
    arrived(re.compile(f"^{second.name}, grade "))
    hands.press(say("Counselor at Elm", "Seen"))
    expect(say("Counselor at Elm", "Seen")).to_have_attribute("aria-pressed", "true")
    hands.press(link("The whole audit"))
    arrived(re.compile("^Systems audit, "))
    expect(main).to_contain_text("Sit beside the bus door on Tuesday")

    # The recap holds all of it.
    def recap_holds_everything():
        arrived(re.compile("^Systems audit, "))
        expect(main.locator(".message")).to_have_text("The team decided on 2 follow-ups.")
        of_first = main.get_by_role("region", name=f"{first.name},")
        for words in (
            "On paper, not seen SEL curriculum",
            "Seen, on no record Feeds the fish before school",
            f"{first.first_name} says it helps Check-In/Check-Out",
            *(line for text in WORDS.values() for line in text.splitlines()),
            ruth.name,
            f"Ask who opens the gym at seven {ruth.name}, by {date_format(in_a_week, 'MONTH_DAY_FORMAT')}",
            f"Sit beside the bus door on Tuesday {tomas.name}, by {date_format(later, 'MONTH_DAY_FORMAT')}",
        ):
            shown = " ".join(of_first.inner_text().split())
            assert words in shown, f"{words!r} is not in the recap: {shown}"
        for each in audited:
            expect(main.get_by_role("heading", name=each.student.name)).to_be_visible()

    hands.press(link("See the recap so far"))
    recap_holds_everything()
    hands.press(link("Go on with the audit"))
    arrived(re.compile("^Systems audit, "))
    hands.press(link("Close the audit"))
    arrived("Close the audit")
    hands.press(button("Close the audit"))
    expect(page.get_by_role("status")).to_contain_text("The audit is closed.")
    recap_holds_everything()
    meeting.refresh_from_db()
    assert meeting.is_closed

    # What audits show together has grown by it.
    hands.press(link("Together", places))
    arrived("Together")
    hands.press(link("What audits show together"))
    arrived("What audits show together")
    expect(main.locator(".message")).to_contain_text(f"Of {looked_at_before + 3} students")

    def counts(support):
        row = main.get_by_role("row").filter(has=page.get_by_role("rowheader", name=support, exact=True))
        return [int(count) for count in row.get_by_role("cell").all_inner_texts()]

    assert counts("Feeds the fish before school") == [0, 0, 0, 1]
    curriculum = before["SEL curriculum"]
    assert counts("SEL curriculum") == [curriculum.seen, curriculum.not_seen + 1, curriculum.not_said + 2, 0]
    counselor = before["Counselor at Elm"]
    assert counts("Counselor at Elm") == [counselor.seen + 1, counselor.not_seen, counselor.not_said + 2, 0]

    # What was promised waits on Today, each with whom it was given to.
    hands.press(link("Today", places))
    arrived("Good morning, Ruth")
    mine = main.get_by_role("listitem").filter(has=link("Ask who opens the gym at seven", page))
    expect(mine).to_contain_text(f"by {date_format(in_a_week, 'MONTH_DAY_FORMAT')}")
    expect(main).not_to_contain_text("Sit beside the bus door on Tuesday")
    hands.press(page.get_by_role("link", name="Ruth Okafor: your account"))
    arrived("Ruth Okafor")
    hands.press(button("Sign out"))
    arrived("Sign in")
    sign_in(tomas)
    arrived("Good morning, Tomás")
    expect(link("Sit beside the bus door on Tuesday")).to_be_visible()

    # Nothing may run that does not come as a file from here.
    assert len(sent) > 20
    for answer in sent:
        if answer.status == 200:
            assert_strict(answer.headers["content-security-policy"])


def assert_strict(policy):
    """The content policy allows scripts and styles from here as files, and nothing else."""
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";") if rule.strip())
    assert rules["default-src"] == rules["script-src"] == rules["style-src"] == "'self'"
    assert rules["object-src"] == "'none'"
    assert "unsafe" not in policy


def test_a_counselor_does_the_main_job_with_the_mouse(windows, ruth, day):
    window = windows()
    the_main_job(window, Mouse(window.page), ruth, day)


def test_a_counselor_does_the_main_job_with_the_keyboard_alone(windows, ruth, day):
    window = windows()
    the_main_job(window, Keyboard(window.page), ruth, day)


def test_code_in_words_and_in_attributes_does_not_run(windows, ruth):
    window = windows(ruth)
    assert_strict(window.page.goto(window.address + "/").headers["content-security-policy"])
    window.page.evaluate("""() => {
        setTimeout("window.ran = 'a text as code'", 0);
        const it = document.body.appendChild(document.createElement('button'));
        it.setAttribute('onclick', "window.ran = 'an attribute'");
        it.click();
    }""")
    window.page.wait_for_function("() => new Promise(done => setTimeout(() => done(true), 50))")
    assert window.page.evaluate("window.ran") is None
    assert any("unsafe-eval" in line or "eval" in line for line in window.complaints)
    assert any("inline" in line for line in window.complaints)
