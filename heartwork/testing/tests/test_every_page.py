"""Every page of the product, opened in a browser on a phone and on a laptop, in the district of the demo.

Each address has a row in `PAGES`, or a reason in `NO_PAGES` why there is nothing to open; a new one needs either.
"""

import csv
import datetime
import uuid
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from heartwork.audits.models import AuditedStudent
from heartwork.cycles import actions as cycles
from heartwork.cycles.models import Cycle, Problem
from heartwork.measures.models import Measure
from heartwork.meetings import actions as meetings
from heartwork.privacy import actions as privacy
from heartwork.relationships import actions as relationships
from heartwork.roster import actions as roster
from heartwork.roster import imports
from heartwork.roster.checks import every_view
from heartwork.roster.models import Assignment, PossibleTwin, StaffMember, Student
from heartwork.routines.models import Change
from heartwork.supports.models import Participation, Support
from heartwork.teams.models import FollowUp, Meeting, Stage, Team
from heartwork.testing.browser import LAPTOP, PHONE, axe, screenshot, wider_than_window
from heartwork.testing.demo import story
from heartwork.trusted import actions as trusted
from heartwork.walkthroughs.models import Visit

pytestmark = pytest.mark.browser

NO_PAGES = {
    "health": "an answer for a watcher",
    "sign-out": "only takes a change",
    "account_login": "another name of sign-in",
    "mfa_login_webauthn": "only takes a passkey",
    "mfa_authenticate": "the second step; looked at in test_signing_in_in_the_browser",
    "sign-in-begin-anew": "only takes a change",
    "sign-in-with": "only takes a change",
    "openid_connect_callback": "an answer of another system",
    "saml_acs": "an answer of another system",
    "saml_finish_acs": "an answer of another system",
    "saml_sls": "nothing is there",
    "saml_metadata": "a file",
    "sign-in-again": "goes on to signing in",
    "sign-in-resume": "sends what was typed; looked at in test_signing_in_in_the_browser",
    "sign-out-elsewhere": "only takes a change",
    "still-here": "only a sign of life",
    "mfa_activate_totp": "asks first whether it is still oneself: test_signing_in_in_the_browser",
    "mfa_deactivate_totp": "asks first whether it is still oneself: test_signing_in_in_the_browser",
    "mfa_view_recovery_codes": "asks first whether it is still oneself: test_signing_in_in_the_browser",
    "mfa_generate_recovery_codes": "asks first whether it is still oneself: test_signing_in_in_the_browser",
    "mfa_add_webauthn": "asks first whether it is still oneself: test_signing_in_in_the_browser",
    "mfa_remove_webauthn": "asks first whether it is still oneself: test_signing_in_in_the_browser",
    "mfa_reauthenticate": "asks first whether it is still oneself: test_signing_in_in_the_browser",
    "mfa_reauthenticate_webauthn": "asks first whether it is still oneself: test_signing_in_in_the_browser",
    "forget-second-steps": "asks first whether it is still oneself: test_signing_in_in_the_browser",
    "language": "only takes a change",
    "twin": "only takes a change",
    "end-person": "only takes a change",
    "import-apply": "only takes a change",
    "import-set-aside": "only takes a change",
    "import-again": "only takes a change",
    "import-rejects": "a file",
    "view-as": "only takes a change",
    "view-as-end": "only takes a change",
    "substitute-end": "only takes a change",
    "emergency-end": "only takes a change",
    "emergency-told": "only takes a change",
    "support-confirm": "only takes a change",
    "audit-words": "words that others wrote, as a part of the page of the audit",
    "today-gap": "a part of Today",
    "meeting-words": "only takes a change",
    "meeting-news": "two numbers for a screen",
    "meeting-stream": "two numbers for a screen",
    "meeting-recap-pdf": "a file",
    "measure-end": "only takes a change",
    "measure-gather": "only takes a change",
    "measure-note-off": "only takes a change",
    "measure-csv": "a file",
    "opt-out": "only takes a change",
    "consent-withdraw": "only takes a change",
    "release-sign": "only takes a change",
    "walk-worker": "a script",
    "walk-blank": "kept by phones; looked at in test_walk_in_the_browser",
}


