"""The files of the fictional district, made by `make_demo.py`."""

# In the order in which a person would read them.
FILES = [
    "manifest",
    "academicSessions",
    "orgs",
    "courses",
    "classes",
    "users",
    "roles",
    "enrollments",
    "demographics",
    "calendar",
    "caseload",
    "supports",
    "participation",
    "screeners",
    "attendance",
    "referrals",
    "checkins",
    "outreach",
    "measures",
    "observations",
]
