"""Questions over many audits: recorded against seen, balance of emphasis, missing systems, what comes together.

Each student counts once, by the last closed audit. Whoever reaches every student behind a figure sees it as it is;
for all others, counts of small groups are hidden here, before a page receives them, and so are supports in a team's own
words, which might name someone.
"""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from heartwork.analysis.cooccurrence import Pair, pairs
from heartwork.analysis.suppression import Release, shown
from heartwork.audits.models import AuditedStudent, Sighting
from heartwork.audits.queries import Changes, Finding, changes, finding_of
from heartwork.releases import ledger
from heartwork.roster import access
from heartwork.roster.models import GRADES, Attribute, Enrollment, StaffMember, Student, StudentAttribute, on_day
from heartwork.roster.queries import district, grade_name
from heartwork.supports.models import Emphasis, Support
from heartwork.supports.queries import domains, emphases
from heartwork.web.constellation import key_glyph

LEAST = 3  # students who have a support, before "always" and "never" are said of it
MOST_CHANGES = 40
Key = TypeVar("Key", str, int)


@dataclass(frozen=True)
class RecordedSeen:
    """One support over all audited students; None: hidden."""

    name: str
    seen: int | None
    not_seen: int | None
    not_said: int | None
    unrecorded: int | None


@dataclass(frozen=True)
class Mean:
    """How many supports of one emphasis a student has on average."""

    emphasis: str
    picture: SafeString
    value: float


@dataclass(frozen=True)
class GroupBalance:
    """A group of students and the balance of what is around them; None: hidden."""

    label: str
    means: list[Mean] | None


@dataclass(frozen=True)
class Missing:
    """A part of life, and for how many students nothing in it is on record or seen; None: hidden."""

    domain: str
    nothing: int | None


@dataclass(frozen=True)
class Together:
    """Two supports by name, and how they come: always, never, or often together."""

    first: str
    second: str
    how: str
    both: int
    of_first: int


@dataclass(frozen=True)
class Changed:
    """What changed for one student between the last two audits."""

    student: Student
    changes: Changes


@dataclass(frozen=True)
class Patterns:
    """What a viewer may know of all audits in reach. `students` None: too few to say anything."""

    minimum: int
    is_whole: bool  # whether the viewer reaches every student behind the figures
    students: int | None = None
    is_empty: bool = False
    supports: list[RecordedSeen] = field(default_factory=list)
    overall: list[Mean] = field(default_factory=list)
    groups: list[GroupBalance] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    together: list[Together] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)

    @property
    def on_paper(self) -> RecordedSeen | None:
        """The support that most often is on record and not seen, if the numbers may be shown."""
        known = [row for row in self.supports if row.not_seen and row.seen is not None]
        return max(known, key=lambda row: (row.not_seen or 0, row.name), default=None)

    @property
    def emptiest(self) -> Missing | None:
        """The part of life that most often is empty, if that may be shown."""
        known = [row for row in self.missing if row.nothing]
        return max(known, key=lambda row: (row.nothing or 0, row.domain), default=None)

    @property
    def hides(self) -> bool:
        """Whether anything of it is hidden."""
        counts = [count for row in self.supports for count in (row.seen, row.not_seen, row.not_said, row.unrecorded)]
        return (
            None in counts or any(g.means is None for g in self.groups) or any(m.nothing is None for m in self.missing)
        )


def patterns(viewer: StaffMember, day: datetime.date | None = None) -> Patterns:
    """What the closed audits in the viewer's district or schools show together. A dozen queries, however many."""
    day = day or timezone.localdate()
    closed = _in_scope(viewer, day)
    is_whole = not closed.exclude(student__in=access.visible_for(viewer, "patterns.read", day=day)).exists()
    minimum = district().minimum_group
    told = closed if is_whole else _told_of(viewer, closed, minimum, day)
    last = _last_of_each(told)
    people = dict(last.order_by("pk").values_list("pk", "student"))
    if not people or (len(people) < minimum and not is_whole):
        return Patterns(minimum, is_whole, is_empty=not people)
    by_student: dict[int, list[Finding]] = {student: [] for student in people.values()}
    for sighting in Sighting.objects.filter(audited__in=last).select_related("tier", "domain", "emphasis"):
        by_student[people[sighting.audited_id]].append(finding_of(sighting))
    hide = _Hide(None if is_whole else minimum)
    kinds = list(emphases())
    return Patterns(
        minimum,
        is_whole,
        students=len(people),
        supports=_recorded_seen(by_student, hide),
        overall=_means(by_student.values(), kinds),
        groups=_groups(viewer, by_student, kinds, hide, day),
        missing=_missing(by_student, hide),
        together=_together(by_student, hide),
        changed=_changed(viewer, closed, day),
    )


