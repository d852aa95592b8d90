"""Which passwords are refused, and why: long enough, not known from breaches, not the district's or one's own name.

No rule about kinds of characters, and no password grows old (NIST SP 800-63B-4, section 3.1.1.2).
"""

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext

from heartwork.roster import queries

LONG, SHORT = 15, 8  # characters: alone, and beside a second step
KNOWN_PHRASES = Path(__file__).with_name("known_passphrases.txt")
EVERYONES = (  # words that name a school without naming which
    "heartwork school schools elementary primary middle junior high academy district unified public charter county"
    " city the of and for"
)


def has_second_step(person: Any) -> bool:
    """Whether a password alone lets this person in nowhere. One query."""
    steps = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    return bool(person and person.pk) and Authenticator.objects.filter(user_id=person.pk, type__in=steps).exists()


class LongEnough:
    """Fifteen characters, or eight for someone who has a second step."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError."""
        needed = SHORT if has_second_step(user) else LONG
        if len(password) < needed:
            raise ValidationError(
                ngettext(
                    "This password is too short. It needs at least %(n)s character; four or five words do well.",
                    "This password is too short. It needs at least %(n)s characters; four or five words do well.",
                    needed,
                )
                % {"n": needed},
                code="password_too_short",
            )

    def get_help_text(self) -> str:
        """What to choose, for whoever chooses."""
        return gettext("At least 15 characters; four or five words in a row are easy to keep.")


def plain(password: str) -> str:
    """The letters and digits of a password, small, without accents: how attackers compare."""
    bare = unicodedata.normalize("NFKD", password).casefold()
    return re.sub(r"[\W_]+", "", "".join(letter for letter in bare if not unicodedata.combining(letter)))


def repeated(text: str) -> str:
    """What a text repeats: "abc" of "abcabcab"; the text itself when it repeats nothing.

    >>> repeated("abcabcab"), repeated("calm")
    ('abc', 'calm')
    """
    for length in range(1, len(text) // 2 + 1):
        if text == (text[:length] * (len(text) // length + 1))[: len(text)]:
            return text[:length]
    return text


def runs_on(text: str) -> bool:
    """Whether it is one run through a row of keys, the alphabet or the digits, there or back: "qwertyuiop", "87654".

    >>> runs_on("123456789012345"), runs_on("fourcalmwords")
    (True, False)
    """
    rows = ("abcdefghijklmnopqrstuvwxyz", "1234567890", "qwertyuiopasdfghjklzxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm")
    ways = [row * 5 for row in rows]
    return any(text in way or text in way[::-1] for way in ways)


@cache
def known_phrases() -> frozenset[str]:
    """Long passwords that everyone who guesses tries."""
    lines = KNOWN_PHRASES.read_text(encoding="utf-8").splitlines()
    return frozenset(plain(line) for line in lines if line and not line.startswith("#"))


class NotKnownFromBreaches(CommonPasswordValidator):
    """Not one that attackers try first: Django's list of 20,000, and longer ones made of those or known as phrases."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError. Nothing is asked of any other machine."""
        whole = plain(password)
        cores = {password.lower().strip(), whole, whole.strip("0123456789"), whole.rstrip("0123456789")}
        cores |= {repeated(core) for core in cores}
        if any(core in self.passwords or core in known_phrases() for core in cores) or runs_on(whole):
            raise ValidationError(
                gettext(
                    "This password, or what it is made of, is on lists of passwords that were stolen elsewhere; those"
                    " are tried first. Choose words that do not belong together."
                ),
                code="password_too_common",
            )

    def get_help_text(self) -> str:
        """What to choose, for whoever chooses."""
        return gettext("Not one that is known from elsewhere.")


class NotOurNames:
    """Not made of the names of the district and its schools, which are the first that anyone would guess."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError when such names, and digits, are more than half of it. Two queries."""
        whole = plain(password)
        rest = whole
        for word in sorted({*self._names(), *EVERYONES.split()}, key=len, reverse=True):
            rest = rest.replace(word, "")
        rest = rest.strip("0123456789")
        if whole and 2 * len(rest) < len(whole) and rest != whole.strip("0123456789"):
            raise ValidationError(
                gettext(
                    "This password is mostly the name of your district or of a school, which is guessed first. Choose"
                    " words that have nothing to do with it."
                ),
                code="password_names_district",
            )

    @staticmethod
    def _names() -> set[str]:
        words = {plain(word) for name in queries.names_of_places() for word in [name, *re.split(r"[\W_]+", name)]}
        return {word for word in words if len(word) > 2}

    def get_help_text(self) -> str:
        """What to choose, for whoever chooses."""
        return gettext("Not the name of your district or school.")
