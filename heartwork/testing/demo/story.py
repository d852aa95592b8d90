"""What happened in the fictional district so far: teams, audits, follow-ups and strengths, all by the real actions.

The actions read the clock, and the story takes weeks: `on` sets the clock back while something happened.
"""

import datetime
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from heartwork.audits import actions as audits
from heartwork.audits import queries as audit_queries
from heartwork.audits.models import Answer, AuditedStudent
from heartwork.measures import actions as measures
from heartwork.measures.models import Measure
from heartwork.measures.places import Place
from heartwork.meetings import actions as meetings
from heartwork.roster import access
from heartwork.roster import actions as roster
from heartwork.roster.models import Organization, Student
from heartwork.supports import actions as supports
from heartwork.supports.gaps import students_in_gap
from heartwork.supports.models import Kind, Support
from heartwork.supportteam import actions as supportteam
from heartwork.supportteam import queries as supportteam_queries
from heartwork.teams import actions as teams
from heartwork.teams.models import Meeting, Stage, Team
from heartwork.testing.demo import changes, public_example, trials
from heartwork.testing.demo.days import on, who
from heartwork.walkthroughs import actions as walkthroughs
from heartwork.walkthroughs.walking import Answers

DISTRICT = "Elmwood School District"
EXPORT = "elmwood-export"

# (role, sign-in name), in the order in which a visitor might try them.
SIGN_INS = [
    ("counselor, Elm Middle School", "ruth.okafor"),
    ("teacher, advisory 08 at Elm", "tomas.ruiz"),
    ("principal, Elm Middle School", "priya.kaur"),
    ("support staff, Elm Middle School", "uma.singh"),
    ("student services director", "dana.whitlock"),
    ("district leader", "lena.ito"),
    ("superintendent", "sol.reyes"),
    ("system administrator", "sam.hill"),
]

# What happens in every school that adopts these beside what its files list: kind, school or "" for the district, and
# what is particular to it.
MORE_SUPPORTS: list[tuple[str, str, str, dict[str, Any] | None]] = [
    ("counselor", "Oak Elementary School", "Counselor at Oak", {"full_time_equivalent": "0.8"}),
    ("counselor", "Elm Middle School", "Counselor at Elm", {"full_time_equivalent": "1.0"}),
    ("counselor", "Alder High School", "Counselor at Alder", {"full_time_equivalent": "1.0"}),
    ("care-coach", "Elm Middle School", "Care coach", {"full_time_equivalent": "0.5"}),
    ("sel-lead", "", "Lead for social and emotional learning", {"full_time_equivalent": "1.0"}),
    (
        "trauma-training",
        "",
        "Trauma-informed practice, two days in August",
        {"aim": "tools", "hours": 12, "adults": 46},
    ),
    ("alternative-school", "Willow Academy", "Willow Academy itself", None),
]


def called(name: str) -> Student:
    """A student of the story."""
    given, _, family = name.partition(" ")
    return Student.objects.get(given_name=given, family_name=family, ended_on=None)


def live() -> None:
    """Live in the district since winter: what a visitor finds is what these actions left."""
    _supports()
    elm = _team(80, "priya.kaur", "Elm student support team", "Elm Middle School", "ruth.okafor tomas.ruiz uma.singh")
    oak = _team(70, "otto.berg", "Oak care team", "Oak Elementary School", "wren.abbott nour.alvarez")
    alder = _team(70, "grace.begay", "Alder student support team", "Alder High School", "victor.ortiz ada.ito")
    _audit_of_winter(elm)
    _audit_of_january(elm)
    _small_audit(oak, 26, "wren.abbott", "missed_students")
    _small_audit(alder, 19, "victor.ortiz", "tier_border")
    _strengths()
    _support_team(elm)
    _audit_under_way(elm)
    _measures()
    _walks()
    trials.live(elm)
    changes.live(elm)


# -- supports


def _supports() -> None:
    dana, priya, ruth = who("dana.whitlock"), who("priya.kaur"), who("ruth.okafor")
    kinds = Kind.objects.in_bulk(field_name="code")
    for code, school, name, particulars in MORE_SUPPORTS:
        kind = kinds[code]
        with on(118):
            supports.add_support(
                dana,
                particulars=particulars,
                kind=kind,
                name=name,
                school=Organization.objects.get(name=school) if school else None,
                tier=kind.tier,
                domain=kind.domain,
                emphasis=kind.emphasis,
                reach=kind.reach,
                owner=dana,
            )
    for days_ago, support in enumerate(Support.objects.filter(school__name="Elm Middle School").order_by("pk")[:9], 20):
        with on(days_ago):
            supports.confirm_support(priya, support)
    with on(30):
        supports.begin_participation(
            ruth,
            student=called("Maya Rivera"),
            support=Support.objects.get(name="Counselor affinity group", school__name="Elm Middle School"),
        )


