"""The journal, read: what was done and seen, by whom, about whom, in words."""

import datetime
import uuid
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Count as Counted
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from heartwork.journal.models import Entry
from heartwork.roster import access, people_queries
from heartwork.roster.models import Assignment, StaffMember, Student, holding, search_key

VERBS: dict[str, str | Promise] = {
    "audit.added": _("noted a support that no record holds"),
    "audit.said": _("said whether a support is seen"),
    "audit.taken_out": _("took back a support that no record holds"),
    "audit.wrote": _("wrote to a question of an audit"),
    "cycle.planned": _("planned a cycle"),
    "cycle.set_aside": _("set the plan of a cycle aside"),
    "cycle.predicted": _("wrote a prediction"),
    "cycle.begun": _("began a cycle"),
    "cycle.noted": _("wrote a note in a cycle"),
    "cycle.ended": _("ended the test of a cycle"),
    "cycle.studied": _("wrote what a cycle taught"),
    "cycle.decided": _("decided what follows from a cycle"),
    "diagram.changed": _("changed a driver diagram"),
    "problem.opened": _("opened a problem"),
    "problem.changed": _("changed a problem"),
    "problem.closed": _("closed a problem"),
    "checkins.read": _("read a student’s answers in check-ins"),
    "demo.begun": _("began the demo"),
    "demo.made": _("made the demo"),
    "import.begun": _("began an import"),
    "import.applied": _("applied an import"),
    "import.set_aside": _("set an import aside"),
    "mapping.remembered": _("said what the columns of a file mean"),
    "roster.imported": _("imported the roster"),
    "account.signed_in": _("signed in"),
    "account.sign_in_refused": _("could not sign in with the password given"),
    "account.password_set": _("chose a password"),
    "account.way_in_added": _("added a way to sign in"),
    "account.way_in_removed": _("took a way to sign in off"),
    "account.signed_out_elsewhere": _("signed out wherever else they were signed in"),
    "account.second_steps_forgotten": _("took someone’s second steps off, who had lost them"),
    "account.language_chosen": _("chose a language"),
    "account.link_given": _("gave an address to choose a password"),
    "administrator.made": _("was made the first administrator"),
    "assignment.given": _("gave an assignment"),
    "assignment.ended": _("ended an assignment"),
    "attribute.added": _("added a group to report"),
    "attribute.changed": _("changed a group to report"),
    "choice.made": _("chose who may see and do what"),
    "district.begun": _("set the district up"),
    "district.changed": _("changed a rule of the district"),
    "emergency.opened": _("opened a student’s page in an emergency"),
    "emergency.not_opened": _("tried to open a student’s page in an emergency, and nothing opened"),
    "emergency.ended": _("ended that a page is open in an emergency"),
    "emergency.noticed": _("saw that a page was opened in an emergency"),
    "follow_up.promised": _("promised a follow-up"),
    "follow_up.done": _("did a follow-up"),
    "follow_up.reopened": _("opened a follow-up again"),
    "follow_up.moved": _("moved a follow-up to another day"),
    "follow_up.handed_on": _("handed a follow-up on"),
    "import.rejects_downloaded": _("downloaded the rows that were not imported"),
    "measure.defined": _("began to count something"),
    "measure.changed": _("changed what is counted"),
    "measure.ended": _("stopped counting something"),
    "measure.values_entered": _("put values of a measure on record"),
    "measure.gathered": _("counted a measure from the records"),
    "measure.chart_chosen": _("chose how a chart is drawn"),
    "measure.chart_phase": _("began a new level on a chart"),
    "measure.chart_excluded": _("left a period of a chart out"),
    "measure.annotated": _("pinned what happened to a chart"),
    "measure.annotation_withdrawn": _("took a note off a chart"),
    "meeting.opened": _("opened a meeting"),
    "meeting.closed": _("closed a meeting"),
    "meeting.code_missed": _("typed a code that joins no meeting"),
    "meeting.joined": _("came to a meeting"),
    "meeting.moved": _("moved a meeting to another stage"),
    "meeting.time_given": _("gave a meeting more time"),
    "meeting.led": _("took the lead of a meeting"),
    "meeting.wrote": _("wrote alone in a meeting"),
    "meeting.shared": _("shared a line of their own in a meeting"),
    "meeting.taken_back": _("took back a line that they had shared"),
    "meeting.erased": _("erased what they had written alone in a meeting"),
    "meeting.wrote_down": _("wrote down what the team says"),
    "meeting.struck": _("took away a line of what the team says"),
    "walk.planned": _("planned a walk through a school"),
    "walk.sent": _("sent what they saw in a school"),
    "walk.taken_back": _("took back what they had seen in a school"),
    "commitment.agreed": _("took up what a team promises each other"),
    "commitment.let_go": _("let a promise of a team go"),
    "commitment.answered": _("said whether a promise was kept"),
    "thanks.said": _("thanked on a team’s wall"),
    "thanks.taken_down": _("took a word of thanks off a wall"),
    "modelling.noted": _("wrote in their own log"),
    "modelling.erased": _("erased a line of their own log"),
    "beliefs.put_down": _("put something on a team’s map"),
    "beliefs.left_out": _("took something off a team’s map"),
    "beliefs.measured": _("said how a team can tell an outcome"),
    "beliefs.agreed": _("said that a team agrees on its outcomes"),
    "beliefs.group_chosen": _("chose a group to draw with"),
    "beliefs.linked": _("drew a link on a team’s map"),
    "beliefs.unlinked": _("took a link off a team’s map"),
    "beliefs.made_one": _("said that two on a map are one"),
    "beliefs.observed": _("wrote down what was seen of a belief"),
    "beliefs.chosen": _("chose what changes for an outcome"),
    "talk.put_on": _("put a student on the agenda of a meeting"),
    "talk.taken_off": _("took a student off the agenda of a meeting"),
    "talk.said": _("said what is in a student’s way"),
    "talk.unsaid": _("took away what was said to be in a student’s way"),
    "change.named": _("said which change a team looks at"),
    "change.looked_at": _("looked at a change again"),
    "change.taken_up": _("put routines on the page of a change"),
    "change.routine_let_go": _("took a routine off the page of a change"),
    "change.begun": _("began a change"),
    "change.ended": _("ended a change"),
    "change.answered": _("said how a change is for them"),
    "load.said": _("said how many minutes a week something asks"),
    "relationships.set_up": _("said how a team asks who knows whom"),
    "relationships.marked": _("marked students they know well"),
    "relationships.shared": _("let it be seen which students they know well"),
    "relationships.taken_back": _("took back which students they know well"),
    "relationships.looked_after": _("asked an adult to get to know a student"),
    "relationships.let_go": _("said that an adult no longer looks after a student"),
    "trusted.asked": _("asked students which adults they trust"),
    "trusted.closed": _("closed a link for students"),
    "trusted.slip_given": _("gave a student another slip"),
    "trusted.slips_seen": _("saw slips of students"),
    "trusted.missed": _("was tried with a wrong slip"),
    "trusted.said": _("was answered by a student"),
    "trusted.read": _("read what a student wrote about adults they trust"),
    "levers.begun": _("put the inventory on a team’s list"),
    "levers.listed": _("put something on a team’s list"),
    "levers.made_one": _("said that two on a list are one"),
    "levers.left_out": _("took something off a team’s list"),
    "meeting.recap_printed": _("took a recap away as a file"),
    "journal.read": _("read entries of the journal"),
    "journal.read_own": _("read what they themselves did"),
    "journal.forgotten": _("removed the oldest entries of the journal, as its period says"),
    "kind.added": _("added a kind of support"),
    "kind.changed": _("changed a kind of support"),
    "consent.noted": _("wrote down a family’s consent"),
    "consent.withdrawn": _("wrote down that a family took its consent back"),
    "disclosure.noted": _("wrote down that someone outside asked for a part of a record"),
    "disclosure.struck": _("struck out a line of what left the district"),
    "disclosure.exported": _("took a row about a student out of the district in a file"),
    "release.signed": _("signed a release under a family’s consent"),
    "family.seen": _("saw what a family said and asked"),
    "request.noted": _("wrote down a family’s request"),
    "request.prepared": _("prepared the answer to a family"),
    "request.reviewed": _("looked through the answer to a family"),
    "request.answered": _("gave a family its answer"),
    "retention.changed": _("changed how long a kind of data is kept"),
    "retention.done": _("let go what was older than its period"),
    "opt_out.begun": _("wrote down that a family keeps directory information at home"),
    "opt_out.ended": _("wrote down that a family lets directory information leave again"),
    "participation.begun": _("put a student in a support"),
    "participation.ended": _("set a student’s last day in a support"),
    "participation.waiting": _("put a student on a waiting list"),
    "participation.no_longer_waiting": _("took a student off a waiting list"),
    "person.ended": _("wrote down that someone left"),
    "person.returned": _("wrote down that someone is back"),
    "sight.lent": _("let a member of an audit see a student"),
    "sight.ended": _("ended an audit member’s sight of a student"),
    "substitute.given": _("let someone stand in for someone"),
    "substitute.ended": _("ended that someone stands in for someone"),
    "strength.noted": _("noted a strength"),
    "support.added": _("added a support"),
    "support.changed": _("changed a support"),
    "support.confirmed": _("said that a support still runs"),
    "support.ended": _("set a support’s last day"),
    "student.seen": _("saw a student’s page"),
    "student.records_seen": _("saw a student’s records"),
    "student.older_records_seen": _("saw a student’s older records"),
    "student.who_sees_printed": _("made the page for a family of who can see their child"),
    "students.listed": _("saw a list of students"),
    "team.created": _("made a team"),
    "team.joined": _("added someone to a team"),
    "team.left": _("took someone out of a team"),
    "viewing.begun": _("began to look as someone else"),
    "viewing.ended": _("ended to look as someone else"),
    "twins.same": _("said that two are one child"),
    "twins.not_the_same": _("said that two are two children"),
    "twins.told_apart": _("told two children apart again"),
}


