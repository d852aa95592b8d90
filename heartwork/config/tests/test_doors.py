"""Every address, asked as every role, at every scope, by every method: who gets in is what the one table says.

Expectations come from `roster/access.toml` (who may) and `REACHES` below (whom each person of the story reaches), not
from the code that decides. An address without a row in `DOORS` fails, so a new page cannot be forgotten.
"""

import datetime
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from heartwork.audits.actions import open_audit
from heartwork.cycles import actions as cycles
from heartwork.measures.models import Annotation, Measure
from heartwork.measures.tests.stories import count
from heartwork.meetings import actions as meetings
from heartwork.privacy import actions as privacy
from heartwork.roster.access import MAY, may
from heartwork.roster.checks import every_view
from heartwork.roster.imports import folder_of
from heartwork.roster.models import Assignment, ImportRun, Opening, PossibleTwin, Student, Told
from heartwork.routines.models import Change
from heartwork.supports.models import Kind, Participation, Support
from heartwork.teams.actions import add_member, create_team, end_membership
from heartwork.teams.models import FollowUp
from heartwork.testing.people import DAY, hire
from heartwork.trusted.models import Asking
from heartwork.walkthroughs import actions as walkthroughs

# Whom each role of the story reaches: Maya is their own, Noor in another section and grade of the same school, Ida at
# another school. Written by hand from DESIGN: the rule under test must come to the same.
REACHES = {
    "superintendent": set(),
    "district_leader": set(),
    "student_services_director": {"own", "sibling", "other"},
    "principal": {"own", "sibling"},
    "counselor": {"own"},
    "support_staff": {"own"},
    "teacher": {"own"},
    "substitute": {"own"},
    "facilitator": {"own"},
    "break_glass": {"own"},
    "system_administrator": set(),
    "nobody": set(),
}
WHO = {
    "superintendent": "sol",
    "district_leader": "lena",
    "student_services_director": "dana",
    "principal": "priya",
    "counselor": "ruth",
    "support_staff": "uma",
    "teacher": "tomas",
    "substitute": "sue",
    "facilitator": "nadia",
    "break_glass": "gwen",
    "system_administrator": "sam",
    "nobody": "kim",
}
IS_A = {"substitute": "teacher"}  # what the table calls them; what they may is what it says of that
SCOPES = {"own": "maya", "sibling": "noor", "other": "ida"}
A_DAY = datetime.timedelta(days=1)
SAFE = ("get", "head", "htmx")
UNSAFE = ("post", "put", "patch", "delete")
PUBLIC = {
    "health",
    "language",
    "sign-in",
    "account_login",
    "mfa_login_webauthn",
    "mfa_authenticate",
    "sign-in-begin-anew",
    "sign-in-with",
    "openid_connect_callback",
    "saml_acs",
    "saml_finish_acs",
    "saml_sls",
    "saml_metadata",
    "sign-in-again",
    "sign-out",
    "set-password",
    "walk-blank",
    "walk-worker",
    "trusted-adults",
}


@dataclass(frozen=True)
class Door:
    """One address: what fills it at a scope, and in which scopes a role gets in beside what the table says.

    fills: from the story and a scope to the address's arguments.
    reads, changes: role -> scopes it gets into; the student's own by default where the address names a student.
    """

    fills: Callable[[Any, str], dict[str, Any]] = lambda story, scope: {}
    reads: Callable[[str], set[str]] = lambda role: set(SCOPES)
    changes: Callable[[str], set[str]] | None = None
    posts: tuple[tuple[str, str], ...] = ()  # what a form on the page would send


def of_student(story: Any, scope: str) -> dict[str, Any]:
    """The address of something about the student of this scope."""
    return {"public_id": story.students[SCOPES[scope]].public_id}


BY_REACH = REACHES.__getitem__


def person_at(story: Any, scope: str) -> dict[str, Any]:
    """The address of something about a staff member: at Elm for own and sibling, at Oak for other."""
    return {"public_id": story.staff["ada" if scope == "other" else "eve"].public_id}


def school_people(role: str) -> set[str]:
    """A principal looks at the staff of their own school; the others of the table at everyone."""
    return {"own", "sibling"} if role == "principal" else set(SCOPES)


def everyone(role: str) -> set[str]:
    """Nothing narrows it beside the table."""
    return set(SCOPES)


def mine_alone(role: str) -> set[str]:
    """Only what belongs to the person who asks: the story gives everyone one of their own."""
    return {"own"}


