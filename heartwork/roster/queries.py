"""Questions about who is here: students, staff, schools and the district itself."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.db import connection
from django.db.models import Count, Max, Min, Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from heartwork.analysis.suppression import Release, counts_of
from heartwork.journal.models import Entry
from heartwork.releases import ledger
from heartwork.releases.ledger import Answer
from heartwork.roster import access
from heartwork.roster.models import (
    GRADES,
    Assignment,
    Attribute,
    District,
    Enrollment,
    Organization,
    PossibleTwin,
    Section,
    StaffMember,
    Strength,
    Student,
    StudentAttribute,
    holding,
    names_of,
    on_day,
    search_key,
)
from heartwork.roster.prepared import prepared

PAGE = 25
LAST_PAGE = 400  # nobody reads on: who has come this far is asked for a name instead

GRADE_NAMES = {
    "IT": _("infants and toddlers"),
    "PR": _("preschool"),
    "PK": _("pre-kindergarten"),
    "TK": _("transitional kindergarten"),
    "KG": _("kindergarten"),
    "PS": _("after grade 12"),
    "UG": _("no grade"),
    "": _("grade not on record"),
}


def grade_name(code: str) -> str:
    """ "grade 7", "kindergarten": what a grade's code says."""
    if code in GRADE_NAMES:
        return str(GRADE_NAMES[code])
    return gettext("grade %(number)s") % {"number": code.lstrip("0")}


# -- a long list, page by page


@dataclass(frozen=True)
class Page:
    """Some rows of a long list, and whether more follow; nobody counts a million rows to show twenty-five."""

    rows: list[Any]
    number: int
    has_more: bool

    @property
    def previous(self) -> int | None:
        """The number of the page before, if there is one."""
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        """The number of the page after, if there is one."""
        return self.number + 1 if self.has_more and self.number < LAST_PAGE else None

    @property
    def is_cut(self) -> bool:
        """Whether the list goes on further than anyone pages."""
        return self.has_more and self.number >= LAST_PAGE


def page_of(rows: QuerySet[Any, Any] | Sequence[Any], number: int = 1, size: int = PAGE) -> Page:
    """Page `number` (from 1) of the rows. One query at most, which asks for one row more than it shows."""
    start = (number - 1) * size
    found = list(rows[start : start + size + 1])
    return Page(found[:size], number, len(found) > size)


# -- the district


def district() -> District:
    """The district of this installation; made on the first day. One query."""
    found = _districts(pk=1) or District.objects.get_or_create(pk=1, defaults={"name": ""})
    return found[0]


@prepared
def _districts(*, pk: int) -> QuerySet[District]:
    return District.objects.filter(pk=pk)


def attributes() -> QuerySet[Attribute]:
    """The ways in which subgroups form, in the district's order."""
    return Attribute.objects.all()


def attribute(viewer: StaffMember, code: str) -> Attribute:
    """One way in which subgroups form; else 404."""
    access.require(viewer, "district.read")
    found = Attribute.objects.filter(code=code).first()
    if found is None:
        raise Http404
    return found


def schools() -> QuerySet[Organization]:
    """The schools of the district that still run, by name."""
    return Organization.objects.filter(kind="school", ended_on=None)


def organizations() -> QuerySet[Organization]:
    """Every part of the district that still runs, by name."""
    return Organization.objects.filter(ended_on=None)


# -- students


def students(
    viewer: StaffMember,
    *,
    q: str = "",
    grade: str = "",
    school: Organization | None = None,
    section: Section | None = None,
    day: datetime.date | None = None,
) -> QuerySet[Student]:
    """The viewer's students by family name, narrowed by parts of their names. One query."""
    day = day or timezone.localdate()
    rows = access.visible_to(viewer, day)
    here = Enrollment.objects.filter(on_day(day))
    for word in search_key(q).split()[:5]:
        called = Q(search_key__contains=f" {word}")
        if access.reaches_all(viewer, day):
            # A list of keys, not a condition on the row: it reads the small index from end to end, not the table.
            called = Q(pk__in=Student.objects.filter(called).order_by().values("pk"))
        rows = rows.filter(called)
    if grade in GRADES:
        rows = rows.filter(grade=grade)
    if school:
        rows = rows.filter(pk__in=here.filter(school=school, section=None).values("student"))
    if section:
        rows = rows.filter(pk__in=here.filter(section=section).values("student"))
    return rows