@dataclass(frozen=True)
class Line:
    """One entry in words: when, who, did what, to whom or what, and what explains it."""

    at: datetime.datetime
    who: str
    did: str
    about: str
    detail: str


WITH_CONTENT = {"student_services_director", "principal"}  # others who may read it see what was done, not to whom


def entries(
    viewer: StaffMember,
    *,
    who: str = "",
    student: uuid.UUID | None = None,
    verb: str = "",
    begin: datetime.date | None = None,
    end: datetime.date | None = None,
) -> QuerySet[Entry]:
    """The journal, newest first, narrowed to someone's doings, a student, one kind of thing, some days.

    Nobody reads of themselves here: what the viewer did is left out, and is for another reader. A principal reads of
    the own school's staff.
    """
    access.require(viewer, "journal.read")
    rows = Entry.objects.select_related("actor").exclude(actor=viewer).order_by("-pk")
    if access.roles_of(viewer).isdisjoint({"student_services_director", "system_administrator"}):
        rows = rows.filter(actor__in=people_queries.own_staff(viewer).order_by().values("pk"))
    if words := search_key(who).split()[:5]:
        people = StaffMember.objects.all()
        for word in words:
            people = people.filter(search_key__contains=f" {word}")
        rows = rows.filter(actor__in=people.order_by().values("pk"))
    if student:
        # Also a student whom the viewer no longer reaches, or who is not there: both simply have no entries to show.
        found = access.visible_to(viewer).filter(public_id=student).values_list("pk", flat=True).first()
        rows = rows.filter(subject_kind=Student._meta.label_lower, subject_pk=found or 0)
    return _narrowed(rows, verb, begin, end)