def of_team(role: str) -> set[str]:
    """Members (own), the principal of its school (own and sibling), and who reaches everyone."""
    members = {"own"} if role in ("counselor", "support_staff", "teacher", "facilitator") else set()
    return members | REACHES[role] if role in ("principal", "student_services_director") else members


def of_open_audit(role: str) -> set[str]:
    """An open audit is its team's alone; all of the team see its students as long as it is open."""
    return {"own"} if role in ("counselor", "support_staff", "teacher", "facilitator") else set()


def of_meeting(role: str) -> set[str]:
    """A meeting in stages is for its team and for who sits there; whoever answers for the school reads none."""
    return of_open_audit(role)


def work_of_team(role: str) -> set[str]:
    """What a team learns is read by its members (own), the principal of its school, and leaders of the district."""
    leaders = ("superintendent", "district_leader", "student_services_director")
    return set(SCOPES) if role in leaders else of_team(role)


def own_work(role: str) -> set[str]:
    """It is changed by the team's members alone."""
    return of_open_audit(role)


def walked_through(role: str) -> set[str]:
    """Schools in which one works (own and sibling); under an office, all of them."""
    return (
        set(SCOPES)
        if role in ("superintendent", "district_leader", "student_services_director")
        else {"own", "sibling"}
    )


def school_at(story: Any, scope: str) -> dict[str, Any]:
    """The address of something about a school: Oak for other, else Elm."""
    return {"public_id": (story.oak if scope == "other" else story.elm).public_id}


def changes_read(role: str) -> set[str]:
    """What a change asks, where one works (own and sibling); everywhere for who works district-wide."""
    leaders = ("superintendent", "district_leader", "student_services_director")
    return set(SCOPES) if role in leaders else {"own", "sibling"}


def changes_answered(role: str) -> set[str]:
    """How it is for oneself, where one works in a school."""
    leaders = ("superintendent", "district_leader", "student_services_director")
    return set() if role in leaders else {"own", "sibling"}


def supports_to_edit(role: str) -> set[str]:
    """Those of one's own school; of every school for who reaches everyone."""
    return {"own", "sibling"} if role in ("principal", "counselor") else set(SCOPES)


def measures_read(role: str) -> set[str]:
    """Of one's section (own), of one's school (sibling); of every school for who reads the whole district."""
    reads = {
        "superintendent": {"sibling", "other"},
        "district_leader": {"sibling", "other"},
        "student_services_director": set(SCOPES),
        "principal": {"own", "sibling"},
        "teacher": {"own", "sibling"},
        "substitute": {"own", "sibling"},
        "facilitator": set(),
    }
    return reads.get(role, {"sibling"})


def measures_visited(role: str) -> set[str]:
    """A follow-up of one's own, out of what one may read."""
    return measures_read(role) if allowed(role, "measure.read") else set()


def measures_edited(role: str) -> set[str]:
    """Where one works: a teacher in their section, who may change the inventory in their school."""
    edits = {"teacher": {"own"}, "substitute": {"own"}, "support_staff": set()}
    return edits.get(role, measures_read(role))


def rows_of_import(role: str) -> set[str]:
    """Single rows of an import are for who brought it, and for who reaches everyone."""
    return set(SCOPES) if role == "student_services_director" else {"own"}


def at(name: str) -> Callable[[Any, str], dict[str, Any]]:
    """Fills an address with the public id of one of the things that the story keeps by scope."""
    return lambda story, scope: {"public_id": story.things[name, scope].public_id}


def in_audit(story: Any, scope: str) -> dict[str, Any]:
    """The address of a student of an audit."""
    return at("audit")(story, scope) | {"student_id": story.students[SCOPES[scope]].public_id}


