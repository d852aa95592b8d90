"""Three pictures that a student types instead of a password: they can be remembered before one can read.

Which three belong to a code follows from the code, the link it is for and the site's own key. So they are kept nowhere,
and a code that nobody has takes as long to be refused as wrong pictures do.
"""

from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

LENGTH = 3
PICTURES = {  # by the icon of the same name
    "sun": _("sun"),
    "moon": _("moon"),
    "house": _("house"),
    "fish": _("fish"),
    "tree": _("tree"),
    "boat": _("boat"),
    "key": _("key"),
    "cup": _("cup"),
    "umbrella": _("umbrella"),
}


def pictures_of(link: str, code: str) -> list[str]:
    """The three pictures, in order, that go with a code of a link. 729 ways; a picture may come twice."""
    names = list(PICTURES)
    number = int.from_bytes(salted_hmac("web.picture_pin", f"{link}:{code}", algorithm="sha256").digest(), "big")
    return [names[number // len(names) ** n % len(names)] for n in range(LENGTH)]


def is_right(link: str, code: str, typed: list[str]) -> bool:
    """Whether these are the pictures of this code."""
    return constant_time_compare(" ".join(pictures_of(link, code)), " ".join(typed))
