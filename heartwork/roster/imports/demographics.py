"""OneRoster demographics: birth date, sex, home language, and the attributes by which subgroups form."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import compress, repeat
from typing import Any

from django.utils.translation import gettext_noop as _

from heartwork.roster.imports.columns import (
    CLEAN,
    DANGLING,
    REJECT,
    WARN,
    Choice,
    Column,
    Date,
    Flag,
    Identifier,
    Memo,
    Note,
    Reference,
    Text,
)
from heartwork.roster.imports.kinds import Kind, Once, Rows
from heartwork.roster.imports.places import STATUS, day_before
from heartwork.roster.imports.stage import BLANK
from heartwork.roster.imports.work import Work
from heartwork.roster.models import Attribute

# column -> attribute (seeded by the second migration of this room)
RACES = {
    "americanIndianOrAlaskaNative": "american_indian",
    "asian": "asian",
    "blackOrAfricanAmerican": "black",
    "nativeHawaiianOrOtherPacificIslander": "pacific_islander",
    "white": "white",
    "hispanicOrLatinoEthnicity": "hispanic",
}
OTHERS = {
    "metadata.englishLearner": "english_learner",
    "metadata.disability": "disability",
    "metadata.section504": "section_504",
    "metadata.homeless": "no_stable_housing",
    "metadata.economicDisadvantage": "low_income",
    "metadata.fosterCare": "foster_care",
}
ADULT = Note(CLEAN, _("This person is not a student; of adults no such thing is kept."))
SEX = Choice(
    ("female", "male", "other", "unspecified"), unknown="drop", extensions=True, also={"F": "female", "M": "male"}
)


def attribute_numbers(work: Work) -> dict[str, int]:
    """The number of each attribute, by its code."""
    if "attributes" not in work.facts:
        work.facts["attributes"] = dict(Attribute.objects.values_list("code", "pk"))
    numbers: dict[str, int] = work.facts["attributes"]
    return numbers


def land_attributes(students: Sequence[int], at: Sequence[int], flags: dict[str, list[Any]], work: Work) -> None:
    """Stage who counts under an attribute (true), and who no longer does (false); blank says nothing."""
    numbers = attribute_numbers(work)
    last = day_before(work.day)
    for code, values in flags.items():
        if code not in numbers:
            continue  # the district took this attribute away
        _stage("attribute", values, numbers[code], BLANK, students, at, work)
        if not work.is_first("attribute"):
            over = [value is False for value in values]
            _stage("attribute_off", over, numbers[code], repeat(last), students, at, work)


def _stage(
    code: str,
    wanted: Sequence[Any],
    attribute: int,
    end: Iterable[str | None],
    students: Sequence[int],
    at: Sequence[int],
    work: Work,
) -> None:
    who = list(compress(students, wanted))
    if who:
        places = list(compress(at, wanted))
        work.stage.add(code, places, student_id=who, attribute_id=repeat(attribute), end=end)


def race_flags(rows: Rows) -> dict[str, list[Any]]:
    """True, false or None by attribute, with "not reported" where a row says nothing of race or ethnicity."""
    flags = {code: rows[name] for name, code in RACES.items() if rows.has(name)}
    if flags:
        several = rows.get("demographicRaceTwoOrMoreRaces")
        told = list(zip(*flags.values(), several, strict=True))
        silent = {row: all(value is None for value in row) for row in set(told)}
        flags["race_not_reported"] = [silent[row] for row in told]
    return flags


def coded_flags(rows: Rows) -> dict[str, list[Any]]:
    """The same from the code lists of Microsoft School Data Sync (raceCodes, ethnicityCodes)."""
    races, ethnicities = rows.get("raceCodes", ""), rows.get("ethnicityCodes", "")
    words = [f"{race},{ethnicity}" for race, ethnicity in zip(races, ethnicities, strict=True)]
    known = Memo(lambda text: ({word.strip() for word in text.split(",") if word.strip()}, None))
    named = [known[word] for word in words]
    flags: dict[str, list[Any]] = {code: [name in one or None for one in named] for name, code in RACES.items()}
    flags["race_not_reported"] = [not one for one in named]
    return flags


def people_are_known(rows: Rows, work: Work) -> Iterator[tuple[int, str, Note]]:
    """A row is about a student; about an adult we keep nothing. Leaves the students' numbers in "student"."""
    students = list(map(work.registry("student").get, rows["sourcedId"]))
    rows.values["student"] = students
    if None in students:
        guardians, staff = work.registry("guardian"), work.registry("staff")
        for place, (number, name) in enumerate(zip(students, rows["sourcedId"], strict=True)):
            if number is None and name:
                yield place, "sourcedId", ADULT if name in staff or name in guardians else Note(REJECT, DANGLING)


