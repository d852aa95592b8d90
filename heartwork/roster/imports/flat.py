"""Plain files of our own: caseloads, strengths, and one row for each student from any student system."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_noop as _

from heartwork.roster.imports.columns import (
    MISSING,
    REJECT,
    WARN,
    Choice,
    Column,
    Date,
    Flag,
    Grades,
    Identifier,
    Note,
    Reference,
    Text,
)
from heartwork.roster.imports.demographics import RACES, SEX, land_attributes
from heartwork.roster.imports.kinds import Kind, Once, Rows
from heartwork.roster.imports.people import GRADE_COLUMN, with_search_key
from heartwork.roster.imports.places import SECOND_ROW, in_order
from heartwork.roster.imports.stage import BLANK
from heartwork.roster.imports.work import Work
from heartwork.roster.models import Strength
from heartwork.sealing.fields import place_of
from heartwork.sealing.seals import fingerprint, seal

# -- caseloads


def names_someone(rows: Rows, work: Work) -> Iterator[tuple[int, str, Note]]:
    """A caseload names a student, or grades of a school."""
    students, grades, schools = rows.get("studentSourcedId"), rows.get("grades", ""), rows.get("orgSourcedId")
    for place, (student, some, school) in enumerate(zip(students, grades, schools, strict=True)):
        if not student and not (some and school):
            yield place, "studentSourcedId", Note(REJECT, _("Name a student, or grades and a school."))


def land_caseloads(rows: Rows, work: Work) -> None:
    """Stage why a counselor or another adult sees these students."""
    source = next(source for source in work.sources if source.report.number == rows.file)
    wanted = [name for name in ("staffUserSourcedId", "studentSourcedId", "grades", "orgSourcedId", "role")
              if name in source.places]  # fmt: skip
    names = [("caseload:" + ":".join(row[source.places[name]].strip() for name in wanted))[:255] for row in rows.raw]
    work.stage.add(
        "assignment",
        rows.at,
        source_id=names,
        staff_id=rows["staffUserSourcedId"],
        role=rows.get("role", "counselor"),
        organization_id=rows.get("orgSourcedId"),
        section_id=BLANK,
        student_id=rows.get("studentSourcedId"),
        grades=rows.get("grades", ""),
        begin=rows.get("beginDate"),
        end=rows.get("endDate"),
    )


CASELOADS = Kind(
    "caseload",
    _("Caseloads: which adult sees which students"),
    ("caseload", "caseloads"),
    (
        Column("staffUserSourcedId", Reference("staff"), required=True, label=_("Staff member")),
        Column("studentSourcedId", Reference("student"), label=_("Student")),
        Column("grades", Grades(), label=_("Grades, where no student is named")),
        Column("orgSourcedId", Reference("organization"), label=_("School of those grades")),
        Column("role", Choice(("counselor", "support_staff"), blank="counselor"), label=_("In which role")),
        Column("beginDate", Date(), label=_("First day")),
        Column("endDate", Date(), label=_("Last day")),
    ),
    land_caseloads,
    order=115,
    checks=(names_someone, in_order("beginDate", "endDate")),
    once=(
        Once(
            ("staffUserSourcedId", "studentSourcedId", "grades", "orgSourcedId", "role"),
            _("The same caseload is named above. The first row was kept."),
        ),
    ),
    ends=(("assignment", "caseload:"),),
)


# -- strengths


def land_strengths(rows: Rows, work: Work) -> None:
    """Stage what students bring, sealed: the staging file holds no words of theirs either."""
    place = place_of(Strength, "text")
    work.stage.add(
        "strength",
        rows.at,
        student_id=rows["studentSourcedId"],
        text=[seal(text, place) for text in rows["text"]],
        text_mark=[fingerprint(text, place) for text in rows["text"]],
        in_own_words=rows.get("inOwnWords", False),
        noted_by_id=rows["staffUserSourcedId"],
        noted_on=rows["date"],
    )


STRENGTHS = Kind(
    "strengths",
    _("Strengths of students"),
    ("strengths",),
    (
        Column("studentSourcedId", Reference("student"), required=True, label=_("Student")),
        Column("text", Text(500), required=True, is_private=True, label=_("The strength, in a sentence")),
        Column("inOwnWords", Flag(blank=False), label=_("In the student's own words")),
        Column("staffUserSourcedId", Reference("staff"), required=True, label=_("Noted by")),
        Column("date", Date(future="reject"), required=True, label=_("Noted on")),
    ),
    land_strengths,
    order=118,
    once=(Once(("studentSourcedId", "text", "staffUserSourcedId", "date"), _("The same row is already in the file.")),),
)


# -- students, one row each


def have_names(rows: Rows, work: Work) -> Iterator[tuple[int, str, Note]]:
    """A student has a first and a family name, in two columns or in one ("Rivera, Maya" or "Maya Rivera")."""
    given, family = list(rows.get("givenName", "")), list(rows.get("familyName", ""))
    for place, whole in enumerate(rows.get("fullName", "")):
        if whole and not (given[place] and family[place]):
            if "," in whole:
                last, _comma, first = whole.partition(",")
            else:
                first, _blank, last = whole.rpartition(" ")
            given[place], family[place] = first.strip(), last.strip()
        if not given[place] or not family[place]:
            yield place, "fullName" if rows.has("fullName") else "familyName", Note(REJECT, MISSING)
    rows.values["givenName"], rows.values["familyName"] = given, family


def land_students(rows: Rows, work: Work) -> None:
    """Stage students, each at their school, with what the file says of them."""
    numbers = work.registry("student").claim(rows["studentId"])
    given: dict[str, Any] = rows.pick(
        given_name="givenName",
        family_name="familyName",
        middle_name="middleName",
        identifier="identifier",
        email="email",
        grade="grades",
    )
    given = with_search_key(given)
    work.stage.add("student", rows.at, id=numbers, source_id=rows["studentId"], ended_on=BLANK, **given)
    facts = rows.pick(birth_date="birthDate", sex="sex", home_language="homeLanguage")
    if facts:
        work.stage.add("facts", rows.at, id=numbers, **facts)
    schools = rows.get("school")
    rows.values["number"] = numbers
    placed = rows.only(schools)
    work.stage.add(
        "enrollment",
        placed.at,
        source_id=[f"students:{name}" for name in placed["studentId"]],
        student_id=placed["number"],
        school_id=placed.get("school"),
        section_id=BLANK,
        begin=placed.get("beginDate"),
        end=placed.get("endDate"),
    )
    flags = {code: rows[name] for name, code in FLAGS.items() if rows.has(name)}
    if rows.has("race"):
        for code in set(RACES.values()) - {"hispanic"}:
            flags[code] = [race == code or None for race in rows["race"]]
    land_attributes(numbers, rows.at, flags, work)


FLAGS = {
    "hispanic": "hispanic",
    "englishLearner": "english_learner",
    "disability": "disability",
    "section504": "section_504",
    "lowIncome": "low_income",
    "homeless": "no_stable_housing",
    "fosterCare": "foster_care",
}
RACE = Choice(
    ("american_indian", "asian", "black", "pacific_islander", "white"),
    unknown="drop",
    also={
        "African American": "black",
        "Black or African American": "black",
        "Native American": "american_indian",
        "American Indian or Alaska Native": "american_indian",
        "Native Hawaiian or Other Pacific Islander": "pacific_islander",
    },
)

STUDENTS = Kind(
    "students",
    _("Students, one row each, from any student system"),
    ("students",),
    (
        Column("studentId", Identifier(200), required=True, also=("localId", "lasid"), label=_("Student's identifier")),
        Column("givenName", Text(), also=("firstName",), label=_("First name")),
        Column("familyName", Text(), also=("lastName",), label=_("Family name")),
        Column("middleName", Text(), label=_("Middle name")),
        Column(
            "fullName",
            Text(510),
            label=_("Whole name"),
            help=_("Where first and family name are in one column: “Rivera, Maya” or “Maya Rivera”."),
        ),
        Column("school", Reference("organization", missing=WARN), also=("schoolLocalId",), label=_("School")),
        GRADE_COLUMN,
        Column("identifier", Text(), also=("stateId",), label=_("Number on the card")),
        Column("email", Text(), label=_("Email")),
        Column("birthDate", Date(future="drop"), also=("dateOfBirth", "dob"), label=_("Birth date")),
        Column("sex", SEX, also=("gender",), label=_("Sex")),
        Column("homeLanguage", Text(40), label=_("Home language")),
        Column("race", RACE, label=_("Race")),
        Column("hispanic", Flag(unknown="drop"), also=("hispanicLatino",), label=_("Hispanic or Latino")),
        Column("englishLearner", Flag(unknown="drop"), label=_("Learning English")),
        Column("disability", Flag(unknown="drop"), label=_("Disability (IEP)")),
        Column("section504", Flag(unknown="drop"), label=_("Section 504 plan")),
        Column("lowIncome", Flag(unknown="drop"), label=_("Low income")),
        Column("homeless", Flag(unknown="drop"), label=_("Without stable housing")),
        Column("fosterCare", Flag(unknown="drop"), label=_("Foster care")),
        Column("beginDate", Date(), also=("registrationDate",), label=_("First day at this school")),
        Column("endDate", Date(), label=_("Last day at this school")),
    ),
    land_students,
    order=44,
    checks=(have_names, in_order("beginDate", "endDate")),
    once=(Once(("studentId",), SECOND_ROW),),
    ends=(("student", ""), ("enrollment", "students:")),
    key="studentId",
)

KINDS = [CASELOADS, STRENGTHS, STUDENTS]
