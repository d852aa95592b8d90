"""OneRoster (and Microsoft School Data Sync 2.1): people, their roles, and who belongs to whose family.

A row of users.csv becomes a student, a family member or a staff member, or several of them: roles.csv says which
(in OneRoster 1.0 and 1.1, a column of users.csv does), so it is looked through first.
"""

from collections.abc import Iterator, Sequence
from itertools import repeat
from operator import itemgetter
from typing import Any

from django.utils.translation import gettext_noop as _

from heartwork.roster.imports.columns import (
    DANGLING,
    WARN,
    Choice,
    Column,
    Date,
    Flag,
    Grades,
    Identifier,
    Memo,
    Note,
    Reference,
    References,
    Text,
)
from heartwork.roster.imports.kinds import Kind, Once, Rows
from heartwork.roster.imports.places import (
    ONCE,
    SECOND_ROW,
    SOURCED_ID,
    STATUS,
    in_order,
    organization_kinds,
    report_of,
    written,
)
from heartwork.roster.imports.tables import blocks
from heartwork.roster.imports.work import Work
from heartwork.roster.models import NAMES as SEARCHED
from heartwork.roster.models import StaffMember, Student, search_key

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
NO_ROLE = Note(WARN, _("No role says who this person is; they were kept as a family contact."))
NAME_TAKEN = Note(WARN, _("Another person already signs in with this name; this one was kept without a sign-in name."))


def family_of(role: str | None) -> int:
    """Whether a role makes its holder a student, a family member (and what relation) or a staff member."""
    if not role:
        return 0
    if role == "student":
        return STUDENT
    return FAMILY | RELATIONS[role] if role in RELATIONS else STAFF


# -- who is what, before the people are read


def prepare_people(work: Work) -> None:
    """Look through the files of roles and relationships: what each person is, by their identifier."""
    what: dict[str, int] = {}
    grades: dict[str, str] = {}
    for source in work.sources_of("roles"):
        person, role = source.places["userSourcedId"], source.places["role"]
        memo = Memo(lambda text: (family_of(ROLE.careful(text, ROLE_COLUMN, work)[0]), None))
        grade = source.places.get("grade")
        status = source.places.get("status")
        for block in blocks(source.path, source.layout):
            for row in block.rows:
                if len(row) < len(source.layout.headings) or (status is not None and row[status] == "tobedeleted"):
                    continue
                name = row[person].strip()
                what[name] = what.get(name, 0) | memo[row[role]]
                if grade is not None and row[grade]:
                    grades[name] = row[grade]
    for source in work.sources_of("relationships"):
        adult = source.places["relationshipUserSourcedId"]
        kind = source.places.get("relationshipRole")
        for block in blocks(source.path, source.layout):
            for row in block.rows:
                if len(row) == len(source.layout.headings):
                    relation = RELATIONS.get(row[kind].strip().casefold(), 0) if kind is not None else 0
                    what[row[adult].strip()] = what.get(row[adult].strip(), 0) | FAMILY | relation
    work.facts["what people are"] = what
    work.facts["grades of roles"] = grades


def what_they_are(rows: Rows, work: Work) -> list[int]:
    """For each row of people, what they are: from roles, else from the row itself, else from what we knew."""
    what: dict[str, int] = work.facts["what people are"]
    found = [what.get(person, 0) for person in rows["sourcedId"]]
    if rows.has("role"):
        found = [known | family_of(role) for known, role in zip(found, rows["role"], strict=True)]
    if 0 in found:
        students, guardians, staff = (work.registry(code) for code in ("student", "guardian", "staff"))
        for place, known in enumerate(found):
            if not known:
                person = rows["sourcedId"][place]
                found[place] = (
                    (STUDENT if person in students else 0)
                    | (FAMILY if person in guardians else 0)
                    | (STAFF if person in staff else 0)
                )
    return found


# -- people

LONGEST_KEY = Student._meta.get_field("search_key").max_length
NAMES = {
    "given_name": "givenName",
    "middle_name": "middleName",
    "family_name": "familyName",
    "preferred_given_name": "preferredGivenName",
    "preferred_family_name": "preferredFamilyName",
    "pronouns": "pronouns",
}


def land_people(rows: Rows, work: Work) -> None:
    """Stage each person as what they are; where the row names schools (1.0, 1.1), their place in them too."""
    what = what_they_are(rows, work)
    if 0 in what:
        report = report_of(work, rows.file)
        for place, known in enumerate(what):
            if not known:
                work.problems.note(report, rows.lines[place], "sourcedId", NO_ROLE, rows["sourcedId"][place])
                what[place] = FAMILY
    _land_students(_those(rows, what, STUDENT), work)
    _land_guardians(rows, what, work)
    _land_staff(_those(rows, what, STAFF), work)
    if rows.has("orgSourcedIds") and rows.has("role"):
        _land_places(rows, work)


def _those(rows: Rows, what: Sequence[int], bit: int) -> Rows:
    wanted = [known & bit for known in what]
    return rows if all(wanted) else rows.only(wanted)