def _in_scope(viewer: StaffMember, day: datetime.date) -> QuerySet[AuditedStudent]:
    """Closed audits of students at the viewer's schools; of all, for those who answer for the district."""
    rows = AuditedStudent.objects.filter(meeting__closed_at__isnull=False)
    if _reads_district(viewer, day):
        return rows
    here = Enrollment.objects.filter(on_day(day), section=None, school__in=access.schools_of(viewer, day))
    return rows.filter(Exists(here.filter(student=OuterRef("student"))))


def _reads_district(viewer: StaffMember, day: datetime.date) -> bool:
    may_read = access.roles_that_may("patterns.read", access.chosen_now())
    far = {access.REACH.get(role) for role in access.roles_of(viewer, day) if role in may_read}
    return bool(far & {"district", "figures"})


def _told_of(
    viewer: StaffMember, closed: QuerySet[AuditedStudent], minimum: int, day: datetime.date
) -> QuerySet[AuditedStudent]:
    """Of the closed audits the first so many: those that stood behind what was told last, until enough have joined.

    An audit adds three or four students; the figures before and after it would tell what was seen around them. Four
    queries at most.
    """
    often = Counter(closed.order_by().values("student").annotate(n=Count("pk")).values_list("n", flat=True))
    cells = {f"{n} times": students for n, students in often.items()}
    schools = "" if _reads_district(viewer, day) else " ".join(str(pk) for pk in sorted(access.schools_of(viewer, day)))
    question = f"students audited {schools}"
    release = Release(cells, {"all": list(cells)}, totals=["all"])
    answer = ledger.answer(question, release, minimum, day)
    so_many = sum(int(cell.split()[0]) * students for cell, students in answer.counts.items())
    in_order = closed.order_by("meeting__closed_at", "pk").values_list("meeting__closed_at", flat=True)
    until = list(in_order[so_many - 1 : so_many]) if so_many else []
    return closed.filter(meeting__closed_at__lte=until[0]) if until else closed.none()


def _last_of_each(closed: QuerySet[AuditedStudent]) -> QuerySet[AuditedStudent]:
    """Of each student only the audit that closed last."""
    later = closed.filter(student=OuterRef("student"), meeting__closed_at__gt=OuterRef("meeting__closed_at"))
    return closed.filter(~Exists(later))


class _Hide:
    """Hides small counts of a partition for viewers who don't reach everyone; for others it leaves all as it is."""

    def __init__(self, minimum: int | None) -> None:
        self.minimum = minimum

    def __call__(self, counts: Mapping[Key, int]) -> dict[Key, int | None]:
        return shown(counts, self.minimum) if self.minimum else dict(counts)


def _recorded_seen(by_student: dict[int, list[Finding]], hide: _Hide) -> list[RecordedSeen]:
    names: dict[str, str] = {}
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for found in by_student.values():
        for finding in found:
            if hide.minimum and not finding.key.startswith("s"):
                continue
            names.setdefault(finding.name_key, finding.name)
            state = {True: "seen", False: "not_seen", None: "not_said"}[finding.seen]
            counts[finding.name_key][state if finding.on_record else "unrecorded"] += 1
    rows = []
    for key, name in sorted(_told_apart(names).items(), key=lambda item: item[1].casefold()):
        count = {state: counts[key][state] for state in ("seen", "not_seen", "not_said", "unrecorded")}
        visible = hide(count | {"none": len(by_student) - sum(count.values())})
        rows.append(RecordedSeen(name, *(visible[state] for state in count)))
    return rows


def _told_apart(names: dict[str, str]) -> dict[str, str]:
    """Names by key; supports of several schools that are called alike say where each is. At most one query."""
    often = Counter(names.values())
    alike = [int(key[1:]) for key, name in names.items() if often[name] > 1 and key.startswith("s")]
    schools = dict(Support.objects.filter(pk__in=alike).values_list("pk", "school__name")) if alike else {}
    places = {f"s{pk}": school for pk, school in schools.items() if school}
    return {key: f"{name} ({places[key]})" if key in places else name for key, name in names.items()}


def _means(people: Iterable[list[Finding]], kinds: list[Emphasis]) -> list[Mean]:
    """How many supports of each emphasis one of these students has on average."""
    people = list(people)
    total = Counter(finding.emphasis for found in people for finding in found)
    return [Mean(str(each), key_glyph(each.code), total[each.code] / len(people)) for each in kinds]