DOORS: dict[str, Door] = {
    # roster
    "account": Door(),
    "change-password": Door(),
    "sign-in-resume": Door(lambda story, scope: {"key": "none"}),
    "sign-out-elsewhere": Door(),
    "still-here": Door(),
    # signing in: these ask first whether it is still oneself, whatever is asked for
    "mfa_index": Door(),
    "mfa_activate_totp": Door(),
    "mfa_deactivate_totp": Door(),
    "mfa_view_recovery_codes": Door(),
    "mfa_generate_recovery_codes": Door(),
    "mfa_add_webauthn": Door(),
    "mfa_remove_webauthn": Door(lambda story, scope: {"pk": 1}),
    "account_reauthenticate": Door(),
    "mfa_reauthenticate": Door(),
    "mfa_reauthenticate_webauthn": Door(),
    "access-help": Door(),
    "choices": Door(),
    "students": Door(),
    "emergency": Door(),
    "emergency-end": Door(at("opening"), mine_alone),
    "emergencies-told": Door(),
    "emergency-told": Door(at("told_of"), mine_alone),
    "district": Door(),
    "district-settings": Door(),
    "attributes": Door(),
    "attribute": Door(lambda story, scope: {"code": "low_income"}),
    "twins": Door(),
    "twin": Door(lambda story, scope: {"pk": story.twins.pk}),
    "people": Door(),
    "person": Door(person_at, school_people),
    "assign": Door(person_at, school_people),
    "give-sign-in": Door(person_at, school_people),
    "view-as": Door(person_at, school_people),
    "view-as-end": Door(),
    "substitute": Door(person_at, school_people),
    "substitute-end": Door(person_at, school_people),
    "end-person": Door(person_at, school_people),
    "forget-second-steps": Door(person_at, school_people),
    "end-assignment": Door(
        lambda story, scope: person_at(story, scope) | {"pk": story.assignment_of(scope).pk}, school_people
    ),
    # imports
    "imports": Door(),
    "import-new": Door(),
    "import-run": Door(at("import")),
    "import-rejects": Door(at("import"), rows_of_import),
    "import-mapping": Door(at("import"), rows_of_import),
    "import-apply": Door(at("import")),  # from here on files go away, so the pages that read them come first
    "import-set-aside": Door(at("import")),
    "import-again": Door(at("import")),
    # teams
    "together": Door(),
    "team-new": Door(),
    "team": Door(at("team"), of_team),
    "follow-ups": Door(),
    "follow-up": Door(at("follow_up"), mine_alone),
    # meetings
    "join": Door(),
    "activities": Door(),
    "meeting-new": Door(lambda story, scope: {"activity": "reflect-outcomes"}),
    "meeting": Door(at("meeting"), of_meeting, posts=(("do", "done"),)),
    "meeting-words": Door(
        at("meeting"), of_meeting, posts=(("prompt", "outcomes"), ("text", "Known."), ("version", "0"))
    ),
    "meeting-news": Door(at("meeting"), of_meeting),
    "meeting-stream": Door(at("meeting"), of_meeting),
    "meeting-wall": Door(at("meeting"), of_meeting),
    "meeting-recap": Door(at("meeting"), of_meeting),
    "meeting-recap-pdf": Door(at("meeting"), of_meeting),
    # supports
    "supports": Door(),
    "support": Door(at("support")),
    "support-new": Door(),
    "support-edit": Door(at("support"), supports_to_edit),
    "support-confirm": Door(at("support"), everyone, supports_to_edit),
    "support-end": Door(at("support"), supports_to_edit),
    "participation-begin": Door(of_student, BY_REACH),
    "participation-end": Door(
        lambda story, scope: of_student(story, scope) | {"pk": story.things["participation", scope].pk}, BY_REACH
    ),
    "kinds": Door(),
    "kind": Door(lambda story, scope: {"code": "counselor"}),
    "kind-new": Door(),
    "coverage": Door(),
    "gaps": Door(),
    "gap": Door(lambda story, scope: {"code": "tier_border"}),
    # measures
    "measures": Door(),
    "measure-new": Door(),
    "signals": Door(),
    "measure": Door(at("measure"), measures_read),
    "measure-variation": Door(at("measure"), measures_read),
    "measure-bright-spots": Door(at("measure"), measures_read),
    "measure-reasons": Door(at("counted"), measures_read),
    "measure-visit": Door(at("measure"), measures_read, measures_visited),
    "measure-csv": Door(at("measure"), measures_read),
    "measure-edit": Door(at("measure"), measures_edited),
    "measure-enter": Door(at("measure"), measures_edited),
    "measure-paste": Door(at("measure"), measures_edited),
    "measure-chart": Door(at("measure"), measures_edited),
    "measure-phase": Door(at("measure"), measures_edited),
    "measure-leave-out": Door(at("measure"), measures_edited),
    "measure-note": Door(at("measure"), measures_edited),
    "measure-note-off": Door(
        lambda story, scope: at("measure")(story, scope) | {"pk": story.notes[scope].pk}, everyone, measures_edited
    ),
    "measure-gather": Door(at("measure"), everyone, measures_edited),
    "measure-end": Door(at("measure"), everyone, measures_edited),
    # audits
    "audit-new": Door(),
    "patterns": Door(),
    "audit": Door(at("audit"), of_open_audit),
    "audit-student": Door(in_audit, of_open_audit),
    "audit-words": Door(in_audit, of_open_audit),
    "audit-follow-up": Door(in_audit, of_open_audit),
    "audit-close": Door(at("audit"), of_open_audit),
    "recap": Door(at("audit"), of_open_audit),
    # cycles
    "board": Door(),
    "team-board": Door(at("team"), work_of_team),
    "problem-new": Door(),
    "problem": Door(at("problem"), work_of_team, own_work),
    "problem-edit": Door(at("problem"), own_work),
    "problem-close": Door(at("problem"), own_work),
    "drivers": Door(at("problem"), work_of_team, own_work),
    "driver": Door(
        lambda story, scope: at("problem")(story, scope) | {"pk": story.things["driver", scope].pk}, own_work
    ),
    "idea": Door(at("idea"), work_of_team, own_work),
    "cycle-new": Door(at("idea"), own_work),
    "cycle": Door(at("planned"), work_of_team),
    "cycle-plan": Door(at("planned"), own_work),
    "cycle-predict": Door(at("planned"), own_work),
    "cycle-do": Door(at("studied"), own_work),
    "cycle-study": Door(at("studied"), own_work),
    "cycle-act": Door(at("studied"), own_work),
    # checkins
    "gone-quiet": Door(),
    # walkthroughs
    "walkthroughs": Door(),
    "visit": Door(at("visit"), walked_through, posts=(("do", "take_back"),)),
    "walk": Door(at("visit"), walked_through, posts=(("seen-smiles", "yes"),)),
    "school-walks": Door(school_at, walked_through),
    # trusted: links of one's own
    "askings": Door(),
    "asking": Door(at("asking"), mine_alone, posts=(("do", "close"),)),
    "asking-slips": Door(at("asking"), mine_alone),
    # relationships
    "meeting-students": Door(at("round"), of_meeting, posts=(("text", ""), ("version", "0"))),
    "student-adult": Door(of_student, BY_REACH),
    # commitments
    "promises": Door(at("team"), of_meeting),
    # routines
    "ledger": Door(),
    "change": Door(at("change"), changes_read, changes_answered, posts=(("do", "answer what-for=yes"),)),
    "support-minutes": Door(at("support"), supports_to_edit),
    # supportteam
    "support-agenda": Door(at("students_meeting"), of_meeting),
    # privacy
    "privacy": Door(),
    "what-we-hold": Door(),
    "retention": Door(),
    "releases": Door(),
    "release-sign": Door(at("release"), everyone, everyone),
    "directory-list": Door(),
    "family": Door(of_student, BY_REACH),
    "opt-out": Door(of_student, everyone, BY_REACH),
    "consent": Door(of_student, BY_REACH),
    "consent-withdraw": Door(at("consent"), everyone, BY_REACH),
    "disclosure": Door(of_student, BY_REACH),
    "disclosure-strike": Door(at("release"), BY_REACH),
    "request-new": Door(of_student, BY_REACH),
    "family-request": Door(at("request"), BY_REACH),
    # pages
    "today": Door(),
    "today-gap": Door(),
    "student": Door(of_student, BY_REACH),
    "who-sees-family": Door(of_student, BY_REACH),
    "who-sees": Door(of_student, BY_REACH),
    "add-strength": Door(of_student, BY_REACH),
    "student-records": Door(of_student, BY_REACH),
    "older-records": Door(of_student, BY_REACH),
    "journal": Door(),
    "own-journal": Door(),
    "journal-counts": Door(),
}