class Place:
    """What the addresses need: one thing of each kind out of the demo."""

    def __init__(self, folder):
        self.ruth, self.tomas, self.priya, self.dana = map(
            story.who, ["ruth.okafor", "tomas.ruiz", "priya.kaur", "dana.whitlock"]
        )
        self.ruth.set_password("river-lantern-basket-violet")  # something to confirm with
        self.ruth.save()
        self.uma, self.sol, self.lena, self.sam = map(story.who, ["uma.singh", "sol.reyes", "lena.ito", "sam.hill"])
        self.maya, self.eli = story.called("Maya Rivera"), story.called("Eli Scott")
        self.support = Support.objects.get(name="Check-In/Check-Out", school__name="Elm Middle School")
        self.everyone = Support.objects.get(name="SEL curriculum", school__name="Elm Middle School")
        self.position = Support.objects.get(name="Care coach")
        self.learning = Support.objects.get(kind__code="trauma-training")
        self.paper = Support.objects.get(name="Restorative circles", school__name="Elm Middle School")
        self.team = Team.objects.get(name="Elm student support team")
        self.open_audit = Meeting.objects.get(activity="audits", closed_at=None)
        self.meeting, self.talked, self.over = (self._meeting(n) for n in range(3))
        self.about_students = meetings.begin(
            self.ruth, activity="supportteam", team=self.team, held_on=timezone.localdate(), facilitator=self.ruth
        )
        self.change = Change.objects.filter(team=self.team).first()
        self.round = meetings.begin(
            self.ruth,
            activity="relationships",
            team=self.team,
            held_on=timezone.localdate(),
            facilitator=self.ruth,
        )
        for person in (self.tomas, self.uma):
            meetings.sit_down(person, meeting=self.round)
        for person in (self.ruth, self.tomas, self.uma):
            relationships.mark(person, meeting=self.round, text=str(self.maya.public_id))
        meetings.move(self.ruth, meeting=self.round, stage=Stage.REVEALED)
        meetings.move(self.ruth, meeting=self.round, stage=Stage.DISCUSSED)
        section = Assignment.objects.filter(staff=self.tomas, section__isnull=False).first().section
        self.asking = trusted.ask(
            self.tomas,
            school=section.school,
            section=section,
            until=timezone.now() + datetime.timedelta(hours=10),
        )
        trusted.say(self.asking.slips.first(), adults=[self.tomas], words="She asks twice.")
        self.closed_audit = (
            Meeting.objects.filter(activity="audits", team=self.team).exclude(closed_at=None).latest("held_on")
        )
        self.of_closed = AuditedStudent.objects.filter(meeting=self.closed_audit).first().student
        self.visit = Visit.objects.select_related("school").first()
        self.participation = Participation.objects.filter(student=self.maya, status="active").first()
        self.problem = Problem.objects.get()
        self.driver = self.problem.drivers.first()
        self.decided, _, self.going_on, self.planned = Cycle.objects.order_by("pk")
        self.ended = self._ended(Cycle.objects.get(pk=self.going_on.pk))
        self.slipped = FollowUp.objects.filter(owner=self.ruth, done_on=None).first()
        self.twin = PossibleTwin.objects.first()
        self.grades = Assignment.objects.filter(staff=self.ruth, role="counselor").first()
        self.belong, self.checkin = (Measure.objects.get(source_id=name) for name in ("belong", "checkin"))
        self.referred = Measure.objects.filter(source="referrals").first() or Measure.objects.create(
            name="Office referrals", data="rate", source="referrals"
        )
        self.outcome = Measure.objects.create(name="A child feels at home", kind="outcome", cannot_be_measured=True)
        self.applied = imports.begin(None, name="again", source=folder)  # read once more: nothing to do
        imports.read(self.applied.pk)
        self.ready = imports.begin(self.sam, name="a new class", source=_one_more_class(folder))
        imports.read(self.ready.pk)
        self.unknown = imports.begin(self.sam, name="lunches.csv", source=_unknown(folder))
        imports.read(self.unknown.pk)
        self.request, self.release = self._family()
        self.waiting = imports.begin(self.sam, name="waiting", source=folder)
        self.link = roster.give_sign_in(None, StaffMember.objects.get(username="nour.alvarez"), "nour.alvarez")

    def _meeting(self, far):
        """A meeting of Ruth's and Tomás's: just begun, being talked over, or over."""
        team = self.team
        meeting = meetings.begin(
            self.ruth, activity="reflect-routines", team=team, held_on=timezone.localdate(), facilitator=self.ruth
        )
        meetings.sit_down(self.tomas, meeting=meeting)
        for person in (self.ruth, self.tomas):
            meetings.write(person, meeting=meeting, prompt="alters", text="Morning meeting.\nBus duty.")
            meetings.share(person, meeting=meeting, prompt="alters", number=0)
        for stage in (Stage.REVEALED, Stage.DISCUSSED, Stage.DECIDED)[: far * 2]:
            meetings.move(self.ruth, meeting=meeting, stage=stage)
            meetings.write_down(self.tomas, meeting=meeting, kind="alters", text="The first ten minutes.")
        if far == 2:
            meetings.close(self.ruth, meeting=meeting)
        return meeting

    def _family(self):
        """What Maya's family signed and asked, and what waits for the superintendent."""
        privacy.opt_out(self.ruth, student=self.maya, said_by="Ana Rivera")
        said = {"records": "attendance and grades", "purpose": "tutoring after school", "recipient": "Reading Club"}
        signed = {"signed_by": "Ana Rivera", "signed_on": datetime.date(2026, 2, 23), "how": "paper, in the office"}
        consent = privacy.note_consent(self.ruth, student=self.maya, **said, **signed)
        told = {"student": self.maya, "asked_on": datetime.date(2026, 2, 23)}
        release = privacy.note_disclosure(self.ruth, basis="consent", consent=consent, **told)
        court = {"recipient": "Juvenile court", "interest": "a hearing", "records": "attendance"}
        privacy.note_disclosure(self.ruth, basis="court", **told, **court)
        asked = privacy.note_request(self.ruth, kind="inspection", asked_by="Ana Rivera", what="all of it", **told)
        privacy.prepare_answer(self.ruth, asked=asked, answer="yes", answer_text="A copy of the whole file.")
        return asked, release

    def _ended(self, like):
        """Another test of the same idea, which waits to be studied."""
        like.pk, like.public_id, like.number, like._state.adding = None, uuid.uuid4(), 9, True
        like.save()
        cycles.end_cycle(self.ruth, cycle=like, ended_on=like.begin)
        cycles.study(self.ruth, cycle=like, surprises="", learned="Enough.")
        return like


