"""OneRoster (and Microsoft School Data Sync 2.1): students and teachers in classes."""

from collections.abc import Iterator

from django.utils.translation import gettext_noop as _

from heartwork.roster.imports.columns import DANGLING, REJECT, Choice, Column, Date, Identifier, Note, Reference
from heartwork.roster.imports.duplicates import named, unnamed
from heartwork.roster.imports.kinds import Kind, Once, Rows
from heartwork.roster.imports.places import SECOND_ROW, STATUS, in_order, section_schools, written
from heartwork.roster.imports.roles import STAFF_ROLES
from heartwork.roster.imports.work import Work

PREFIX = "enrollments:"


def people_are_known(rows: Rows, work: Work) -> Iterator[tuple[int, str, Note]]:
    """A place in a class is of a student, or of someone who works here, who is in the files or in Heartwork.

    Leaves their numbers in the column "person".
    """
    students, staff = work.registry("student"), work.registry("staff")
    roles = rows["role"]
    people = list(map(students.get, rows["userSourcedId"]))
    if None in people or roles.count("student") < len(roles):
        for place, (source_id, role) in enumerate(zip(rows["userSourcedId"], roles, strict=True)):
            if role != "student":
                people[place] = staff.get(source_id)
            if people[place] is None and source_id and role:
                yield place, "userSourcedId", Note(REJECT, DANGLING)
    rows.values["person"] = people


def land_enrollments(rows: Rows, work: Work) -> None:
    """Stage a student's place in a class, and a teacher's or aide's assignment to it."""
    ids = rows.get("sourcedId", "")
    if "" in ids:
        sections = written(rows, work, "classSourcedId")
        ids = [
            name or f"{person}:{section}:{role}"
            for name, person, section, role in zip(ids, rows["userSourcedId"], sections, rows["role"], strict=True)
        ]
    rows.values["sourcedId"] = [f"{PREFIX}{name}"[:255] for name in ids]
    places = rows.get("schoolSourcedId")
    if None in places:  # the class says where it is
        schools = section_schools(work)
        rows.values["schoolSourcedId"] = [
            school or schools[section] for school, section in zip(places, rows["classSourcedId"], strict=True)
        ]
    is_student = [role == "student" for role in rows["role"]]
    if all(is_student):
        _land_students(rows, work)
        return
    _land_students(rows.only(is_student), work)
    _land_staff(rows.only([not one for one in is_student]), work)


def _land_students(rows: Rows, work: Work) -> None:
    work.stage.add(
        "enrollment",
        rows.at,
        source_id=rows["sourcedId"],
        student_id=rows["person"],
        school_id=rows["schoolSourcedId"],
        section_id=rows["classSourcedId"],
        begin=rows.get("beginDate"),
        end=rows.get("endDate"),
    )


def _land_staff(rows: Rows, work: Work) -> None:
    # An administrator or a proctor who is named on a class reaches nobody through it.
    ours = {word: role for word, role in STAFF_ROLES.items() if role in ("teacher", "support_staff")}
    work.stage.add(
        "assignment",
        rows.at,
        source_id=rows["sourcedId"],
        staff_id=rows["person"],
        role=[ours.get(role, role) for role in rows["role"]],
        organization_id=rows["schoolSourcedId"],
        section_id=rows["classSourcedId"],
        begin=rows.get("beginDate"),
        end=rows.get("endDate"),
    )


ENROLLMENTS = Kind(
    "enrollments",
    _("Who is in which class"),
    ("enrollments",),
    (
        Column("sourcedId", Identifier(200), label=_("Identifier")),
        STATUS,
        Column("classSourcedId", Reference("section"), required=True, label=_("Class")),
        Column("schoolSourcedId", Reference("organization"), label=_("School")),
        Column("userSourcedId", Identifier(200), required=True, label=_("Person")),
        Column(
            "role",
            Choice(("student", "teacher", "aide", "administrator", "proctor", *STAFF_ROLES), extensions=True),
            required=True,
            label=_("Role"),
        ),
        Column("beginDate", Date(), label=_("First day")),
        Column("endDate", Date(), label=_("Last day")),
    ),
    land_enrollments,
    order=60,
    family="OneRoster",
    checks=(people_are_known, in_order("beginDate", "endDate")),
    once=(
        Once(("sourcedId",), SECOND_ROW, only=named("sourcedId")),
        Once(
            ("userSourcedId", "classSourcedId", "role"),
            _("This person is already in this class. The first row was kept."),
            only=unnamed("sourcedId"),
        ),
    ),
    ends=(("enrollment", PREFIX), ("assignment", PREFIX)),
    prefix=PREFIX,
    key="sourcedId",
)