@pytest.fixture
def story(district):
    """The people of the district, with what the addresses need: teams and audits at Elm and Oak, and so on."""
    district.staff["kim"] = hire("Kim Alone")
    district.students["zoe"] = Student.objects.create(source_id="zoe", given_name="Zoe", family_name="Nowhere")
    district.staff["sue"] = hire(
        "Sue Stand", "teacher", organization=district.elm, section=district.section_8b, stands_in_for=district.tomas
    )
    district.staff["eve"] = hire("Eve Stone", "teacher", organization=district.elm, section=district.section_7a)
    Assignment.objects.filter(staff=district.ruth).update(grades="08")
    Assignment.objects.filter(staff=district.uma).update(student=district.maya)
    district.staff["gwen"] = hire("Gwen Glass")
    in_a_day = timezone.now() + datetime.timedelta(days=1)
    Assignment.objects.create(staff=district.gwen, role="break_glass", student=district.maya, ends_at=in_a_day)
    district.twins = PossibleTwin.objects.create(first=district.maya, second=district.eli, reason="same birthday")
    district.assignment_of = lambda scope: Assignment.objects.filter(
        staff__public_id=person_at(district, scope)["public_id"], section__isnull=False
    ).get()
    district.things = {
        ("measure", "own"): count("Greeted at the door", section=district.section_8b),
        ("measure", "sibling"): count("Lunch with an adult", school=district.elm),
        ("measure", "other"): count("Reading together", school=district.oak),
        ("counted", "own"): count("Late to class", section=district.section_8b, data="count"),
        ("counted", "sibling"): count("Left the room", school=district.elm, data="count"),
        ("counted", "other"): count("Called home", school=district.oak, data="count"),
    }
    district.notes = {
        scope: Annotation.objects.create(
            measure=(counted := district.things["measure", scope]),
            school=counted.school,
            section=counted.section,
            period=DAY,
            words="Snow",
        )
        for scope in SCOPES
    }
    teams = {"own": (district.ruth, district.tomas, district.uma, district.nadia), "sibling": (district.eve,)}
    for scope, student in SCOPES.items():
        school = district.oak if scope == "other" else district.elm
        leader, *others = teams.get(scope, (district.ada,))
        maker = district.otto if scope == "other" else district.priya
        team = create_team(maker, name=f"Team {scope}", organization=school)
        for person in (leader, *others):
            add_member(maker, team=team, staff=person)
        end_membership(maker, team=team, staff=maker)
        audit = open_audit(
            leader, team=team, held_on=DAY, facilitator=leader, students=[district.students[student]], picked="by hand"
        )
        meeting = meetings.begin(leader, activity="reflect-outcomes", team=team, held_on=DAY, facilitator=leader)
        for person in others:
            meetings.sit_down(person, meeting=meeting)
        about_students = meetings.begin(leader, activity="supportteam", team=team, held_on=DAY, facilitator=leader)
        for person in others:
            meetings.sit_down(person, meeting=about_students)
        kind = Kind.objects.get(code="counselor")
        support = Support.objects.create(
            name=f"Support {scope}", school=school, tier=kind.tier, domain=kind.domain, emphasis=kind.emphasis
        )
        district.things |= work_on(leader, team, scope)
        district.things["round", scope] = meetings.begin(
            leader, activity="relationships", team=team, held_on=DAY, facilitator=leader
        )
        for person in others:
            meetings.sit_down(person, meeting=district.things["round", scope])
        district.things |= of_families(maker, district.students[student], scope)
        district.things |= {
            ("team", scope): team,
            ("audit", scope): audit,
            ("meeting", scope): meeting,
            ("students_meeting", scope): about_students,
            ("support", scope): support,
            ("visit", scope): walkthroughs.plan(leader, school=school, held_on=DAY),
            ("change", scope): Change.objects.create(
                team=team, name=f"Change {scope}", proposed_by=leader, proposed_on=DAY, begun_on=DAY
            ),
            ("participation", scope): Participation.objects.create(
                student=district.students[student], support=support, begin=DAY
            ),
        }
    return district


