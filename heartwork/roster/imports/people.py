"""OneRoster (and Microsoft School Data Sync 2.1): people.

A row of users.csv becomes a student, a family member or a staff member, or several of them: roles.csv says which
(in OneRoster 1.0 and 1.1, a column of users.csv does), so it is looked through first.
"""

from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Any

from django.utils.translation import gettext_noop as _

from heartwork.roster.imports.columns import WARN, Column, Flag, Grades, Memo, Note, Reference, References, Text
from heartwork.roster.imports.families import families
from heartwork.roster.imports.kinds import Kind, Rows
from heartwork.roster.imports.places import ONCE, SOURCED_ID, STATUS, report_of
from heartwork.roster.imports.roles import FAMILY, RELATIONS, ROLE, STAFF, STUDENT, family_of, land_places
from heartwork.roster.imports.stage import BLANK
from heartwork.roster.imports.tables import blocks
from heartwork.roster.imports.work import Source, Work
from heartwork.roster.models import NAMES as SEARCHED
from heartwork.roster.models import StaffMember, Student, search_key

NO_ROLE = Note(WARN, _("No role says who this person is; they were kept as a family contact."))
NAME_TAKEN = Note(WARN, _("Another person already signs in with this name; this one was kept without a sign-in name."))


# -- who is what, before the people are read


def prepare_people(work: Work) -> None:
    """Look through the files of roles and relationships: what each person is, by their identifier."""
    what: dict[str, int] = {}
    grades: dict[str, str] = {}
    memo = Memo(lambda text: (family_of(ROLE.careful(text, ROLE_COLUMN, work)[0]), None))
    relations = Memo(lambda text: (FAMILY | RELATIONS.get(text.strip().casefold(), 0), None))
    for source in work.sources_of("roles"):
        for people, roles, some_grades in _columns(source, "userSourcedId", "role", "grade"):
            _join(what, people, map(memo.__getitem__, roles))
            grades.update((person, grade) for person, grade in zip(people, some_grades, strict=True) if grade)
    for source in work.sources_of("relationships"):
        for people, words in _columns(source, "relationshipUserSourcedId", "relationshipRole"):
            _join(what, people, map(relations.__getitem__, words))
    work.facts["what people are"] = what
    work.facts["grades of roles"] = grades


def _columns(source: Source, *names: str) -> Iterator[list[list[str]]]:
    """Some columns of a file, block by block, without rows that are cut short or say that a thing is gone."""
    width, status = len(source.layout.headings), source.places.get("status")
    for block in blocks(source.path, source.layout):
        rows = [row for row in block.rows if len(row) >= width]
        if status is not None:
            rows = [row for row in rows if row[status] != "tobedeleted"]
        places = [source.places.get(name) for name in names]
        columns = [[""] * len(rows) if place is None else [row[place] for row in rows] for place in places]
        yield [[person.strip() for person in columns[0]], *columns[1:]]


def _join(what: dict[str, int], people: Sequence[str], bits: Iterable[int]) -> None:
    """Each person is also this."""
    for person, bit in zip(people, bits, strict=True):
        if what.setdefault(person, bit) != bit:
            what[person] |= bit


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
    if rows.has("agentSourcedIds"):
        families(work).remember(rows, report_of(work, rows.file))


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
        ended_on=BLANK,
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
        ended_on=BLANK,
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
    work.stage.add("staff", rows.at, id=numbers, source_id=rows["sourcedId"], ended_on=BLANK, **given)


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
    """Link families; what was needed to tell people apart is needed no longer."""
    work.forget("what people are", "grades of roles", "sign-in names")
    families(work).link(work)
    sources = work.sources_of("users")
    if all(source.is_whole for source in sources) and any("agentSourcedIds" in s.places for s in sources):
        work.complete.add(("guardianship", ""))
    work.forget("families")


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
        Column("agentSourcedIds", Text(4000), also=("agents",), label=_("Family members")),
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
