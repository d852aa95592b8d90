"""The people of our fictional district, for tests: a story reads better when everyone has a name.

Elm is a middle school and Oak an elementary school. Nobody here is real.
"""

import datetime
from dataclasses import dataclass, field
from typing import Any

from heartwork.roster.models import (
    AcademicSession,
    Assignment,
    Attribute,
    District,
    Enrollment,
    Organization,
    Section,
    StaffMember,
    Student,
)

DAY = datetime.date(2026, 2, 24)  # a Tuesday in winter: the day on which tests take place
FIRST_DAY = datetime.date(2025, 9, 3)
LAST_DAY = datetime.date(2026, 6, 12)


@dataclass
class Elmwood:
    """Everyone in the district, by first name or by what they are."""

    district: District
    office: Organization
    elm: Organization
    oak: Organization
    year: AcademicSession
    section_8b: Section
    section_7a: Section
    oak_homeroom: Section
    staff: dict[str, StaffMember] = field(default_factory=dict)
    students: dict[str, Student] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:  # district.ruth, district.maya
        for people in (self.__dict__.get("staff", {}), self.__dict__.get("students", {})):
            if name in people:
                return people[name]
        raise AttributeError(name)


def hire(name: str, role: str = "", **where: Any) -> StaffMember:
    """A staff member, named "Given Family", with one assignment for the school year if a role is given."""
    given, _, family = name.partition(" ")
    person = StaffMember.objects.create(
        source_id=f"staff-{name}", given_name=given, family_name=family or "Example", username=given.lower()
    )
    if role:
        Assignment.objects.create(staff=person, role=role, begin=FIRST_DAY, end=LAST_DAY, **where)
    return person


def enroll(name: str, grade: str, school: Organization, *sections: Section) -> Student:
    """A student of a school and some of its sections for the school year."""
    given, _, family = name.partition(" ")
    student = Student.objects.create(source_id=f"student-{name}", given_name=given, family_name=family, grade=grade)
    for section in (None, *sections):
        Enrollment.objects.create(student=student, school=school, section=section, begin=FIRST_DAY, end=LAST_DAY)
    return student


def make_elmwood() -> Elmwood:
    """The district, its two schools, one person for each role, four students at Elm and two at Oak."""
    district, _ = District.objects.update_or_create(pk=1, defaults={"name": "Elmwood School District"})
    office = Organization.objects.create(source_id="office", name="Elmwood School District", kind="district")
    elm = Organization.objects.create(source_id="elm", name="Elm Middle School", parent=office)
    oak = Organization.objects.create(source_id="oak", name="Oak Elementary School", parent=office)
    year = AcademicSession.objects.create(
        source_id="year", title="2025-2026", kind="schoolYear", begin=FIRST_DAY, end=LAST_DAY, school_year="2026"
    )

    def section(title: str, school: Organization, grades: str) -> Section:
        return Section.objects.create(
            source_id=title, title=title, kind="homeroom", school=school, grades=grades, begin=FIRST_DAY, end=LAST_DAY
        )

    here = Elmwood(
        district,
        office,
        elm,
        oak,
        year,
        section("8B", elm, "08"),
        section("7A", elm, "07"),
        section("Room 4", oak, "03"),
    )
    here.staff = {
        "sol": hire("Sol Reyes", "superintendent", organization=office),
        "lena": hire("Lena Ito", "district_leader", organization=office),
        "dana": hire("Dana Whitlock", "student_services_director", organization=office),
        "priya": hire("Priya Kaur", "principal", organization=elm),
        "otto": hire("Otto Berg", "principal", organization=oak),
        "ruth": hire("Ruth Okafor", "counselor", organization=elm, grades="07 08"),
        "tomas": hire("Tomás Ruiz", "teacher", organization=elm, section=here.section_8b),
        "ada": hire("Ada Park", "teacher", organization=oak, section=here.oak_homeroom),
        "uma": hire("Uma Singh", "support_staff", organization=elm),
        "sam": hire("Sam Hill", "system_administrator", organization=office),
        "nadia": hire("Nadia Cruz"),  # works here, and has no assignment
    }
    here.students = {
        "maya": enroll("Maya Rivera", "08", elm, here.section_8b),
        "eli": enroll("Eli Scott", "08", elm, here.section_8b),
        "noor": enroll("Noor Hassan", "07", elm, here.section_7a),
        "theo": enroll("Theo Adams", "07", elm, here.section_7a),
        "ida": enroll("Ida Nelson", "03", oak, here.oak_homeroom),
        "bo": enroll("Bo Lewis", "03", oak, here.oak_homeroom),
    }
    Assignment.objects.create(
        staff=here.uma, role="support_staff", student=here.noor, begin=FIRST_DAY, end=LAST_DAY, given_by=here.dana
    )
    return here


def attribute(code: str) -> Attribute:
    """One of the attributes that every district starts with, by its code."""
    return Attribute.objects.get(code=code)
