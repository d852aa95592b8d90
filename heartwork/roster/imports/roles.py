"""OneRoster (and Microsoft School Data Sync 2.1): which role each person has, in which school."""

from collections.abc import Iterator
from itertools import compress

from django.utils.translation import gettext_noop as _

from heartwork.roster.imports.columns import (
    DANGLING,
    REJECT,
    WARN,
    Choice,
    Column,
    Date,
    Identifier,
    Note,
    Reference,
    Text,
)
from heartwork.roster.imports.duplicates import named, unnamed
from heartwork.roster.imports.kinds import Kind, Once, Rows
from heartwork.roster.imports.places import SECOND_ROW, STATUS, in_order, organization_kinds, written
from heartwork.roster.imports.stage import BLANK
from heartwork.roster.imports.work import Work

STUDENT, FAMILY, STAFF = 1, 2, 4
RELATIONS = {"parent": 8, "guardian": 16, "relative": 32}

# What the source's words mean here (see access.toml for how far each role reaches).
STAFF_ROLES = {
    "administrator": "principal",
    "aide": "support_staff",
    "counselor": "counselor",
    "districtAdministrator": "district_leader",
    "principal": "principal",
    "siteAdministrator": "principal",
    "systemAdministrator": "system_administrator",
    "teacher": "teacher",
    "professor": "teacher",
    "faculty": "teacher",
    "lecturer": "teacher",
    "instructor": "teacher",
    "substitute": "teacher",
    "paraprofessional": "support_staff",
    "assistantPrincipal": "principal",
    "vicePrincipal": "principal",
    "nurse": "support_staff",
    "socialWorker": "support_staff",
    "psychologist": "support_staff",
    "specialist": "support_staff",
    "superintendent": "superintendent",
    "ext:superintendent": "superintendent",
    "ext:studentServicesDirector": "student_services_director",
    "ext:socialWorker": "support_staff",
    "ext:mckinneyVentoLiaison": "support_staff",
    "ext:psychologist": "support_staff",
    "ext:nurse": "support_staff",
    "ext:counselor": "counselor",
}
ROLE_WORDS = ("student", *RELATIONS, *(word for word in STAFF_ROLES if ":" not in word), "proctor", "staff", "other")
ROLE = Choice(
    ROLE_WORDS,
    extensions=True,
    also={"pupil personnel": "staff", "mother": "parent", "father": "parent", "counsellor": "counselor"},
)


def family_of(role: str | None) -> int:
    """Whether a role makes its holder a student, a family member (and what relation) or a staff member."""
    if not role:
        return 0
    if role == "student":
        return STUDENT
    return FAMILY | RELATIONS[role] if role in RELATIONS else STAFF


def land_places(rows: Rows, work: Work) -> None:
    """Stage a student's place in a school, and a staff member's role in an organization."""
    roles = rows["role"]
    words = set(roles)
    if "student" in words:
        _land_students(rows.only([role == "student" for role in roles]) if len(words) > 1 else rows, work)
    if words - {"student", *RELATIONS}:
        _land_staff(rows.only([role != "student" and role not in RELATIONS for role in roles]), work)


def _land_students(rows: Rows, work: Work) -> None:
    work.stage.add(
        "enrollment",
        rows.at,
        source_id=rows["sourcedId"],
        student_id=list(map(work.registry("student").__getitem__, rows["userSourcedId"])),
        school_id=rows["orgSourcedId"],
        section_id=BLANK,
        begin=rows.get("beginDate"),
        end=rows.get("endDate"),
    )


def _land_staff(rows: Rows, work: Work) -> None:
    kinds = organization_kinds(work)
    work.stage.add(
        "assignment",
        rows.at,
        source_id=rows["sourcedId"],
        staff_id=list(map(work.registry("staff").__getitem__, rows["userSourcedId"])),
        role=[
            "district_leader"
            if role == "administrator" and kinds.get(place) == "district"
            else STAFF_ROLES.get(role, role)
            for role, place in zip(rows["role"], rows["orgSourcedId"], strict=True)
        ],
        organization_id=rows["orgSourcedId"],
        section_id=BLANK,
        begin=rows.get("beginDate"),
        end=rows.get("endDate"),
    )


def land_roles(rows: Rows, work: Work) -> None:
    """Stage roles; a row without an identifier is known by what it says."""
    schools = written(rows, work, "orgSourcedId")
    rows.values["sourcedId"] = [
        f"roles:{name or f'{person}:{role}:{school}:{session}'}"[:255]
        for name, person, role, school, session in zip(
            rows.get("sourcedId", ""),
            rows["userSourcedId"],
            rows["role"],
            schools,
            rows.get("sessionSourcedId", ""),
            strict=True,
        )
    ]
    land_places(rows, work)


def people_are_known(rows: Rows, work: Work) -> Iterator[tuple[int, str, Note]]:
    """A role is of someone who is in the files or in Heartwork, and who was taken in as what the role says."""
    people, roles = rows["userSourcedId"], rows["role"]
    for code, wanted in [
        ("student", [role == "student" for role in roles]),
        ("guardian", [role in RELATIONS for role in roles]),
        ("staff", [bool(role) and role != "student" and role not in RELATIONS for role in roles]),
    ]:
        known = work.registry(code)
        if any(wanted) and not all(map(known.__contains__, compress(people, wanted))):
            for place, (person, one) in enumerate(zip(people, wanted, strict=True)):
                if one and person and person not in known:
                    yield place, "userSourcedId", Note(REJECT, DANGLING)


def primary_roles(rows: Rows) -> list[bool]:
    """The roles that are a person's main one in an organization."""
    return [kind in ("primary", True) for kind in rows.get("roleType")]


ROLES = Kind(
    "roles",
    _("Roles of people in schools"),
    ("roles",),
    (
        Column("sourcedId", Identifier(200), label=_("Identifier")),
        STATUS,
        Column("userSourcedId", Identifier(200), required=True, label=_("Person")),
        Column("roleType", Choice(("primary", "secondary"), unknown="drop"), label=_("Main role or another")),
        Column("role", ROLE, required=True, label=_("Role")),
        Column("beginDate", Date(), also=("roleStartDate",), label=_("First day")),
        Column("endDate", Date(), also=("roleEndDate",), label=_("Last day")),
        Column("orgSourcedId", Reference("organization"), required=True, label=_("School")),
        Column("sessionSourcedId", Text(), label=_("Term")),
        Column("grade", Text(), label=_("Grade")),
    ),
    land_roles,
    order=45,
    family="OneRoster",
    checks=(people_are_known, in_order("beginDate", "endDate")),
    once=(
        Once(("sourcedId",), SECOND_ROW, only=named("sourcedId")),
        Once(
            ("userSourcedId", "role", "orgSourcedId", "sessionSourcedId"),
            _("This person already has this role in this school. The first row was kept."),
            only=unnamed("sourcedId"),
        ),
        Once(
            ("userSourcedId", "orgSourcedId"),
            _("This person already has a main role in this school; both were kept."),
            severity=WARN,
            only=primary_roles,
            shown="roleType",
        ),
    ),
    ends=(("enrollment", "roles:"), ("assignment", "roles:")),
    prefix="roles:",
    key="sourcedId",
)