def of_families(asker: Any, student: Any, scope: str) -> dict[tuple[str, str], Any]:
    """What a family said and asked: a consent, a release under it that waits, a request."""
    said = {"records": "grades", "purpose": "tutoring", "recipient": "Reading Club", "signed_by": "A parent"}
    consent = privacy.note_consent(asker, student=student, **said, signed_on=DAY, how="paper, in the office")
    release = privacy.note_disclosure(asker, student=student, basis="consent", consent=consent, asked_on=DAY)
    asked = {"kind": "inspection", "asked_by": "A parent", "asked_on": DAY, "what": "the file"}
    request = privacy.note_request(asker, student=student, **asked)
    return {("consent", scope): consent, ("release", scope): release, ("request", scope): request}


def work_on(leader: Any, team: Any, scope: str) -> dict[tuple[str, str], Any]:
    """What a team works on: a problem with a driver and an idea, a planned test, and one to be studied."""
    problem = cycles.open_problem(leader, team=team, name=f"Problem {scope}", whose="Someone", lived="Alone.")
    driver = cycles.add_driver(leader, problem=problem, text="A driver")
    idea = cycles.add_idea(leader, problem=problem, text="An idea", drivers=[driver])
    measure = Measure.objects.create(name=f"Measure {scope}", data="count")
    said = {"question": "Why?", "scale": "class", "who": "I", "what": "This", "where": "Here", "when": "Now"}
    said |= {"begin": DAY, "planned_end": DAY}
    planned, studied = (cycles.plan_cycle(leader, idea=idea, measures=[measure], **said) for _ in range(2))
    cycles.predict(leader, cycle=studied, measure=measure, low=1, high=2)
    cycles.begin_cycle(leader, cycle=studied)
    cycles.end_cycle(leader, cycle=studied, ended_on=DAY)
    found = {"problem": problem, "driver": driver, "idea": idea, "planned": planned, "studied": studied}
    return {(name, scope): thing for name, thing in found.items()}