@dataclass(frozen=True)
class StudentLine:
    """A student in a list: who, in which grade, at which school, in which classes. Never what they need."""

    person: Student
    grade: str
    schools: str
    classes: str


def student_lines(students: list[Student], day: datetime.date | None = None) -> list[StudentLine]:
    """Students whom the viewer reaches, with where they are on the day (today), in words. One query."""
    lines = []
    here = access.places_of(students, day or timezone.localdate())
    for student in students:
        places = here[student.pk]
        schools = dict.fromkeys(place.school for place in places if not place.section_id)
        sections = [place for place in places if place.section_id]
        # A homeroom or advisory says enough; where there is none, the first two classes stand for it.
        homerooms = [place for place in sections if place.kind == "homeroom"]
        classes = dict.fromkeys(place.section or "" for place in homerooms or sections[:2])
        grade = grade_name(student.grade)
        lines.append(StudentLine(student, grade[:1].upper() + grade[1:], ", ".join(schools), ", ".join(classes)))
    return lines


def by_class(students: Iterable[Student]) -> list[tuple[str, list[StudentLine]]]:
    """Students whom the viewer reaches by grade and class ("Grade 8 · 8B"), each by name, as they came. One query."""
    lines = student_lines(list(students))
    lines.sort(key=lambda line: (line.person.grade, line.classes))
    return [
        (" · ".join(filter(None, where)), list(rows))
        for where, rows in groupby(lines, key=lambda line: (line.grade, line.classes))
    ]


def student_line(student: Student, day: datetime.date) -> StudentLine:
    """One student whom the viewer reaches, with where they are on the day. One query."""
    return student_lines([student], day)[0]


def students_called(viewer: StaffMember, words: str, school: Organization | None = None) -> list[Student]:
    """The viewer's students with this number on their card, or else with this whole name; three at most."""
    rows = access.visible_to(viewer)
    if school:
        here = Enrollment.objects.filter(on_day(timezone.localdate()), school=school, section=None)
        rows = rows.filter(pk__in=here.values("student"))
    if found := list(rows.filter(identifier=words)[:3]):
        return found
    for word in search_key(words).split():
        rows = rows.filter(Q(search_key__contains=f" {word} ") | Q(search_key__endswith=f" {word}"))
    return list(rows[:3]) if search_key(words) else []


def count_of_students(viewer: StaffMember, day: datetime.date | None = None) -> int | None:
    """How many students the viewer reaches; None for everyone of the district, whom nobody counts. One query."""
    return None if access.reaches_all(viewer, day) else access.visible_to(viewer, day).count()


def named_or_first(places: Sequence[Organization], public_id: str) -> Organization | None:
    """The one of these places that an address names, or the first; None where there is none. Http404 for another."""
    if not public_id:
        return places[0] if places else None
    found = next((each for each in places if str(each.public_id) == public_id), None)
    if found is None:
        raise Http404
    return found


def schools_of_students(viewer: StaffMember) -> list[Organization]:
    """The schools that a list of the viewer's students can be narrowed to, by name: those their assignments name.

    One query for whoever sees everyone or has classes; else none.
    """
    if access.reaches_all(viewer):
        return list(schools())
    mine = [a for a in access.assignments_on(viewer) if access.REACH.get(a.role) in ("school", "caseload")]
    named = {a.organization.pk: a.organization for a in mine if a.organization}
    others = {a.section.school_id for a in mine if a.section} - named.keys()
    found = [*named.values(), *(Organization.objects.filter(pk__in=others) if others else ())]
    return sorted((each for each in found if each.kind == "school"), key=lambda each: each.name)