def _one_more_class(folder):
    path = Path(folder).parent / "classes.csv"
    with (Path(folder) / "classes.csv").open(encoding="utf-8") as file:
        rows = list(csv.reader(file))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerows(
            [rows[0], ["cls-new", *rows[1][1:]], ["cls-broken", *rows[1][1:9], "org-nowhere", *rows[1][10:]]]
        )
    return path


def _unknown(folder):
    path = Path(folder).parent / "lunches.csv"
    path.write_text("Pupil No,Lunch,Since\n600001,Free,2025-09-03\n", encoding="utf-8")
    return path


# name of the address -> who looks, and where exactly: (person, address)
PAGES = {
    "sign-in": [(None, lambda p: reverse("sign-in"))],
    "set-password": [(None, lambda p: p.link)],
    "account": [("ruth", "account")],
    "change-password": [("ruth", "change-password")],
    "mfa_index": [("ruth", "mfa_index")],
    "account_reauthenticate": [("ruth", "account_reauthenticate")],
    "access-help": [("ruth", "access-help"), ("sam", "access-help")],
    "students": [
        ("ruth", "students"),
        ("tomas", "students"),
        ("ruth", lambda p: reverse("students") + "?q=maya"),
        ("ruth", lambda p: reverse("students") + "?q=nobody+at+all"),
    ],
    "district": [("dana", "district"), ("sol", "district"), ("tomas", "district")],
    "district-settings": [("dana", "district-settings")],
    "attributes": [("dana", "attributes")],
    "privacy": [("dana", "privacy"), ("sol", "privacy"), ("tomas", "privacy"), ("sam", "privacy")],
    "what-we-hold": [("ruth", "what-we-hold"), ("tomas", "what-we-hold")],
    "releases": [("sol", "releases")],
    "retention": [("dana", "retention"), ("sam", lambda p: reverse("retention") + "?look=yes")],
    "directory-list": [("priya", "directory-list")],
    "family": [
        ("ruth", lambda p: reverse("family", args=[p.maya.public_id])),
        ("priya", lambda p: reverse("family", args=[p.eli.public_id])),
    ],
    "consent": [("ruth", lambda p: reverse("consent", args=[p.maya.public_id]))],
    "disclosure": [("ruth", lambda p: reverse("disclosure", args=[p.maya.public_id]))],
    "disclosure-strike": [("ruth", lambda p: reverse("disclosure-strike", args=[p.release.public_id]))],
    "request-new": [("ruth", lambda p: reverse("request-new", args=[p.maya.public_id]))],
    "family-request": [
        ("ruth", lambda p: reverse("family-request", args=[p.request.public_id])),
        ("priya", lambda p: reverse("family-request", args=[p.request.public_id])),
    ],
    "attribute": [("dana", lambda p: reverse("attribute", args=["asian"]))],
    "twins": [("dana", "twins")],
    "people": [("dana", "people"), ("priya", "people"), ("sam", "people")],
    "person": [
        ("dana", lambda p: reverse("person", args=[p.tomas.public_id])),
        ("sam", lambda p: reverse("person", args=[p.ruth.public_id])),
    ],
    "emergency": [("ruth", "emergency")],
    "emergencies-told": [("priya", "emergencies-told"), ("dana", "emergencies-told")],
    "who-sees-family": [
        ("ruth", lambda p: reverse("who-sees-family", args=[p.maya.public_id])),
        ("ruth", lambda p: reverse("who-sees-family", args=[p.maya.public_id]) + "?in=es"),
    ],
    "choices": [("dana", "choices")],
    "substitute": [
        ("priya", lambda p: reverse("substitute", args=[p.tomas.public_id])),
        ("sam", lambda p: reverse("substitute", args=[p.sam.public_id])),
    ],
    "assign": [("dana", lambda p: reverse("assign", args=[p.tomas.public_id]))],
    "give-sign-in": [("sam", lambda p: reverse("give-sign-in", args=[p.tomas.public_id]))],
    "end-assignment": [("dana", lambda p: reverse("end-assignment", args=[p.ruth.public_id, p.grades.pk]))],
    "imports": [("sam", "imports"), ("dana", "imports")],
    "import-new": [("sam", "import-new")],
    "import-run": [
        ("sam", lambda p: reverse("import-run", args=[p.ready.public_id])),
        ("sam", lambda p: reverse("import-run", args=[p.applied.public_id])),
        ("dana", lambda p: reverse("import-run", args=[p.unknown.public_id])),
        ("sam", lambda p: reverse("import-run", args=[p.waiting.public_id])),
    ],
    "import-mapping": [("sam", lambda p: reverse("import-mapping", args=[p.unknown.public_id]))],
    "together": [("ruth", "together"), ("tomas", "together"), ("dana", "together")],
    "team-new": [("ruth", "team-new")],
    "team": [("ruth", lambda p: reverse("team", args=[p.team.public_id]))],
    "join": [("uma", "join")],
    "activities": [("ruth", "activities"), ("sol", "activities")],
    "meeting-new": [("ruth", lambda p: reverse("meeting-new", args=["reflect-outcomes"]))],
    "meeting": [
        ("ruth", lambda p: reverse("meeting", args=[p.meeting.public_id])),
        ("tomas", lambda p: reverse("meeting", args=[p.talked.public_id])),
        ("ruth", lambda p: reverse("meeting", args=[p.round.public_id])),
    ],
    "meeting-wall": [
        ("ruth", lambda p: reverse("meeting-wall", args=[p.meeting.public_id])),
        ("ruth", lambda p: reverse("meeting-wall", args=[p.talked.public_id])),
    ],
    "walkthroughs": [("ruth", "walkthroughs"), ("lena", "walkthroughs"), ("tomas", "walkthroughs")],
    "walk": [("priya", lambda p: reverse("walk", args=[p.visit.public_id]))],
    "visit": [(who, lambda p: reverse("visit", args=[p.visit.public_id])) for who in ("ruth", "priya")],
    "school-walks": [("priya", lambda p: reverse("school-walks", args=[p.visit.school.public_id]))],
    "promises": [("ruth", lambda p: reverse("promises", args=[p.team.public_id]))],
    "support-agenda": [("ruth", lambda p: reverse("support-agenda", args=[p.about_students.public_id]))],
    "ledger": [("ruth", "ledger"), ("dana", "ledger")],
    "change": [
        ("tomas", lambda p: reverse("change", args=[p.change.public_id])),
        ("sol", lambda p: reverse("change", args=[p.change.public_id])),
    ],
    "support-minutes": [("priya", lambda p: reverse("support-minutes", args=[p.support.public_id]))],
    "meeting-recap": [("tomas", lambda p: reverse("meeting-recap", args=[p.over.public_id]))],
    "follow-ups": [("ruth", "follow-ups"), ("tomas", "follow-ups"), ("lena", "follow-ups")],
    "follow-up": [("ruth", lambda p: reverse("follow-up", args=[p.slipped.public_id]))],
    "supports": [("ruth", "supports"), ("sol", "supports"), ("dana", "supports")],
    "support-new": [("dana", "support-new"), ("priya", "support-new")],
    "coverage": [("priya", "coverage"), ("sol", "coverage"), ("dana", "coverage")],
    "gaps": [("ruth", "gaps"), ("lena", "gaps"), ("tomas", "gaps")],
    "gap": [
        ("ruth", lambda p: reverse("gap", args=["tier_border"])),
        ("ruth", lambda p: reverse("gap", args=["behavior_only"])),
        ("dana", lambda p: reverse("gap", args=["housing"])),
        ("ruth", lambda p: reverse("gap", args=["paper_support"])),
        ("ruth", lambda p: reverse("gap", args=["over_capacity"])),
        ("dana", lambda p: reverse("gap", args=["no_owner"])),
        ("ruth", lambda p: reverse("gap", args=["disconnected"])),
    ],
    "kinds": [("dana", "kinds"), ("tomas", "kinds")],
    "kind-new": [("dana", "kind-new")],
    "kind": [("dana", lambda p: reverse("kind", args=["counselor"]))],
    "support": [
        ("ruth", lambda p: reverse("support", args=[p.support.public_id])),
        ("ruth", lambda p: reverse("support", args=[p.everyone.public_id])),
        ("ruth", lambda p: reverse("support", args=[p.paper.public_id])),
        ("dana", lambda p: reverse("support", args=[p.position.public_id])),
        ("sol", lambda p: reverse("support", args=[p.learning.public_id])),
    ],
    "support-edit": [
        ("priya", lambda p: reverse("support-edit", args=[p.support.public_id])),
        ("dana", lambda p: reverse("support-edit", args=[p.learning.public_id])),
    ],
    "support-end": [("priya", lambda p: reverse("support-end", args=[p.support.public_id]))],
    "participation-begin": [("ruth", lambda p: reverse("participation-begin", args=[p.maya.public_id]))],
    "participation-end": [
        ("ruth", lambda p: reverse("participation-end", args=[p.maya.public_id, p.participation.pk]))
    ],
    "audit-new": [
        ("ruth", "audit-new"),
        ("ruth", lambda p: reverse("audit-new") + "?gap=behavior_only"),
    ],
    "audit": [
        ("ruth", lambda p: reverse("audit", args=[p.open_audit.public_id])),
        ("ruth", lambda p: reverse("audit", args=[p.closed_audit.public_id])),
    ],
    "audit-student": [
        ("ruth", lambda p: reverse("audit-student", args=[p.open_audit.public_id, p.maya.public_id])),
        ("tomas", lambda p: reverse("audit-student", args=[p.open_audit.public_id, p.eli.public_id])),
        ("ruth", lambda p: reverse("audit-student", args=[p.closed_audit.public_id, p.of_closed.public_id])),
    ],
    "audit-follow-up": [
        ("ruth", lambda p: reverse("audit-follow-up", args=[p.open_audit.public_id, p.maya.public_id]))
    ],
    "audit-close": [("ruth", lambda p: reverse("audit-close", args=[p.open_audit.public_id]))],
    "recap": [("ruth", lambda p: reverse("recap", args=[p.closed_audit.public_id]))],
    "patterns": [("ruth", "patterns"), ("sol", "patterns"), ("dana", "patterns")],
    "board": [("ruth", "board"), ("sol", "board"), ("uma", "board"), ("dana", "board")],
    "team-board": [("ruth", lambda p: reverse("team-board", args=[p.team.public_id]))],
    "problem-new": [
        ("ruth", lambda p: reverse("problem-new") + f"?team={p.team.public_id}"),
        ("lena", "problem-new"),
    ],
    "problem": [(who, lambda p: reverse("problem", args=[p.problem.public_id])) for who in ("ruth", "sol")],
    "problem-edit": [("ruth", lambda p: reverse("problem-edit", args=[p.problem.public_id]))],
    "problem-close": [("ruth", lambda p: reverse("problem-close", args=[p.problem.public_id]))],
    "drivers": [(who, lambda p: reverse("drivers", args=[p.problem.public_id])) for who in ("ruth", "sol")],
    "driver": [("ruth", lambda p: reverse("driver", args=[p.problem.public_id, p.driver.pk]))],
    "idea": [(who, lambda p: reverse("idea", args=[p.going_on.idea.public_id])) for who in ("ruth", "priya")],
    "cycle-new": [
        ("ruth", lambda p: reverse("cycle-new", args=[p.decided.idea.public_id])),
        (
            "ruth",
            lambda p: reverse("cycle-new", args=[p.decided.idea.public_id]) + f"?follows={p.decided.public_id}",
        ),
    ],
    "cycle": [
        ("ruth", lambda p: reverse("cycle", args=[p.decided.public_id])),
        ("ruth", lambda p: reverse("cycle", args=[p.going_on.public_id])),
        ("lena", lambda p: reverse("cycle", args=[p.planned.public_id])),
        ("tomas", lambda p: reverse("cycle", args=[p.ended.public_id])),
    ],
    "cycle-plan": [("ruth", lambda p: reverse("cycle-plan", args=[p.planned.public_id]))],
    "cycle-predict": [("ruth", lambda p: reverse("cycle-predict", args=[p.planned.public_id]))],
    "cycle-do": [
        ("ruth", lambda p: reverse("cycle-do", args=[p.going_on.public_id])),
        ("ruth", lambda p: reverse("cycle-do", args=[p.decided.public_id])),
    ],
    "cycle-study": [("ruth", lambda p: reverse("cycle-study", args=[p.ended.public_id]))],
    "cycle-act": [("ruth", lambda p: reverse("cycle-act", args=[p.ended.public_id]))],
    "measures": [(who, "measures") for who in ("tomas", "priya", "lena", "uma")],
    "measure-new": [("priya", "measure-new"), ("tomas", "measure-new")],
    "signals": [
        ("lena", "signals"),
        ("dana", lambda p: reverse("signals") + "?groups=each&beside=rest"),
    ],
    "measure": [
        ("priya", lambda p: reverse("measure", args=[p.checkin.public_id])),
        ("lena", lambda p: reverse("measure", args=[p.belong.public_id])),
        ("lena", lambda p: reverse("measure", args=[p.belong.public_id]) + "?kind=homeless&group=true"),
        ("tomas", lambda p: reverse("measure", args=[p.belong.public_id])),
        ("dana", lambda p: reverse("measure", args=[p.outcome.public_id])),
    ],
    "measure-variation": [
        ("lena", lambda p: reverse("measure-variation", args=[p.belong.public_id])),
        ("dana", lambda p: reverse("measure-variation", args=[p.belong.public_id]) + "?by=school"),
        ("dana", lambda p: reverse("measure-variation", args=[p.belong.public_id]) + "?by=raceEthnicity&show=gap"),
        ("lena", lambda p: reverse("measure-variation", args=[p.belong.public_id]) + "?by=school&and=disability"),
    ],
    "measure-bright-spots": [
        ("lena", lambda p: reverse("measure-bright-spots", args=[p.belong.public_id])),
        ("tomas", lambda p: reverse("measure-bright-spots", args=[p.belong.public_id])),
    ],
    "measure-visit": [("lena", lambda p: reverse("measure-visit", args=[p.belong.public_id]))],
    "measure-reasons": [
        ("dana", lambda p: reverse("measure-reasons", args=[p.referred.public_id])),
        ("tomas", lambda p: reverse("measure-reasons", args=[p.referred.public_id]) + "?by=time"),
    ],
    "measure-edit": [("dana", lambda p: reverse("measure-edit", args=[p.checkin.public_id]))],
    **{
        name: [("priya", lambda p, name=name: reverse(name, args=[p.checkin.public_id]))]
        for name in (
            "measure-enter",
            "measure-paste",
            "measure-chart",
            "measure-phase",
            "measure-leave-out",
            "measure-note",
        )
    },
    "gone-quiet": [("ruth", "gone-quiet")],
    "meeting-students": [
        (who, lambda p: reverse("meeting-students", args=[p.round.public_id])) for who in ("ruth", "tomas")
    ],
    "student-adult": [
        ("ruth", lambda p: reverse("student-adult", args=[p.eli.public_id]) + f"?meeting={p.round.public_id}"),
        ("tomas", lambda p: reverse("student-adult", args=[p.maya.public_id])),
    ],
    "askings": [("ruth", "askings"), ("tomas", "askings")],
    "asking": [("tomas", lambda p: reverse("asking", args=[p.asking.public_id]))],
    "asking-slips": [("tomas", lambda p: reverse("asking-slips", args=[p.asking.public_id]))],
    "trusted-adults": [(None, lambda p: reverse("trusted-adults", args=[p.asking.token]))],
    "today": [(who, "today") for who in ("ruth", "tomas", "priya", "uma", "dana", "lena", "sol", "sam")],
    "student": [
        ("ruth", lambda p: reverse("student", args=[p.maya.public_id])),
        ("tomas", lambda p: reverse("student", args=[p.eli.public_id])),
        ("dana", lambda p: reverse("student", args=[p.twin.first.public_id])),
    ],
    "who-sees": [("ruth", lambda p: reverse("who-sees", args=[p.maya.public_id]))],
    "add-strength": [("ruth", lambda p: reverse("add-strength", args=[p.maya.public_id]))],
    "student-records": [("ruth", lambda p: reverse("student-records", args=[p.maya.public_id]))],
    "older-records": [("ruth", lambda p: reverse("older-records", args=[p.maya.public_id]))],
    "journal": [("dana", "journal"), ("priya", "journal"), ("sam", "journal")],
    "own-journal": [("ruth", "own-journal")],
    "journal-counts": [("sol", "journal-counts")],
}


