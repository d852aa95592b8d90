"""What happened in the fictional district so far: teams, audits, follow-ups and strengths, all by the real actions."""

DISTRICT = "Elmwood School District"
EXPORT = "elmwood-export"

# (role, sign-in name), in the order in which a visitor might try them.
SIGN_INS = [
    ("counselor, Elm Middle School", "ruth.okafor"),
    ("teacher, advisory 08 at Elm", "tomas.ruiz"),
    ("principal, Elm Middle School", "priya.kaur"),
    ("support staff, Elm Middle School", "uma.singh"),
    ("student services director", "dana.whitlock"),
    ("district leader", "lena.ito"),
    ("superintendent", "sol.reyes"),
    ("system administrator", "sam.hill"),
]


def live() -> None:
    """Live in the district for a while."""