def with_search_key(given: dict[str, Any]) -> dict[str, Any]:
    """The same columns, and the key by which these people are found, worked out from the names that the file gives."""
    names = [given[name] for name in SEARCHED if name in given]
    keys = [search_key(*each)[:LONGEST_KEY] for each in zip(*names, strict=True)]
    return given | {"search_key": keys} if names else given


def _land_students(rows: Rows, work: Work) -> None:
    if not len(rows):
        return
    given = rows.pick(**NAMES, identifier="identifier", email="email", grade="grades")
    if grades := work.facts["grades of roles"]:
        reader = Memo(lambda text: Grades(single=True).careful(text, GRADE_COLUMN, work))
        given["grade"] = [reader[grades.get(person, "")] for person in rows["sourcedId"]]
    work.stage.add(
        "student",
        rows.at,
        id=work.registry("student").claim(rows["sourcedId"]),
        source_id=rows["sourcedId"],
        ended_on=repeat(None),
        **with_search_key(given),
    )


def _land_guardians(rows: Rows, what: Sequence[int], work: Work) -> None:
    relations = [next((word for word, bit in RELATIONS.items() if known & bit), "") for known in what if known & FAMILY]
    rows = _those(rows, what, FAMILY)
    if not len(rows):
        return
    given = rows.pick(**NAMES, email="email")
    if rows.has("phone") or rows.has("sms"):
        given["phone"] = [phone or text for phone, text in zip(rows.get("phone", ""), rows.get("sms", ""), strict=True)]
    work.stage.add(
        "guardian",
        rows.at,
        id=work.registry("guardian").claim(rows["sourcedId"]),
        source_id=rows["sourcedId"],
        relation=relations,
        ended_on=repeat(None),
        **given,
    )


def _land_staff(rows: Rows, work: Work) -> None:
    if not len(rows):
        return
    numbers = work.registry("staff").claim(rows["sourcedId"])
    given = rows.pick(**NAMES, email="email")
    if rows.has("username"):
        given["username"] = list(sign_in_names(rows, numbers, work))
    if rows.has("enabledUser"):
        given["is_active"] = rows["enabledUser"]
    given = with_search_key(given)
    work.stage.add("staff", rows.at, id=numbers, source_id=rows["sourcedId"], ended_on=repeat(None), **given)


def sign_in_names(rows: Rows, numbers: Sequence[int], work: Work) -> Iterator[str | None]:
    """The name each staff member signs in with; none where somebody else has it already."""
    if "sign-in names" not in work.facts:
        known = StaffMember.objects.filter(username__isnull=False).values_list("username", "pk")
        work.facts["sign-in names"] = {str(name).casefold(): pk for name, pk in known.iterator()}
    holders: dict[str, int] = work.facts["sign-in names"]
    for name, number, line, raw in zip(rows["username"], numbers, rows.lines, rows.raw, strict=True):
        if not name:
            yield None
        elif holders.setdefault(name.casefold(), number) == number:
            yield name
        else:
            work.problems.note(report_of(work, rows.file), line, "username", NAME_TAKEN, name, raw)
            yield None


def _land_places(rows: Rows, work: Work) -> None:
    """A school, and perhaps another, for each person of a file that keeps role and schools in one row."""
    people, places = [], []
    for place, (role, schools) in enumerate(zip(rows["role"], rows["orgSourcedIds"], strict=True)):
        if role and not family_of(role) & FAMILY:
            for school in schools:
                people.append(place)
                places.append(school)
    if not people:
        return
    take = itemgetter(*people) if len(people) > 1 else lambda values: (values[people[0]],)
    spread = Rows(
        list(take(rows.raw)),
        list(take(rows.lines)),
        rows.file,
        {name: list(take(values)) for name, values in rows.values.items()},
    )
    organizations = {number: name for name, number in work.registry("organization").items()}
    spread.values["sourcedId"] = [
        f"users:{person}:{organizations[school]}"[:255]
        for person, school in zip(spread["sourcedId"], places, strict=True)
    ]
    spread.values["userSourcedId"] = [rows["sourcedId"][place] for place in people]
    spread.values["orgSourcedId"] = places
    land_places(spread, work)


def finish_people(work: Work) -> None:
    """What was needed to tell people apart is needed no longer."""
    work.forget("what people are", "grades of roles", "sign-in names")


ROLE_COLUMN = Column("role", ROLE, label=_("Role"))
GRADE_COLUMN = Column("grades", Grades(single=True), also=("grade",), label=_("Grade"))
PERSON_COLUMNS = (
    SOURCED_ID,
    STATUS,
    Column("enabledUser", Flag(blank=True), label=_("May sign in")),
    Column("username", Text(), label=_("Sign-in name")),
    Column("givenName", Text(), required=True, label=_("First name")),
    Column("familyName", Text(), required=True, label=_("Family name")),
    Column("middleName", Text(), label=_("Middle name")),
    Column("preferredGivenName", Text(), also=("preferredFirstName",), label=_("First name they go by")),
    Column("preferredFamilyName", Text(), also=("preferredLastName",), label=_("Family name they go by")),
    Column("pronouns", Text(100), label=_("Pronouns")),
    Column("identifier", Text(), label=_("Number on the card")),
    Column("email", Text(), label=_("Email")),
    Column("sms", Text(100), label=_("Mobile phone")),
    Column("phone", Text(100), label=_("Phone")),
    GRADE_COLUMN,
)