def test_every_address_has_a_row():
    known = PAGES.keys() | NO_PAGES.keys()
    assert {pattern.name for _, pattern in every_view()} == known


@pytest.fixture
def place(elmwood):
    """The demo's district, with what the addresses need."""
    assert Student.objects.count() > 600
    return Place(elmwood)


def wrong_with(window, size):
    """What is wrong with the page in this window, in lines."""
    window.size(*size)
    wrong = [f"axe: {line}" for line in axe(window.page)]
    if by := wider_than_window(window.page):
        wrong.append(f"{by} px wider than the window")
    wrong += [f"asked another host: {url}" for url in window.elsewhere]
    wrong += [f"console: {line}" for line in window.complaints]
    window.elsewhere.clear()
    window.complaints.clear()
    return wrong


def test_every_page_is_in_order_on_a_phone_and_on_a_laptop(windows, place):
    opened = {}
    wrong = []
    for name, rows in PAGES.items():
        for number, (who, where) in enumerate(rows):
            path = where(place) if callable(where) else reverse(where)
            if who not in opened:
                opened[who] = windows(getattr(place, who) if who else None)
            window = opened[who]
            answer = window.page.goto(window.address + path)
            if answer.status != 200:
                wrong.append(f"{path} as {who}: answered {answer.status}")
                continue
            for size in (LAPTOP, PHONE):
                wrong += [f"{path} as {who}, {size[0]} px: {line}" for line in wrong_with(window, size)]
                screenshot(window.page, f"{name}-{number}-{who}-{size[0]}")
    assert not wrong, "\n".join(wrong)


def test_what_is_not_there_is_in_order_too(windows, place):
    for who, path in ((place.ruth, "/students/nobody/"), (None, reverse("trusted-adults", args=["never-was"]))):
        window = windows(who)
        assert window.page.goto(window.address + path).status == 404
        window.complaints.clear()  # the browser itself says on the console that it got a 404
        assert [line for size in (LAPTOP, PHONE) for line in wrong_with(window, size)] == []


def test_today_is_the_last_week_of_february(place):
    assert datetime.date(2026, 2, 23) <= place.open_audit.held_on <= datetime.date(2026, 2, 24)