def sections_of_students(viewer: StaffMember, school: Organization) -> QuerySet[Section]:
    """The sections of this school that a list of the viewer's students can be narrowed to, by title.

    A teacher's are the own classes, not every class that their students go to as well.
    """
    rows = Section.objects.filter(on_day(timezone.localdate()), school=school, ended_on=None).order_by("title", "pk")
    rows = rows.only("public_id", "title")
    mine = access.assignments_on(viewer)
    far = {access.REACH.get(a.role) for a in mine if a.organization_id == school.pk}
    if access.reaches_all(viewer) or "school" in far:
        return rows
    reaching = [
        a for a in mine if access.REACH.get(a.role) == "caseload" and (a.section_id or a.student_id or a.grades)
    ]
    if all(a.section_id for a in reaching):
        return rows.filter(pk__in={a.section_id for a in reaching})
    here = Enrollment.objects.filter(on_day(timezone.localdate()), student__in=access.visible_to(viewer))
    return rows.filter(pk__in=here.filter(section__isnull=False).values("section"))


def sections_at(viewer: StaffMember, organization: Organization) -> QuerySet[Section]:
    """The sections of a school that run today: choices for an assignment, or for a support of some classes."""
    if not access.may(viewer, "support.edit"):
        access.require(viewer, "assignment.edit")
    return Section.objects.filter(on_day(timezone.localdate()), school=organization, ended_on=None).order_by(
        "title", "pk"
    )


def reach_in_words(viewer: StaffMember, day: datetime.date | None = None) -> list[str]:
    """Whom the viewer's assignments reach, one phrase each: "grades 7 and 8 at Elm", "8B". No query of its own."""
    grades: dict[str, list[str]] = {}
    found: list[str] = []
    for each in access.assignments_on(viewer, day):
        far = access.REACH.get(each.role)
        where = each.organization.name if each.organization else ""
        if far == "district":
            return [gettext("everyone in the district")]
        if far == "school" and where:
            found.append(gettext("everyone at %(school)s") % {"school": where})
        elif far == "caseload" and each.student_id:
            found.append(gettext("students named to you"))
        elif far == "caseload" and each.section:
            found.append(each.section.title)
        elif far == "caseload" and where:
            grades.setdefault(where, []).extend(each.grades.split())
    for where, codes in grades.items():
        if codes:
            words = {"grades": grades_in_words(codes), "school": where}
            found.append(gettext("%(grades)s at %(school)s") % words)
    return list(dict.fromkeys(found))


def grades_in_words(codes: list[str]) -> str:
    """ "grades 7 and 8", "kindergarten and grade 1"."""
    known = sorted(set(codes) & set(GRADES), key=GRADES.index)
    numbers = [code.lstrip("0") for code in known if code.isdecimal()]
    words = [grade_name(code) for code in known if not code.isdecimal()]
    if numbers:
        listed = get_text_list(numbers, gettext("and"))
        words.append(ngettext("grade %(list)s", "grades %(list)s", len(numbers)) % {"list": listed})
    return get_text_list(words, gettext("and"))


def strengths(viewer: StaffMember, student: Student) -> list[Strength]:
    """What the student brings, newest first; nothing of a student out of sight. One query."""
    if not access.reached_among(viewer, [student]):
        return []
    return _strengths(student=student.pk)


@prepared
def _strengths(*, student: int) -> QuerySet[Strength]:
    notes = Strength.objects.filter(student=student).select_related("noted_by")
    return notes.only("text", "in_own_words", "noted_on", "student", *names_of("noted_by"))


# -- figures about the district


