"""Microsoft School Data Sync: the files of version 1, and the relationships of version 2.1."""

from collections.abc import Callable, Iterable
from itertools import repeat
from typing import Any

from django.utils.translation import gettext_noop as _

from heartwork.roster.imports.columns import (
    REJECT,
    Choice,
    Column,
    Date,
    Identifier,
    Reference,
    Text,
)
from heartwork.roster.imports.kinds import Kind, Once, Rows
from heartwork.roster.imports.people import GRADE_COLUMN, sign_in_names, with_search_key
from heartwork.roster.imports.places import SECOND_ROW, STATUS, section_schools, written
from heartwork.roster.imports.roles import RELATIONS
from heartwork.roster.imports.stage import BLANK
from heartwork.roster.imports.work import Work

FAMILY = "Microsoft"
SIS_ID = Column("SIS ID", Identifier(200), required=True, label=_("Identifier"))
SCHOOL = Column("School SIS ID", Reference("organization"), required=True, label=_("School"))
NAMES = (
    Column("First Name", Text(), required=True, label=_("First name")),
    Column("Last Name", Text(), required=True, label=_("Family name")),
    Column("Middle Name", Text(), label=_("Middle name")),
    Column("Username", Text(), label=_("Sign-in name")),
)
ONCE = (Once(("SIS ID",), SECOND_ROW),)
PERSON = {"given_name": "First Name", "family_name": "Last Name", "middle_name": "Middle Name"}


def land_relationships(rows: Rows, work: Work) -> None:
    """Stage who belongs to whose family."""
    work.stage.add(
        "guardianship",
        rows.at,
        student_id=rows["userSourcedId"],
        guardian_id=rows["relationshipUserSourcedId"],
        ended_on=BLANK,
    )


RELATIONSHIPS = Kind(
    "relationships",
    _("Families (School Data Sync)"),
    ("relationships",),
    (
        Column("userSourcedId", Reference("student"), required=True, label=_("Student")),
        Column("relationshipUserSourcedId", Reference("guardian"), required=True, label=_("Adult")),
        Column("relationshipRole", Choice(tuple(RELATIONS), unknown="drop"), label=_("Relation")),
    ),
    land_relationships,
    order=75,
    family=FAMILY,
    once=(Once(("userSourcedId", "relationshipUserSourcedId"), _("The same two people are already related above.")),),
    ends=(("guardianship", ""),),
)


def land_schools(rows: Rows, work: Work) -> None:
    """Stage schools."""
    work.stage.add(
        "organization",
        rows.at,
        id=work.registry("organization").claim(rows["SIS ID"]),
        source_id=rows["SIS ID"],
        kind=repeat("school"),
        ended_on=BLANK,
        **rows.pick(name="Name", identifier="School NCES_ID"),
    )


SCHOOLS = Kind(
    "sds.School",
    _("Schools (School Data Sync 1)"),
    ("School",),
    (SIS_ID, Column("Name", Text(), required=True, label=_("Name")), Column("School NCES_ID", Text(), label=_("NCES"))),
    land_schools,
    order=11,
    family=FAMILY,
    once=ONCE,
    ends=(("organization", ""),),
    key="SIS ID",
)


def land_people(code: str) -> Callable[[Rows, Work], None]:
    """A function that stages people of one kind, each at their school."""

    def land(rows: Rows, work: Work) -> None:
        ids = rows["SIS ID"]
        numbers = work.registry(code).claim(ids)
        given: dict[str, Any] = rows.pick(**PERSON)
        place = [f"{code}:{name}" for name in ids]
        common: dict[str, Iterable[Any]] = {"source_id": place, "begin": BLANK, "end": BLANK}
        schools = rows["School SIS ID"]
        if code == "student":
            given |= rows.pick(grade="grades", identifier="Student Number", email="Secondary Email")
            work.stage.add("enrollment", rows.at, student_id=numbers, school_id=schools, section_id=BLANK,
                           **common)  # fmt: skip
            if rows.has("Birthdate"):
                work.stage.add("facts", rows.at, id=numbers, birth_date=rows["Birthdate"])
        else:
            if rows.has("Username"):
                rows.values["username"] = rows["Username"]
                given["username"] = list(sign_in_names(rows, numbers, work))
            given |= rows.pick(email="Secondary Email")
            work.stage.add("assignment", rows.at, staff_id=numbers, role=repeat("teacher"), organization_id=schools,
                           section_id=BLANK, **common)  # fmt: skip
        work.stage.add(code, rows.at, id=numbers, source_id=ids, ended_on=BLANK, **with_search_key(given))

    return land