PEOPLE = Kind(
    "users",
    _("People: students, families and staff"),
    ("users",),
    (
        *PERSON_COLUMNS,
        ROLE_COLUMN,
        Column("orgSourcedIds", References("organization", missing=WARN), label=_("Schools")),
        Column("primaryOrgSourcedId", Reference("organization", missing=WARN), label=_("Main school")),
    ),
    land_people,
    order=40,
    family="OneRoster",
    once=ONCE,
    prepare=prepare_people,
    finish=finish_people,
    ends=(
        ("student", ""),
        ("guardian", ""),
        ("staff", ""),
        ("enrollment", "users:"),
        ("assignment", "users:"),
    ),
    key="sourcedId",
)


# -- families: the same file once more, now that everybody is known


def land_families(rows: Rows, work: Work) -> None:
    """Stage who belongs to whose family, whichever of the two rows says so."""
    students, guardians, staff = (work.registry(code) for code in ("student", "guardian", "staff"))
    met: set[tuple[int, int]] = work.facts.setdefault("families", set())
    at, of, to = [], [], []
    base = rows.file << 33
    for place, (person, agents) in enumerate(zip(rows["sourcedId"], rows["agentSourcedIds"], strict=True)):
        if not agents:
            continue
        student, guardian = students.get(person), guardians.get(person)
        for agent in agents.split(","):
            name = agent.strip()
            pairs = []
            if student and (adult := guardians.get(name)):
                pairs.append((student, adult))
            if guardian and (child := students.get(name)):
                pairs.append((child, guardian))
            if not pairs and name and not (name in students or name in guardians or name in staff):
                report = report_of(work, rows.file)
                work.problems.note(report, rows.lines[place], "agentSourcedIds", NO_AGENT, name, rows.raw[place])
            for pair in pairs:
                if pair not in met:
                    met.add(pair)
                    at.append(base + rows.lines[place])
                    of.append(pair[0])
                    to.append(pair[1])
    work.stage.add("guardianship", at, student_id=of, guardian_id=to, ended_on=repeat(None))


def finish_families(work: Work) -> None:
    """The pairs that were met are staged."""
    work.forget("families")


NO_AGENT = Note(WARN, DANGLING)

FAMILIES = Kind(
    "families",
    _("Families"),
    ("users",),
    (SOURCED_ID, Column("agentSourcedIds", Text(4000), also=("agents",), label=_("Family members"))),
    land_families,
    order=41,
    family="OneRoster",
    finish=finish_families,
    ends=(("guardianship", ""),),
    again=True,
    same_as="users",
    is_offered=False,
)


# -- roles


def land_places(rows: Rows, work: Work) -> None:
    """Stage a student's place in a school, and a staff member's role in an organization."""
    begins, ends = rows.get("beginDate"), rows.get("endDate")
    students, staff = work.registry("student"), work.registry("staff")
    kinds = organization_kinds(work)
    at = rows.at
    learners: list[tuple[Any, ...]] = []
    adults: list[tuple[Any, ...]] = []
    for place, source_id, person, role, where, begin, end in zip(
        at, rows["sourcedId"], rows["userSourcedId"], rows["role"], rows["orgSourcedId"], begins, ends, strict=True
    ):
        if role == "student":
            learners.append((place, source_id, students[person], where, begin, end))
        elif role not in RELATIONS:
            ours = STAFF_ROLES.get(role, role)
            if role == "administrator" and kinds.get(where) == "district":
                ours = "district_leader"
            adults.append((place, source_id, staff[person], ours, where, begin, end))
    if learners:
        places, ids, who, schools, first, last = zip(*learners, strict=True)
        work.stage.add("enrollment", places, source_id=ids, student_id=who, school_id=schools, section_id=repeat(None),
                       begin=first, end=last)  # fmt: skip
    if adults:
        places, ids, who, words, offices, first, last = zip(*adults, strict=True)
        work.stage.add("assignment", places, source_id=ids, staff_id=who, role=words, organization_id=offices,
                       section_id=repeat(None), begin=first, end=last)  # fmt: skip


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
    """A role is of someone who is in the files or in Heartwork."""
    known = [work.registry(code) for code in ("student", "guardian", "staff")]
    students, guardians, staff = known
    for place, (person, role) in enumerate(zip(rows["userSourcedId"], rows["role"], strict=True)):
        family = students if role == "student" else guardians if role in RELATIONS else staff
        if person not in family and person and role:
            yield place, "userSourcedId", Note("reject", DANGLING)


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
        Once(("sourcedId",), SECOND_ROW, only=lambda rows: rows.get("sourcedId", "")),
        Once(
            ("userSourcedId", "role", "orgSourcedId", "sessionSourcedId"),
            _("This person already has this role in this school. The first row was kept."),
            only=lambda rows: [not name for name in rows.get("sourcedId", "")],
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