@dataclass(frozen=True)
class Figure:
    """One line of the district table: a group and how many students it has (None: hidden), of how many."""

    label: str
    count: int | None
    total: int | None

    @property
    def percent(self) -> int | None:
        """The share of all students, in percent."""
        return round(100 * self.count / self.total) if self.count is not None and self.total else None


@dataclass(frozen=True)
class DistrictFigures:
    """What a researcher would report of a district: how many there are, and who they are."""

    students: int | None
    schools: int
    staff: list[tuple[str, int]]
    by_school: list[Figure]
    by_grade: list[Figure]
    by_race: list[Figure]
    others: list[Figure]
    day: datetime.date  # of which the oldest of these figures is
    is_old: bool  # whether that is not the day asked about

    @property
    def is_hidden(self) -> bool:
        """Whether any figure is."""
        return any(each.count is None for each in [*self.by_school, *self.by_grade, *self.by_race, *self.others])


def district_figures(viewer: StaffMember, day: datetime.date | None = None) -> DistrictFigures:
    """The district in numbers, from aggregates alone. Small groups are hidden from whoever does not see everyone.

    Reads every enrollment of the day and every attribute once: nine queries, some seconds for a million students.
    """
    access.require(viewer, "district.read")
    day = day or timezone.localdate()
    here = Enrollment.objects.filter(on_day(day), section=None).order_by()
    placed = students_by_school_and_grade(day)
    names = {str(pk): name for pk, name in schools().values_list("pk", "name")}
    names |= {pk: gettext("a school that has ended") for pk in placed if pk not in names}
    total = here.aggregate(n=Count("student", distinct=True))["n"]
    race_labels, races = _by_race(here, total, day)
    held = StudentAttribute.objects.filter(on_day(day), student__in=here.values("student")).exclude(
        attribute__kind="race_ethnicity"
    )
    counted = dict(held.values_list("attribute").annotate(n=Count("pk")).order_by())
    kinds = list(attributes().exclude(kind="race_ethnicity"))
    asked = {BY_SCHOOL: of_schools_and_grades(placed, names), "students by race": _partition(races)}
    for attribute in kinds:
        n = counted.get(attribute.pk, 0)
        asked[f"students with {attribute.code}"] = _partition({"with": n, "without": total - n})
    if access.reaches_all(viewer, day):
        answers = {question: Answer(counts_of(release), day) for question, release in asked.items()}
    else:
        answers = ledger.answers(asked, district().minimum_group, day)
    at, race = answers[BY_SCHOOL].figures, answers["students by race"].figures
    students = race["all"] or None
    grades = [code for code in [*GRADES, ""] if f"grade {code}" in at]
    return DistrictFigures(
        students=students,
        schools=len(names),
        staff=_staff_by_role(day),
        by_school=[Figure(name, at[f"school {pk}"], students) for pk, name in names.items()],
        by_grade=[Figure(grade_name(code), at[f"grade {code}"], students) for code in grades],
        by_race=[Figure(words, race[key], students) for key, words in race_labels.items()],
        others=[Figure(str(kind), answers[f"students with {kind.code}"].figures["with"], students) for kind in kinds],
        day=(oldest := min(answer.day for answer in answers.values())),
        is_old=oldest != day,
    )


BY_SCHOOL = "students by school and grade"


def students_by_school_and_grade(day: datetime.date) -> dict[str, dict[str, int]]:
    """How many students each school has in each grade, by the school's pk. One query."""
    here = Enrollment.objects.filter(on_day(day), section=None).order_by()
    placed: dict[str, dict[str, int]] = {}
    for pk, grade, n in here.values_list("school", "student__grade").annotate(n=Count("student", distinct=True)):
        placed.setdefault(str(pk), {})[grade] = n
    return placed