STUDENTS = Kind(
    "sds.Student",
    _("Students (School Data Sync 1)"),
    ("Student",),
    (
        SIS_ID,
        STATUS,
        SCHOOL,
        *NAMES,
        Column("Student Number", Text(), label=_("Number on the card")),
        Column("Secondary Email", Text(), label=_("Email")),
        GRADE_COLUMN,
        Column("Birthdate", Date(future="drop"), label=_("Birth date")),
    ),
    land_people("student"),
    order=42,
    family=FAMILY,
    once=ONCE,
    ends=(("student", ""), ("enrollment", "student:")),
    key="SIS ID",
)

TEACHERS = Kind(
    "sds.Teacher",
    _("Teachers (School Data Sync 1)"),
    ("Teacher",),
    (
        SIS_ID,
        STATUS,
        SCHOOL,
        *NAMES,
        Column("Secondary Email", Text(), label=_("Email")),
        Column("Teacher Number", Text(), label=_("Teacher's number")),
    ),
    land_people("staff"),
    order=43,
    family=FAMILY,
    once=ONCE,
    ends=(("staff", ""), ("assignment", "staff:")),
    key="SIS ID",
)


def land_sections(rows: Rows, work: Work) -> None:
    """Stage sections, with the days of their term and the course they name."""
    numbers = work.registry("section").claim(rows["SIS ID"])
    section_schools(work).update(zip(numbers, rows["School SIS ID"], strict=True))
    given: dict[str, Any] = rows.pick(begin="Term StartDate", end="Term EndDate")
    work.stage.add(
        "section",
        rows.at,
        id=numbers,
        source_id=rows["SIS ID"],
        title=rows["Section Name"],
        school_id=rows["School SIS ID"],
        ended_on=BLANK,
        **given,
    )


SECTIONS = Kind(
    "sds.Section",
    _("Sections (School Data Sync 1)"),
    ("Section",),
    (
        SIS_ID,
        STATUS,
        SCHOOL,
        Column("Section Name", Text(), required=True, label=_("Title")),
        Column("Term StartDate", Date(), label=_("First day")),
        Column("Term EndDate", Date(), label=_("Last day")),
    ),
    land_sections,
    order=51,
    family=FAMILY,
    once=ONCE,
    ends=(("section", ""),),
    key="SIS ID",
)


def land_rosters(who: str) -> Callable[[Rows, Work], None]:
    """A function that stages places in sections."""

    def land(rows: Rows, work: Work) -> None:
        schools = section_schools(work)
        names = [
            f"roster:{person}:{section}"
            for person, section in zip(
                written(rows, work, "SIS ID"), written(rows, work, "Section SIS ID"), strict=True
            )
        ]
        common: dict[str, Iterable[Any]] = {
            "source_id": names,
            "section_id": rows["Section SIS ID"],
            "begin": BLANK,
            "end": BLANK,
        }
        places = [schools[section] for section in rows["Section SIS ID"]]
        if who == "student":
            work.stage.add("enrollment", rows.at, student_id=rows["SIS ID"], school_id=places, **common)
        else:
            work.stage.add("assignment", rows.at, staff_id=rows["SIS ID"], organization_id=places,
                           role=repeat("teacher"), **common)  # fmt: skip

    return land


def _roster(code: str, name: str, label: str, who: str, target: str) -> Kind:
    return Kind(
        code,
        label,
        (name,),
        (
            Column("Section SIS ID", Reference("section"), required=True, label=_("Section")),
            Column("SIS ID", Reference(who, missing=REJECT), required=True, label=_("Person")),
            STATUS,
        ),
        land_rosters(who),
        order=61,
        family=FAMILY,
        once=(Once(("SIS ID", "Section SIS ID"), _("This person is already in this section above.")),),
        ends=((target, "roster:"),),
    )


STUDENT_ROSTER = _roster(
    "sds.StudentEnrollment",
    "StudentEnrollment",
    _("Students in sections (School Data Sync 1)"),
    "student",
    "enrollment",
)
TEACHER_ROSTER = _roster(
    "sds.TeacherRoster", "TeacherRoster", _("Teachers of sections (School Data Sync 1)"), "staff", "assignment"
)

KINDS = [RELATIONSHIPS, SCHOOLS, STUDENTS, TEACHERS, SECTIONS, STUDENT_ROSTER, TEACHER_ROSTER]
