"""Minutes in words."""

from django.utils.translation import gettext


def in_hours(minutes: int) -> str:
    """Minutes in words: "3 h 20 min", "40 min", "15 min less".

    >>> in_hours(200), in_hours(-15)
    ('3 h 20 min', '15 min less')
    """
    hours, rest = divmod(abs(minutes), 60)
    parts = [gettext("%(n)d h") % {"n": hours}] if hours else []
    if rest or not hours:
        parts.append(gettext("%(n)d min") % {"n": rest})
    said = " ".join(parts)
    return gettext("%(time)s less") % {"time": said} if minutes < 0 else said
