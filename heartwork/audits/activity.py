"""What the activity "systems audit" is. It stands on pages of its own, not on the stages."""

from django.utils.translation import gettext_lazy as _

from heartwork.audits.queries import CODE, readable
from heartwork.teams.activities import Activity, offer

AUDIT = Activity(
    CODE,
    _("Systems audit"),
    readable,
    page="audit",
    recap="recap",
    opens="audit.open",
    about=_("Which systems bear on three or four students, on paper and on the ground."),
    source=_("Street-level bureaucracy: systems supporting kids"),
    minutes=20,
)

offer(AUDIT)
