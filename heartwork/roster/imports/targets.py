"""What a roster lands in."""

from heartwork.roster.imports.kinds import Target
from heartwork.roster.models import (
    AcademicSession,
    Assignment,
    Course,
    Enrollment,
    Guardian,
    Guardianship,
    Organization,
    Section,
    StaffMember,
    Strength,
    Student,
    StudentAttribute,
)

NAMES = (
    "given_name",
    "middle_name",
    "family_name",
    "preferred_given_name",
    "preferred_family_name",
    "pronouns",
)

TARGETS = [
    Target(
        "organization",
        "organizations",
        Organization,
        ("name", "kind", "identifier", "parent_id", "ended_on"),
        refers=True,
        ends="ended_on",
    ),
    Target(
        "session",
        "sessions",
        AcademicSession,
        ("title", "kind", "begin", "end", "parent_id", "school_year", "ended_on"),
        refers=True,
        ends="ended_on",
    ),
    Target("course", "courses", Course, ("title", "code", "ended_on"), refers=True, ends="ended_on"),
    Target(
        "student",
        "students",
        Student,
        (*NAMES, "search_key", "grade", "identifier", "email", "ended_on"),
        refers=True,
        ends="ended_on",
    ),
    Target(
        "guardian",
        "guardians",
        Guardian,
        (*NAMES, "relation", "email", "phone", "ended_on"),
        refers=True,
        ends="ended_on",
    ),
    Target(
        "staff",
        "staff",
        StaffMember,
        (*NAMES, "search_key", "username", "email", "is_active", "ended_on"),
        refers=True,
        ends="ended_on",
        fixed={"password": "!"},  # nobody signs in with it
        # The source may close an account; only a person opens one again.
        kept={"is_active": 't."is_active" AND s."is_active"'},
    ),
    Target(
        "section",
        "classes",
        Section,
        ("title", "kind", "school_id", "course_id", "grades", "begin", "end", "ended_on"),
        refers=True,
        ends="ended_on",
    ),
    Target(
        "enrollment",
        "enrollments",
        Enrollment,
        ("student_id", "school_id", "section_id", "begin", "end"),
        ends="end",
        spared_with=("student_id", "student"),
    ),
    Target(
        "assignment",
        "assignments",
        Assignment,
        ("staff_id", "role", "organization_id", "section_id", "student_id", "grades", "begin", "end"),
        ends="end",
        spared_with=("staff_id", "staff"),
    ),
    Target(
        "guardianship",
        "family links",
        Guardianship,
        ("ended_on",),
        key=("student_id", "guardian_id"),
        ends="ended_on",
    ),
    Target(
        "facts",
        "demographics",
        Student,
        ("birth_date", "sex", "home_language"),
        key=("id",),
        adds=False,
    ),
    Target("attribute", "attributes", StudentAttribute, ("end",), key=("student_id", "attribute_id")),
    Target(
        "attribute_off",
        "attributes",
        StudentAttribute,
        ("end",),
        key=("student_id", "attribute_id"),
        adds=False,
        counts_as="ended",
        only='t."end" IS NULL',
    ),
    Target(
        "strength",
        "strengths",
        Strength,
        ("in_own_words", "text"),
        key=("student_id", "text_mark", "noted_by_id", "noted_on"),
        kept={"text": 't."text"'},  # sealed anew each time, so never compared
    ),
]
