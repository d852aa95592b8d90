"""The rooms of the house, in the order in which they may import one another: each only those above it in this list."""

ROOMS = [
    "web",
    "sealing",
    "journal",
    "releases",
    "roster",
    "privacy",
    "records",
    "teams",
    "meetings",
    "supports",
    "audits",
    "checkins",
    "outreach",
    "measures",
    "levers",
    "profile",
    "reflections",
    "stories",
    "cycles",
    "pages",
]
