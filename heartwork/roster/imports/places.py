"""OneRoster (and Microsoft School Data Sync 2.1): organizations, academic sessions, courses and classes."""

import datetime
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_noop as _

from heartwork.roster.imports.columns import (
    DANGLING,
    REJECT,
    WARN,
    Choice,
    Column,
    Date,
    Grades,
    Identifier,
    Note,
    Reference,
    References,
    Text,
)
from heartwork.roster.imports.kinds import Check, Kind, Once, Rows
from heartwork.roster.imports.problems import FileReport
from heartwork.roster.imports.stage import BLANK
from heartwork.roster.imports.work import Work
from heartwork.roster.models import AcademicSession, Organization, Section

SECOND_ROW = _("Another row above has the same identifier. The first row was kept; correct or delete this one.")
BACKWARD = Note(REJECT, _("The last day is before the first day. Correct one of the two dates."))
OWN_PARENT = Note(WARN, _("An organization cannot be part of itself; that was left out."))
NO_PARENT = Note(WARN, DANGLING)

STATUS = Column("status", Text(), label=_("Status"))
SOURCED_ID = Column("sourcedId", Identifier(200), required=True, label=_("Identifier"))
ONCE = (Once(("sourcedId",), SECOND_ROW),)


def in_order(begin: str, end: str) -> Check:
    """A check: where a row has both days, the last is not before the first."""

    def check(rows: Rows, work: Work) -> Iterator[tuple[int, str, Note]]:
        if rows.has(begin) and rows.has(end):
            for place, (first, last) in enumerate(zip(rows[begin], rows[end], strict=True)):
                if first and last and last < first:
                    yield place, end, BACKWARD

    return check


# -- organizations: a parent may come after its children, so they wait until the last row was read


def land_organizations(rows: Rows, work: Work) -> None:
    """Keep the rows until all are known."""
    numbers = work.registry("organization").claim(rows["sourcedId"])
    kinds = rows.get("type") if rows.has("type") else ["school"] * len(rows)
    organization_kinds(work).update(zip(numbers, kinds, strict=True))
    wait(rows, work, "organizations", numbers)


def wait(rows: Rows, work: Work, name: str, numbers: list[int]) -> None:
    """Keep rows whose parent may come later."""
    parents = rows.get("parentSourcedId", "")
    waiting = work.facts.setdefault(name, [])
    waiting.append((rows, numbers, parents))


def with_parents(work: Work, name: str, code: str) -> Iterator[tuple[Rows, list[int], list[int | None]]]:
    """The rows that waited, with the number of each one's parent; tells of parents that are not there."""
    known = work.registry(code)
    for rows, numbers, parents in work.facts.pop(name, []):
        found: list[int | None] = []
        report = report_of(work, rows.file)
        for number, parent, line, raw in zip(numbers, parents, rows.lines, rows.raw, strict=True):
            above = known.get(parent) if parent else None
            if above == number:
                work.problems.note(report, line, "parentSourcedId", OWN_PARENT, parent, raw)
                above = None
            elif parent and above is None:
                work.problems.note(report, line, "parentSourcedId", NO_PARENT, parent, raw)
            found.append(above)
        yield rows, numbers, found


def report_of(work: Work, file: int) -> FileReport:
    """The report of the file with this number."""
    return next(source.report for source in work.sources if source.report.number == file)


def written(rows: Rows, work: Work, column: str) -> list[str]:
    """A column as it was written, without blanks around it."""
    source = next(source for source in work.sources if source.report.number == rows.file)
    at = source.places[column]
    return [row[at].strip() for row in rows.raw]


def finish_organizations(work: Work) -> None:
    """All are known: stage them with their parents."""
    for rows, numbers, parents in with_parents(work, "organizations", "organization"):
        given = rows.pick(name="name", kind="type", identifier="identifier")
        if rows.has("parentSourcedId"):
            given["parent_id"] = parents
        work.stage.add("organization", rows.at, id=numbers, source_id=rows["sourcedId"], ended_on=BLANK, **given)


def organization_kinds(work: Work) -> dict[int, str]:
    """What each organization is, by its number."""
    if "organization kinds" not in work.facts:
        work.facts["organization kinds"] = dict(Organization.objects.values_list("pk", "kind"))
    kinds: dict[int, str] = work.facts["organization kinds"]
    return kinds


ORGANIZATIONS = Kind(
    "orgs",
    _("Schools and other organizations"),
    ("orgs", "organizations", "schools"),
    (
        SOURCED_ID,
        STATUS,
        Column("name", Text(), required=True, label=_("Name")),
        Column(
            "type",
            Choice(
                ("district", "school", "department", "local", "state", "national", "college", "university", "campus",
                 "faculty", "program", "region", "ministryOfEducation"),
                unknown="keep",
                extensions=True,
                also={"elementary school": "school", "middle school": "school", "high school": "school"},
                blank="school",
            ),
            label=_("What it is"),
        ),
        Column("identifier", Text(), label=_("Its public number")),
        Column("parentSourcedId", Text(), label=_("What it is part of")),
    ),
    land_organizations,
    order=10,
    family="OneRoster",
    once=ONCE,
    finish=finish_organizations,
    ends=(("organization", ""),),
    key="sourcedId",
)  # fmt: skip


# -- sessions