def own_entries(
    viewer: StaffMember, *, verb: str = "", begin: datetime.date | None = None, end: datetime.date | None = None
) -> QuerySet[Entry]:
    """What the journal says that the viewer did and saw, newest first: on a page, and never as a file."""
    return _narrowed(Entry.objects.select_related("actor").filter(actor=viewer).order_by("-pk"), verb, begin, end)


def _narrowed(
    rows: QuerySet[Entry], verb: str, begin: datetime.date | None, end: datetime.date | None
) -> QuerySet[Entry]:
    if verb:
        rows = rows.filter(verb=verb)
    if begin:
        rows = rows.filter(at__date__gte=begin)
    if end:
        rows = rows.filter(at__date__lte=end)
    return rows


def readers_of(person: StaffMember) -> list[StaffMember]:
    """Who can read in the journal what this person did: somebody else than they. One query."""
    today = timezone.localdate()
    roles = Assignment.objects.filter(holding(today), staff__is_active=True)
    roles = roles.exclude(staff__ended_on__lte=today).exclude(staff=person)
    everywhere = Q(role__in=["student_services_director", "system_administrator"])
    mine = [a.section.school_id if a.section else a.organization_id for a in access.assignments_on(person)]
    readers = roles.filter(everywhere | Q(role="principal", organization__in=[each for each in mine if each]))
    return list(StaffMember.objects.filter(pk__in=readers.order_by().values("staff")))