# -- walks through a school

# Days ago; and of each observer: codes of what they saw, and of what they did not; lively (1) to calm (5); a note.
WALKS: list[tuple[int, list[tuple[str, str, str, int, tuple[str, str]]]]] = [
    (
        75,
        [
            ("ruth.okafor", "smiles adults work warmth", "learning", 3, ("adults", "Someone at the door of each bus.")),
            (
                "lena.ito",
                "smiles interaction adults energy",
                "work",
                2,
                ("energy", "One hears the band from the stairs."),
            ),
            (
                "uma.singh",
                "smiles interaction safety",
                "adults energy",
                3,
                ("smiles", "At the gate, and in the office."),
            ),
        ],
    ),
    (
        47,
        [
            (
                "tomas.ruiz",
                "smiles interaction belonging energy",
                "adults",
                1,
                ("interaction", "Pairs in every room I saw."),
            ),
            ("uma.singh", "smiles work safety", "adults learning", 4, ("safety", "The reading corner is always full.")),
            ("dana.whitlock", "smiles adults work warmth", "safety", 2, ("work", "Their bridges hang in the hall.")),
        ],
    ),
    (
        12,
        [
            ("ruth.okafor", "smiles interaction work energy warmth", "learning", 2, ("work", "Maps of their streets.")),
            (
                "uma.singh",
                "smiles adults work safety",
                "learning energy",
                4,
                ("adults", "Three adults in the north hall."),
            ),
            (
                "lena.ito",
                "smiles interaction adults work",
                "belonging",
                3,
                ("belonging", "Some tables have one child."),
            ),
        ],
    ),
]


def _walks() -> None:
    elm = Organization.objects.get(name="Elm Middle School")
    for days_ago, walked in WALKS:
        with on(days_ago) as day:
            visit = walkthroughs.plan(who("ruth.okafor"), school=elm, held_on=day)
            for username, seen, not_seen, at, (about, note) in walked:
                answers: Answers = {code: {"seen": "no", "note": ""} for code in not_seen.split()}
                answers |= {code: {"seen": "yes", "note": ""} for code in seen.split()}
                answers |= {about: answers[about] | {"note": note}, "mood": {"at": at, "note": ""}}
                walkthroughs.send(who(username), visit=visit, answers=answers)


# -- teams and audits


def _team(days_ago: int, by: str, name: str, school: str, others: str) -> Team:
    with on(days_ago):
        team = teams.create_team(who(by), name=name, organization=Organization.objects.get(name=school))
        for username in others.split():
            teams.add_member(who(by), team=team, staff=who(username))
    return team


def _open(team: Team, by: str, students: Sequence[Student], picked: str) -> tuple[Meeting, list[AuditedStudent]]:
    actor = who(by)
    meeting = audits.open_audit(
        actor, team=team, held_on=timezone.localdate(), facilitator=actor, students=students, picked=picked
    )
    return meeting, list(AuditedStudent.objects.filter(meeting=meeting).select_related("student", "meeting__team"))


def _say(by: str, audited: AuditedStudent, *, unseen: Sequence[str] = (), helps: Sequence[str] = ()) -> None:
    """The team goes through what is on record: seen, except what nobody has seen on the ground."""
    actor = who(by)
    for finding in audit_queries.findings(actor, [audited])[audited.pk]:
        if finding.on_record:
            audits.say_seen(actor, audited=audited, key=finding.key, seen=finding.name not in unseen)
        if finding.name in helps:
            audits.say_helps(actor, audited=audited, key=finding.key, helps=True)


def _add(by: str, audited: AuditedStudent, kind: str, name: str) -> None:
    like = Kind.objects.get(code=kind)
    audits.add_seen(
        who(by), audited=audited, name=name, tier=like.tier, domain=like.domain, emphasis=like.emphasis
    )  # fmt: skip


def _write(by: str, audited: AuditedStudent, **answers: str) -> None:
    for question, text in answers.items():
        audits.write(who(by), audited=audited, question=Answer.Question[question.upper()].value, text=text)