def _groups(
    viewer: StaffMember, by_student: dict[int, list[Finding]], kinds: list[Emphasis], hide: _Hide, day: datetime.date
) -> list[GroupBalance]:
    """The balance by grade, then with each attribute: always in the same order, never by size.

    What is sensitive (housing, foster care) is for those who may see its gaps: who reaches every student behind these
    figures sees groups of one, and would learn from them who it is.
    """

    def row(label: str, members: set[int], size: int | None) -> GroupBalance:
        found = [by_student[student] for student in members]
        return GroupBalance(label, None if size is None else _means(found, kinds))

    rows = []
    grades: dict[str, set[int]] = defaultdict(set)
    known = Student.objects.filter(audited__meeting__closed_at__isnull=False).order_by().distinct()
    for student, grade in known.values_list("pk", "grade"):
        if student in by_student:
            grades[grade].add(student)
    sizes = hide({grade: len(members) for grade, members in grades.items()})
    for grade in sorted(grades, key=lambda code: GRADES.index(code) if code in GRADES else -1):
        label = grade_name(grade) if grade else gettext("no grade on record")
        rows.append(row(label.capitalize(), grades[grade], sizes[grade]))
    held: dict[int, set[int]] = defaultdict(set)
    counted = StudentAttribute.objects.filter(on_day(day), student__in=known.values("pk"))
    for code, student in counted.values_list("attribute", "student"):
        if student in by_student:
            held[code].add(student)
    attributes = Attribute.objects.filter(pk__in=held)
    if not access.may(viewer, "sensitive_gap.read"):
        attributes = attributes.filter(is_sensitive=False)
    for attribute in attributes:
        members = held[attribute.pk]
        size = hide({"with": len(members), "without": len(by_student) - len(members)})["with"]
        rows.append(row(str(attribute), members, size))
    return rows


def _missing(by_student: dict[int, list[Finding]], hide: _Hide) -> list[Missing]:
    rows = []
    for domain in domains():
        nothing = sum(all(finding.domain != domain.code for finding in found) for found in by_student.values())
        visible = hide({"nothing": nothing, "something": len(by_student) - nothing})
        rows.append(Missing(str(domain), visible["nothing"]))
    return rows


def _together(by_student: dict[int, list[Finding]], hide: _Hide) -> list[Together]:
    """Supports that not everyone has, in pairs that always or never come together; hidden ones are left out.

    To those who don't reach everyone "always" and "never" would tell about single students: they see only pairs that
    often come together, where each of the four groups is large enough.
    """
    names: dict[str, str] = {}
    holdings = []
    for found in by_student.values():
        here = {f.name_key: f.name for f in found if f.tier > 1 and f.key.startswith("s")}
        names |= here
        holdings.append(frozenset(here))
    names = _told_apart(names)
    return [
        Together(names[pair.first], names[pair.second], how, pair.both, pair.both + pair.only_first)
        for pair in pairs(holdings, hide.minimum or LEAST)
        if (how := _how(pair, hide))
    ]


def _how(pair: Pair[str], hide: _Hide) -> str:
    if hide.minimum is None:
        return "always" if pair.is_always else "never" if pair.is_never else ""
    four = {"both": pair.both, "first": pair.only_first, "second": pair.only_second, "neither": pair.neither}
    is_often = 2 * pair.both >= pair.both + min(pair.only_first, pair.only_second)
    return "often" if is_often and None not in hide(four).values() else ""


def _changed(viewer: StaffMember, closed: QuerySet[AuditedStudent], day: datetime.date) -> list[Changed]:
    """For students whom the viewer reaches: what changed between their last two audits. Two queries."""
    again = AuditedStudent.objects.filter(meeting__closed_at__isnull=False, student=OuterRef("student"))
    rows = closed.filter(
        Exists(again.exclude(pk=OuterRef("pk"))), student__in=access.visible_for(viewer, "patterns.read", day=day)
    )
    rows = rows.select_related("student", "meeting").order_by("-meeting__closed_at", "-pk")[: 3 * MOST_CHANGES]
    last_two: dict[int, list[AuditedStudent]] = defaultdict(list)
    for row in rows:
        last_two[row.student_id].append(row)
    said: dict[int, list[Finding]] = defaultdict(list)
    wanted = [row.pk for two in last_two.values() for row in two[:2]]
    for sighting in Sighting.objects.filter(audited__in=wanted).select_related("tier", "domain", "emphasis"):
        said[sighting.audited_id].append(finding_of(sighting))
    found = [
        Changed(now.student, changes(said[before.pk], said[now.pk], before.meeting.held_on))
        for now, before in (two[:2] for two in last_two.values() if len(two) > 1)
    ]
    found.sort(key=lambda row: (row.student.family_name, row.student.given_name, row.student.pk))
    return [row for row in found if row.changes][:MOST_CHANGES]