@dataclass(frozen=True)
class Count:
    """How often one kind of thing was done in the last four weeks."""

    did: str
    count: int


def counts(viewer: StaffMember) -> list[Count]:
    """How often what was done in the last four weeks, most often first: by nobody's name, to nobody's. One query."""
    access.require(viewer, "journal.counts")
    since = timezone.now() - datetime.timedelta(weeks=4)
    found = Entry.objects.filter(at__gte=since).values_list("verb").annotate(count=Counted("pk")).order_by("-count")
    return [Count(str(VERBS.get(verb, verb)), count) for verb, count in found]


def in_words(viewer: StaffMember, rows: list[Entry]) -> list[Line]:
    """The entries of one page in words; students out of sight stay unnamed. A query for each kind of thing.

    Who reads the journal for the machine's sake sees that a record was read, not whose, nor what explains it.
    """
    names = _names(viewer, rows)
    with_content = not access.roles_of(viewer).isdisjoint(WITH_CONTENT)
    lines = []
    for entry in rows:
        kind = entry.subject_kind
        about = names.get((kind, entry.subject_pk or 0), "")
        full = with_content or entry.actor_id == viewer.pk or kind in NAMED
        number = f" ({entry.subject_pk})" if full else ""
        lines.append(
            Line(
                entry.at,
                entry.actor.name if entry.actor else gettext("the command line"),
                str(VERBS.get(entry.verb, entry.verb)),
                about or (f"{KINDS.get(kind, kind)}{number}" if kind else ""),
                ", ".join(f"{key}: {_short(value)}" for key, value in entry.detail.items()) if full or not kind else "",
            )
        )
    return lines


def _names(viewer: StaffMember, rows: list[Entry]) -> dict[tuple[str, int], str]:
    wanted: dict[str, set[int]] = {}
    for entry in rows:
        if entry.subject_kind and entry.subject_pk:
            wanted.setdefault(entry.subject_kind, set()).add(entry.subject_pk)
    names: dict[tuple[str, int], str] = {}
    for kind, keys in wanted.items():
        found: QuerySet[Any] | None = None
        if kind == Student._meta.label_lower:
            found = access.visible_to(viewer)
        elif kind in NAMED:
            found = apps.get_model(kind)._default_manager.all()
        if found is not None:
            names |= {(kind, each.pk): str(each) for each in found.filter(pk__in=keys)}
    return names


# What an entry is about where it has no name of its own, or none to be read here.
KINDS: dict[str, str | Promise] = {
    "privacy.disclosure": _("a release"),
    "audits.auditedstudent": _("a student in an audit"),
    "teams.meeting": _("a meeting"),
    "routines.change": _("a change"),
    "teams.followup": _("a follow-up"),
    "walkthroughs.visit": _("a visit"),
    "cycles.problem": _("a problem"),
    "cycles.cycle": _("a cycle"),
    "roster.student": _("a student"),
    "roster.importrun": _("an import"),
    "supports.participation": _("a student’s place in a support"),
}

# What may be called by its name here: nothing whose name says something of a student.
NAMED = [
    "roster.staffmember",
    "roster.district",
    "roster.attribute",
    "supports.support",
    "supports.kind",
    "teams.team",
    "measures.measure",
]


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 120 else f"{text[:117]}…"


def verbs() -> list[tuple[str, str]]:
    """Every kind of thing the journal holds, with its words."""
    return sorted(((verb, str(words)) for verb, words in VERBS.items()), key=lambda pair: pair[1])