def _in_gap(by: str, code: str, count: int) -> list[Student]:
    """The first students of a gap whom this person reaches, without Maya, Eli and their namesakes."""
    rows = students_in_gap(who(by), code).exclude(given_name__in=["Maya", "Eli"])
    return list(rows.order_by("pk")[:count])


def _audit_of_winter(team: Team) -> None:
    ruth, tomas, priya = who("ruth.okafor"), who("tomas.ruiz"), who("priya.kaur")
    with on(47) as day:
        meeting, (maya, *others) = _open(
            team, "ruth.okafor", [called("Maya Rivera"), *_in_gap("ruth.okafor", "behavior_only", 3)], "behavior_only"
        )
        _say("ruth.okafor", maya, unseen=["PBIS schoolwide expectations"], helps=["Clubs and teams"])
        _add("tomas.ruiz", maya, "unnoticed", "Eats lunch with the librarian")
        _write(
            "ruth.okafor",
            maya,
            missing="Someone who knows how things are at home. Nobody has talked with her aunt since September.",
            balance="Her plan is about sitting still. Nothing we give her is about friends.",
        )
        _write(
            "tomas.ruiz",
            maya,
            lived="She told me that choir is the one hour in which nobody counts anything.",
        )
        for other in others:
            _say("ruth.okafor", other, unseen=["SEL curriculum", "Attendance mentoring"], helps=["Check-In/Check-Out"])
        _write("tomas.ruiz", others[0], missing="A reason to come early. He is here at seven on band days.")
        promised = [
            teams.promise(
                ruth, what="Call Maya's aunt, in the evening", owner=ruth, due_on=day + datetime.timedelta(7),
                meeting=meeting, student=maya.student,
            ),
            teams.promise(
                ruth, what="Ask the choir teacher what Maya is like there", owner=tomas,
                due_on=day + datetime.timedelta(11), meeting=meeting, student=maya.student,
            ),
            teams.promise(
                ruth, what="Find out why so many of our plans are about behavior", owner=priya,
                due_on=day + datetime.timedelta(29), meeting=meeting,
            ),
        ]  # fmt: skip
        audits.close_audit(ruth, meeting=meeting)
    with on(41):
        teams.mark_done(ruth, follow_up=promised[0])
    with on(36) as day:
        teams.pick_new_day(tomas, follow_up=promised[1], due_on=day + datetime.timedelta(21))


def _audit_of_january(team: Team) -> None:
    ruth, tomas, uma = who("ruth.okafor"), who("tomas.ruiz"), who("uma.singh")
    with on(33) as day:
        meeting, audited = _open(team, "ruth.okafor", _in_gap("ruth.okafor", "transition", 2), "transition")
        said = [
            (
                "A person at Alder who knows the name before September.",
                "The plan is three adults long. It is not clear that it feels like care.",
            ),
            (
                "Nobody at home has seen the plan in their own language.",
                "Wednesday is the good day: shop, then the reading group, then the walk home with a friend.",
            ),
        ]
        for each, (missing, lived) in zip(audited, said, strict=False):
            _say("ruth.okafor", each, unseen=["Advisory and class meetings"], helps=["Special education services"])
            _write("ruth.okafor", each, missing=missing, lived=lived)
        _add("uma.singh", audited[0], "transition", "Visits the high school shop class on Fridays")
        teams.promise(
            ruth, what="Invite the counselor from Alder to our next meeting", owner=ruth,
            due_on=day + datetime.timedelta(22), meeting=meeting,
        )  # fmt: skip
        teams.promise(
            ruth, what="Walk the ninth-grade hallway with them, on a quiet day", owner=uma,
            due_on=day + datetime.timedelta(40), meeting=meeting, student=audited[0].student,
        )  # fmt: skip
        teams.promise(
            ruth, what="Write down what helped, in three lines each", owner=tomas,
            due_on=day + datetime.timedelta(36), meeting=meeting,
        )  # fmt: skip
        audits.close_audit(ruth, meeting=meeting)


def _small_audit(team: Team, days_ago: int, by: str, gap: str) -> None:
    with on(days_ago) as day:
        students = _in_gap(by, gap, 3)
        meeting, audited = _open(team, by, students, gap)
        for each in audited:
            _say(by, each, unseen=["SEL curriculum"], helps=["Clubs and teams", "Reading intervention"])
        _write(by, audited[0], missing="An adult who asks before the report card does.")
        teams.promise(
            who(by), what="Say hello by name, every day for two weeks", owner=who(by),
            due_on=day + datetime.timedelta(14), meeting=meeting, student=students[0],
        )  # fmt: skip
        audits.close_audit(who(by), meeting=meeting)