def land_sessions(rows: Rows, work: Work) -> None:
    """Keep the rows until all are known."""
    numbers = work.registry("session").claim(rows["sourcedId"])
    session_days(work).update(zip(numbers, zip(rows["startDate"], rows["endDate"], strict=True), strict=True))
    wait(rows, work, "sessions", numbers)


def finish_sessions(work: Work) -> None:
    """All are known: stage them with their parents."""
    for rows, numbers, parents in with_parents(work, "sessions", "session"):
        given = rows.pick(title="title", kind="type", begin="startDate", end="endDate", school_year="schoolYear")
        if rows.has("parentSourcedId"):
            given["parent_id"] = parents
        work.stage.add("session", rows.at, id=numbers, source_id=rows["sourcedId"], ended_on=BLANK, **given)


def session_days(work: Work) -> dict[int, tuple[str, str]]:
    """The first and last day of each session, by its number."""
    if "session days" not in work.facts:
        work.facts["session days"] = {
            pk: (begin.isoformat(), end.isoformat())
            for pk, begin, end in AcademicSession.objects.values_list("pk", "begin", "end")
        }
    days: dict[int, tuple[str, str]] = work.facts["session days"]
    return days


SESSIONS = Kind(
    "academicSessions",
    _("School years and terms"),
    ("academicSessions",),
    (
        SOURCED_ID,
        STATUS,
        Column("title", Text(), required=True, label=_("Title")),
        Column(
            "type",
            Choice(("schoolYear", "term", "semester", "gradingPeriod"), extensions=True),
            required=True,
            label=_("Kind"),
        ),
        Column("startDate", Date(), required=True, label=_("First day")),
        Column("endDate", Date(), required=True, label=_("Last day")),
        Column("parentSourcedId", Text(), label=_("What it is part of")),
        Column("schoolYear", Text(9), label=_("School year")),
    ),
    land_sessions,
    order=20,
    family="OneRoster",
    checks=(in_order("startDate", "endDate"),),
    once=ONCE,
    finish=finish_sessions,
    ends=(("session", ""),),
    key="sourcedId",
)


# -- courses and classes


def land_courses(rows: Rows, work: Work) -> None:
    """Stage the courses."""
    work.stage.add(
        "course",
        rows.at,
        id=work.registry("course").claim(rows["sourcedId"]),
        source_id=rows["sourcedId"],
        ended_on=BLANK,
        **rows.pick(title="title", code="courseCode"),
    )


COURSES = Kind(
    "courses",
    _("Courses"),
    ("courses",),
    (
        SOURCED_ID,
        STATUS,
        Column("title", Text(), required=True, label=_("Title")),
        Column("courseCode", Text(), also=("code",), label=_("Code")),
    ),
    land_courses,
    order=30,
    family="OneRoster",
    once=ONCE,
    ends=(("course", ""),),
    key="sourcedId",
)


def land_classes(rows: Rows, work: Work) -> None:
    """Stage the classes, from the first day of their first term to the last day of their last."""
    numbers = work.registry("section").claim(rows["sourcedId"])
    section_schools(work).update(zip(numbers, rows["schoolSourcedId"], strict=True))
    given: dict[str, Any] = rows.pick(
        title="title", kind="classType", school_id="schoolSourcedId", course_id="courseSourcedId", grades="grades"
    )
    if rows.has("termSourcedIds"):
        days, spans = session_days(work), {}
        for terms in set(rows["termSourcedIds"]):
            known = [days[term] for term in terms if term in days]
            spans[terms] = (min(d[0] for d in known), max(d[1] for d in known)) if known else (None, None)
        given["begin"] = [spans[terms][0] for terms in rows["termSourcedIds"]]
        given["end"] = [spans[terms][1] for terms in rows["termSourcedIds"]]
    work.stage.add("section", rows.at, id=numbers, source_id=rows["sourcedId"], ended_on=BLANK, **given)


def section_schools(work: Work) -> dict[int, int]:
    """The school of each class, by their numbers."""
    if "section schools" not in work.facts:
        work.facts["section schools"] = dict(Section.objects.values_list("pk", "school_id").iterator(20_000))
    schools: dict[int, int] = work.facts["section schools"]
    return schools


CLASSES = Kind(
    "classes",
    _("Classes"),
    ("classes", "sections"),
    (
        SOURCED_ID,
        STATUS,
        Column("title", Text(), required=True, label=_("Title")),
        Column("grades", Grades(), also=("grade",), label=_("Grades")),
        Column("courseSourcedId", Reference("course"), label=_("Course")),
        Column(
            "classType", Choice(("homeroom", "scheduled"), unknown="keep", extensions=True), label=_("Kind of class")
        ),
        Column("schoolSourcedId", Reference("organization"), required=True, also=("orgSourcedId",), label=_("School")),
        Column(
            "termSourcedIds",
            References("session"),
            also=("termSourcedId", "sessionSourcedIds", "sessionSourcedId"),
            label=_("Terms"),
        ),
    ),
    land_classes,
    order=50,
    family="OneRoster",
    once=ONCE,
    ends=(("section", ""),),
    key="sourcedId",
)


def day_before(day: datetime.date) -> str:
    """The day before, as it is staged: the last day of what is there no longer."""
    return (day - datetime.timedelta(days=1)).isoformat()