def give_own(story: Any, person: Any) -> None:
    """What belongs to one person alone: a follow-up and an import of their own, and others that are somebody else's.

    And an app that shows codes, and recovery codes, so that there is something to confirm with.
    """
    for kind in ("totp", "recovery_codes"):
        Authenticator.objects.create(user=person, type=kind, data={})
    for scope in SCOPES:
        owner = person if scope == "own" else story.eve
        story.things["follow_up", scope] = FollowUp.objects.create(
            what="Ask", owner=owner, promised_by=owner, due_on=DAY, first_due_on=DAY
        )
        story.things["asking", scope] = Asking.objects.create(
            token=f"{scope}-{person.pk}", school=story.elm, opened_by=owner, closes_at=timezone.now() + A_DAY
        )
        run = ImportRun.objects.create(name="export.zip", started_by=owner, state=ImportRun.State.READY)
        files = folder_of(run) / "files"
        files.mkdir(parents=True)
        (files / "odd.csv").write_text("who,what\n1,2\n")
        (folder_of(run) / "problems.csv").write_text("file,line\n")
        run.summary = {"unknown": [{"name": "odd.csv", "headings": ["who", "what"], "fingerprint": "f"}], "files": []}
        run.save()
        story.things["import", scope] = run
        opener = owner if may(owner, "emergency.open") else story.eve
        story.things["opening", scope] = opened(opener, story.zoe, story.eve)
        story.things["told_of", scope] = opened(story.eve, story.zoe, owner)


def opened(by: Any, student: Any, told: Any) -> Opening:
    """A page opened in an emergency, of a student who is nowhere enrolled: it reaches nobody."""
    in_a_day = timezone.now() + datetime.timedelta(days=1)
    held = Assignment.objects.create(staff=by, role="break_glass", student=student, ends_at=in_a_day)
    opening = Opening.objects.create(assignment=held, reason="A reason to open.")
    Told.objects.create(opening=opening, staff=told)
    return opening


def named_views() -> dict[str, tuple[str, str | None]]:
    """Every address that is not public: its name, and what it shows and changes."""
    return {pattern.name: pattern.callback.shows for _, pattern in every_view() if hasattr(pattern.callback, "shows")}


def allowed(role: str, what: str | None) -> bool:
    """Whether the table lets this role do it."""
    return what is not None and ("everyone" in MAY[what] or IS_A.get(role, role) in MAY[what])


def ask(client: Any, method: str, url: str, posts: tuple[tuple[str, str], ...] = ()) -> Any:
    """The answer to one request, whose changes are taken back."""
    with transaction.atomic():
        headers = {"HX-Request": "true"} if method == "htmx" else {}
        said = {"data": dict(posts)} if method == "post" else {}
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        answer = getattr(client, "get" if method == "htmx" else method)(url, headers=headers, **said)
        transaction.set_rollback(True)
    client.cookies[settings.SESSION_COOKIE_NAME] = session  # another one was taken back, too
    return answer