def school_sizes(viewer: StaffMember, day: datetime.date) -> dict[int, int | None]:
    """How many students each school has, by its pk: the same answer as in the district's figures. Four queries at most.

    Of all schools, whichever are looked at: what is hidden must not depend on what somebody picks.
    """
    placed = students_by_school_and_grade(day)
    pks = {str(pk) for pk in schools().values_list("pk", flat=True)} | set(placed)
    asked = of_schools_and_grades(placed, sorted(pks))
    figures: Mapping[str, int | None] = counts_of(asked)
    if not access.reaches_all(viewer, day):
        figures = ledger.answer(BY_SCHOOL, asked, district().minimum_group, day).figures
    return {int(pk): figures[f"school {pk}"] for pk in pks}


def of_schools_and_grades(placed: Mapping[str, Mapping[str, int]], schools: Iterable[str]) -> Release[str]:
    """What is told together of how many students there are at each school (by its pk) and in each grade.

    A school without a student could have one. Grades that lie in one school alone tell of it, and it of them.
    """
    at = {pk: {f"{pk} {grade}": n for grade, n in placed.get(pk, {"": 0}).items()} for pk in schools}
    cells = {cell: n for counts in at.values() for cell, n in counts.items()}
    grades = sorted({grade for counts in placed.values() for grade in counts})
    of_school = {f"school {pk}": list(counts) for pk, counts in at.items()}
    of_grade = {f"grade {grade}": [cell for cell in cells if cell.partition(" ")[2] == grade] for grade in grades}
    figures = of_school | of_grade | {"all": list(cells)}
    return Release(cells, figures, totals=["all"], siblings=[list(of_school), list(of_grade)])


def _partition(counts: Mapping[str, int]) -> Release[str]:
    """Groups of which each student is in one, and everyone together."""
    figures = {key: [key] for key in counts} | {"all": list(counts)}
    return Release(counts, figures, totals=["all"], siblings=[list(counts)])


def _by_race(here: QuerySet[Enrollment, Any], total: int, day: datetime.date) -> tuple[dict[str, str], dict[str, int]]:
    """Labels and counts of the federal categories, each student once: Hispanic of any race, then two or more, then one.

    (U.S. Department of Education, Final Guidance on Maintaining, Collecting, and Reporting Racial and Ethnic Data,
    72 Fed. Reg. 59266, 2007.) One grouped query in both engines.
    """
    kinds = list(attributes().filter(kind="race_ethnicity"))
    hispanic = next((str(each.pk) for each in kinds if each.code == "hispanic"), "")
    missing = next((str(each.pk) for each in kinds if each.code == "race_not_reported"), "none")
    labels = {str(each.pk): str(each) for each in kinds} | {"two": gettext("Two or more races")}
    labels.setdefault(missing, gettext("Race not reported"))
    labels[missing] = labels.pop(missing)  # at the end
    held = StudentAttribute.objects.filter(
        on_day(day), attribute__kind="race_ethnicity", student__in=here.values("student")
    )
    each_student = (
        held.order_by()
        .values("student")
        .annotate(n=Count("pk"), one=Min("attribute"), is_hispanic=Max("pk", filter=Q(attribute__code="hispanic")))
        .values("n", "one", "is_hispanic")
    )
    sql, parameters = each_student.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT CASE WHEN is_hispanic IS NOT NULL THEN -1 WHEN n > 1 THEN -2 ELSE one END AS race, COUNT(*)"
            f" FROM ({sql}) AS each_student GROUP BY 1",
            parameters,
        )
        found = {{-1: hispanic, -2: "two"}.get(race, str(race)): n for race, n in cursor.fetchall()}
    counts = dict.fromkeys(labels, 0) | found
    counts[missing] += total - sum(counts.values())
    return labels, counts


def _staff_by_role(day: datetime.date) -> list[tuple[str, int]]:
    rows = Assignment.objects.filter(holding(day), staff__is_active=True).exclude(staff__ended_on__lte=day)
    counts = dict(rows.order_by().values_list("role").annotate(n=Count("staff", distinct=True)))
    return [
        (str(name), counts[role])
        for role, name in access.ROLE_NAMES.items()
        if role in counts and role not in access.LENT
    ]