def _audit_under_way(team: Team) -> None:
    students = [called("Eli Scott"), called("Maya Rivera"), *_in_gap("ruth.okafor", "missed_students", 1)]
    _, (eli, maya, _) = _open(team, "ruth.okafor", students, "by hand")
    _say(
        "ruth.okafor",
        maya,
        unseen=["PBIS schoolwide expectations"],
        helps=["Clubs and teams", "Counselor affinity group"],
    )
    _add("tomas.ruiz", eli, "unnoticed", "Fixes bicycles with the custodian after school")
    _write(
        "tomas.ruiz",
        eli,
        lived="He said he likes it here on the days when somebody needs something repaired.",
    )


def _support_team(team: Team) -> None:
    """A meeting about two students of the winter audit, strengths first."""
    ruth, uma = who("ruth.okafor"), who("uma.singh")
    with on(11) as day:
        meeting = meetings.begin(ruth, activity="supportteam", team=team, held_on=day, facilitator=ruth)
        for username in ("tomas.ruiz", "uma.singh"):
            meetings.sit_down(who(username), meeting=meeting)
        students = [called("Maya Rivera"), *_in_gap("ruth.okafor", "transition", 1)]
        for student, why in zip(students, ("behavior_only", "transition"), strict=False):
            supportteam.put_on(ruth, meeting=meeting, student=student, why=why)
        for stage in (Stage.REVEALED, Stage.DISCUSSED):
            meetings.move(ruth, meeting=meeting, stage=stage)
        maya = supportteam_queries.talks(ruth, meeting).first()
        assert maya
        supportteam.say(ruth, talk=maya, text="Choir is on Tuesdays, and her appointments are too.")
        supportteam.say(uma, talk=maya, text="Her plan is checked five times a day, by five people.")
        meetings.move(ruth, meeting=meeting, stage=Stage.DECIDED)
        teams.promise(
            ruth, what="One adult for the daily check, whom she chooses", owner=uma,
            due_on=day + datetime.timedelta(21), meeting=meeting, student=maya.student,
        )  # fmt: skip
        supportteam.go_on(ruth, meeting=meeting)
        meetings.close(ruth, meeting=meeting)


# -- strengths first


def _strengths() -> None:
    ruth, tomas = who("ruth.okafor"), who("tomas.ruiz")
    eli, maya = called("Eli Scott"), called("Maya Rivera")
    said = [
        (61, tomas, eli, "Repairs what others give up on, and explains it while he does.", False),
        (20, tomas, eli, "I like it when people bring me broken things.", True),
        (50, ruth, maya, "Notices who is alone, and sits down beside them.", False),
        (12, tomas, maya, "In choir I know what to do next.", True),
    ]
    section = access.visible_to(tomas).exclude(pk__in=[eli.pk, maya.pk]).order_by("pk")[:6]
    words = [
        "Asks the question that everyone else was afraid to ask.",
        "Draws the whole lesson on one page, and lets others copy it.",
        "Speaks three languages and puts people at ease in all of them.",
        "Comes back the next day, whatever happened.",
        "Makes the little ones laugh on the bus.",
        "Keeps time for the whole band.",
    ]
    said += [(15 + number, tomas, student, words[number], False) for number, student in enumerate(section)]
    for days_ago, by, student, text, in_own_words in said:
        with on(days_ago):
            roster.note_strength(by, student=student, text=text, in_own_words=in_own_words)


# -- what is counted

STUDENT_COUNTS_FOR = {"belong": 1, "checkin": 1, "attend": 5, "referral": 1, "reach": 1}  # in a week


def _measures() -> None:
    dana = who("dana.whitlock")
    with on(55):
        for code, count in STUDENT_COUNTS_FOR.items():
            measures.change_measure(dana, _measure(code), per_student=count)
        measures.change_measure(dana, _measure("belong"), kind="outcome", goal=80.0)
        measures.choose_chart(
            dana, _measure("attend"), Place(), chart="p'", rules="anhoej", screen_moving_ranges=True,
            reason="Thousands of days a week vary more than chance alone: the limits allow for it.",
        )  # fmt: skip
        public_example.tell(dana)


def _measure(code: str) -> Measure:
    return Measure.objects.get(source_id__endswith=code)