def walk(
    client: Any,
    story: Any,
    person: Any,
    expects: Callable[[str, str, str], bool],
    scopes: tuple[str, ...] = tuple(SCOPES),
    methods: tuple[str, ...] = (*SAFE, *UNSAFE),
) -> str:
    """Ask every address at every scope by every method; what differs from the expectation, a sentence a line."""
    client.force_login(person)
    give_own(story, person)
    wrong = []
    asked = set()
    for name, door in DOORS.items():
        for scope in scopes:
            url = reverse(name, kwargs=door.fills(story, scope))
            for method in methods:
                if (url, method) in asked:  # an address that names nothing is the same at every scope
                    continue
                asked.add((url, method))
                answer = ask(client, method, url, door.posts)
                came_in = answer.status_code in (200, 204, 302, 303, 400)
                if answer.status_code not in (200, 204, 302, 303, 400, 404, 405):
                    wrong.append(f"{method} {name} ({scope}) answered {answer.status_code}")
                elif came_in and not expects(name, scope, method):
                    wrong.append(f"{method} {name} ({scope}) let them in")
                elif answer.status_code == 404 and expects(name, scope, method):
                    wrong.append(f"{method} {name} ({scope}) kept them out")
    return "\n".join(wrong)


def test_every_address_has_a_row_here():
    assert set(named_views()) == set(DOORS)
    assert {pattern.name for _, pattern in every_view() if not hasattr(pattern.callback, "shows")} == PUBLIC


@pytest.mark.parametrize("role", WHO)
def test_each_role_gets_in_where_the_table_says_and_nowhere_else(client, story, role):
    views = named_views()

    def expects(name: str, scope: str, method: str) -> bool:
        reads, changes = views[name]
        door = DOORS[name]
        if method in SAFE:
            return allowed(role, reads) and scope in door.reads(role)
        return allowed(role, changes) and scope in (door.changes or door.reads)(role)

    assert walk(client, story, story.staff[WHO[role]], expects) == ""


@pytest.mark.parametrize(
    ("role", "when"),
    [(role, when) for role in WHO if role != "nobody" for when in ("ended yesterday", "starts tomorrow")]
    + [(role, "over since a minute") for role in ("substitute", "break_glass")],
)
def test_outside_the_dates_of_an_assignment_only_what_is_everyones_opens(client, story, role, when):
    day = datetime.timedelta(1)
    dates = {
        "ended yesterday": {"begin": None, "end": DAY - day},
        "starts tomorrow": {"begin": DAY + day, "end": None},
        "over since a minute": {"ends_at": timezone.now() - datetime.timedelta(minutes=1)},
    }
    Assignment.objects.update(**dates[when])
    views = named_views()

    def expects(name: str, scope: str, method: str) -> bool:
        what = views[name][0 if method in SAFE else 1]
        return what is not None and "everyone" in MAY[what] and scope in DOORS[name].reads("nobody")

    # What they would reach if the dates held; what they never reach is asked above.
    assert walk(client, story, story.staff[WHO[role]], expects, ("own",), ("get", "htmx", "post")) == ""


def lets_in(door: Any, method: str, person: Any) -> bool:
    """Whether a page's door lets this person through to what lies behind it, where nobody asks any more."""
    while "read" not in door.__code__.co_freevars:
        door = door.__wrapped__
    behind = dict(zip(door.__code__.co_freevars, door.__closure__, strict=True))["view"]
    request = RequestFactory().generic(method, "/")
    request.user = person
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(behind, "cell_contents", lambda *_, **__: HttpResponse())
        try:
            return bool(door(request))
        except Http404:
            return False


def test_each_door_asks_what_it_declares_whatever_is_asked_behind_it(district):
    wrong = []
    for route, pattern in every_view():
        for method, what in zip(("GET", "POST"), getattr(pattern.callback, "shows", ()), strict=False):
            for roles in ([], ["student_services_director"]):
                with pytest.MonkeyPatch.context() as patch:
                    if what and "everyone" not in MAY[what]:
                        patch.setitem(MAY, what, roles)
                    may_enter = what is not None and ("everyone" in MAY[what] or bool(roles))
                    if lets_in(pattern.callback, method, district.dana) is not may_enter:
                        wrong.append(f"{method} {route}, which is for {MAY.get(what)}")
    assert wrong == []


def test_absent_and_forbidden_are_the_same_answer(client, story):
    client.force_login(story.tomas)
    give_own(story, story.tomas)
    for name, door in DOORS.items():
        arguments = door.fills(story, "other")
        if "public_id" not in arguments or "other" in door.reads("teacher"):
            continue
        forbidden = client.get(reverse(name, kwargs=arguments))
        absent = client.get(reverse(name, kwargs=arguments | {"public_id": uuid.uuid4()}))
        assert (forbidden.status_code, forbidden.content) == (absent.status_code, absent.content), name
        assert forbidden.status_code == 404