def settings_in_words(found: District) -> list[tuple[str, Any]]:
    """The district's own rules, by the words a form asks for them. No query."""
    rules = []
    for field in District._meta.fields:
        if field.name not in ("id", "name"):
            value = getattr(found, field.name)
            words = grades_in_words(value.split()) if isinstance(value, str) else value
            rules.append((str(field.verbose_name), words if value not in ("", None) else gettext("not set")))
    return rules


@dataclass(frozen=True)
class Change:
    """One change of a setting: when, by whom, from what to what."""

    at: datetime.datetime
    by: StaffMember | None
    what: str
    before: Any
    after: Any


def settings_history(viewer: StaffMember) -> list[Change]:
    """What was changed in the district's own rules, newest first. One query."""
    access.require(viewer, "district.read")
    entries = Entry.objects.filter(verb="district.changed").select_related("actor").order_by("-pk")[:50]
    words = {field.name: str(getattr(field, "verbose_name", field.name)) for field in District._meta.get_fields()}
    return [
        Change(entry.at, entry.actor, words.get(name, name), before, after)  # type: ignore[arg-type]
        for entry in entries
        for name, (before, after) in entry.detail["changes"].items()
    ]


# -- signing in


@prepared
def person(*, pk: int) -> QuerySet[StaffMember]:
    """The one with this number, whole, with all that signing in asks of them; nobody is the viewer yet."""
    return StaffMember.objects.filter(pk=pk)


def signs_in_as(username: str) -> StaffMember | None:
    """Who signs in by this name, whatever its case. One query."""
    return StaffMember.objects.filter(username__iexact=username).first() if username else None


def ties_of(viewer: StaffMember) -> list[SocialAccount]:
    """The systems of the district that sign the viewer in. One query."""
    return list(SocialAccount.objects.filter(user=viewer).order_by("provider"))


def person_known_as(field: str, value: str) -> StaffMember | None:
    """Who works here today and is in the roster by this email, username or source_id; None: nobody, or several.

    Whatever its case, but letter for letter: no other alphabet's lookalike. One query.
    """
    if not value:
        return None
    today = timezone.localdate()
    rows = StaffMember.objects.filter(**{f"{field}__iexact": value}, is_active=True).exclude(ended_on__lte=today)
    found = [person for person in rows[:3] if str(getattr(person, field)).lower() == value.lower()]
    return found[0] if len(found) == 1 else None


def is_tied(person: StaffMember, provider: str) -> bool:
    """Whether this system signs the person in already, by another number than the one who asks. One query."""
    return SocialAccount.objects.filter(user=person, provider=provider).exists()


def names_of_places() -> list[str]:
    """The names of the district and of all its schools, which nobody takes as a password. Two queries."""
    districts = District.objects.values_list("name", flat=True)
    return [*districts, *Organization.objects.values_list("name", flat=True)]


# -- two identifiers, one child


def twins(viewer: StaffMember, *, decided: bool = False) -> QuerySet[PossibleTwin]:
    """Pairs of students who may be one child, among those whom the viewer reaches; the undecided, or the decided."""
    access.require(viewer, "twin.edit")
    visible = access.visible_to(viewer)
    rows = PossibleTwin.objects.filter(first__in=visible, second__in=visible, decided_on__isnull=not decided)
    return rows.select_related("first", "second", "decided_by").order_by("-decided_on", "pk")


def twin(viewer: StaffMember, pk: int) -> PossibleTwin:
    """One pair; else 404."""
    found = PossibleTwin.objects.filter(pk=pk).filter(
        first__in=access.visible_to(viewer), second__in=access.visible_to(viewer)
    )
    pair = found.select_related("first", "second").first()
    if pair is None:
        raise Http404
    return pair