def land_demographics(rows: Rows, work: Work) -> None:
    """Stage what the row says of a student."""
    rows = rows.only(rows["student"]) if None in rows["student"] else rows
    students = rows["student"]
    given = rows.pick(birth_date="birthDate", sex="sex", home_language="metadata.homeLanguage")
    if given:
        work.stage.add("facts", rows.at, id=students, **given)
    flags = race_flags(rows)
    if rows.has("raceCodes") or rows.has("ethnicityCodes"):
        flags = coded_flags(rows)
    flags |= {code: rows[name] for name, code in OTHERS.items() if rows.has(name)}
    land_attributes(students, rows.at, flags, work)


def _flag(name: str, label: str, *also: str) -> Column:
    return Column(name, Flag(unknown="drop"), also=also, label=label)


DEMOGRAPHICS = Kind(
    "demographics",
    _("Birth dates and the groups students count under"),
    ("demographics",),
    (
        Column("sourcedId", Identifier(200), required=True, also=("userSourcedId",), label=_("Student")),
        STATUS,
        Column("birthDate", Date(future="drop"), label=_("Birth date")),
        Column("sex", SEX, label=_("Sex")),
        _flag("americanIndianOrAlaskaNative", _("American Indian or Alaska Native")),
        _flag("asian", _("Asian")),
        _flag("blackOrAfricanAmerican", _("Black or African American")),
        _flag("nativeHawaiianOrOtherPacificIslander", _("Native Hawaiian or Other Pacific Islander")),
        _flag("white", _("White")),
        _flag("demographicRaceTwoOrMoreRaces", _("Two or more races")),
        _flag("hispanicOrLatinoEthnicity", _("Hispanic or Latino")),
        _flag("metadata.englishLearner", _("Learning English"), "ell", "limitedEnglishProficiency"),
        _flag("metadata.disability", _("Disability (IEP)"), "iep", "specialEducation"),
        _flag("metadata.section504", _("Section 504 plan"), "504", "plan504"),
        _flag("metadata.homeless", _("Without stable housing")),
        _flag("metadata.economicDisadvantage", _("Low income"), "lowIncome", "freeLunch"),
        _flag("metadata.fosterCare", _("Foster care"), "foster"),
        Column("metadata.homeLanguage", Text(40), also=("language", "nativeLanguage"), label=_("Home language")),
        Column("raceCodes", Text(400), label=_("Race codes")),
        Column("ethnicityCodes", Text(400), label=_("Ethnicity codes")),
    ),
    land_demographics,
    order=70,
    family="OneRoster",
    checks=(people_are_known,),
    once=(Once(("sourcedId",), _("Another row above is about the same student. The first row was kept.")),),
)


def land_flags(rows: Rows, work: Work) -> None:
    """Stage one attribute for a student, from Microsoft's userFlags.csv."""
    for word, code in FLAG_WORDS.items():
        mine = [flag == word for flag in rows["flag"]]
        if any(mine):
            chosen = rows.only(mine)
            land_attributes(chosen["userSourcedId"], chosen.at, {code: [True] * len(chosen)}, work)


FLAG_WORDS = {
    "iep": "disability",
    "504": "section_504",
    "ell": "english_learner",
    "freeLunch": "low_income",
    "reducedLunch": "low_income",
    "homeless": "no_stable_housing",
    "foster": "foster_care",
}

USER_FLAGS = Kind(
    "userFlags",
    _("Flags of students (School Data Sync)"),
    ("userFlags",),
    (
        Column("userSourcedId", Reference("student", missing=WARN), required=True, label=_("Student")),
        Column("flag", Choice(tuple(FLAG_WORDS), unknown="drop"), required=True, label=_("Flag")),
    ),
    land_flags,
    order=72,
    family="Microsoft",
    once=(Once(("userSourcedId", "flag"), _("This flag was already given. The first row was kept.")),),
)
