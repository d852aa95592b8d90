"""What people answered in a week, told together: enough answers, and none with a name."""

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from heartwork.pulse.models import Pulse

FEWEST = 5  # answers of a week that are told together
WEEKS = 6  # told


@dataclass(frozen=True)
class Told:
    """What people answered: counts in the order yes, partly, not yet; None while too few answered."""

    counts: list[int] | None
    answers: int

    @property
    def sentence(self) -> str:
        """What they say."""
        if not self.answers:
            return gettext("Nobody has answered.")
        if self.counts is None:
            return gettext("Shown from %(n)d answers on.") % {"n": FEWEST}
        yes, partly, no = self.counts
        return gettext("%(yes)d yes, %(partly)d partly, %(no)d not yet") % {"yes": yes, "partly": partly, "no": no}


def told(answers: Sequence[str]) -> Told:
    """These answers as they may be told.

    >>> told(["yes", "no", "yes", "yes", "partly"]).counts, told(["yes"] * 4).counts
    ([3, 1, 1], None)
    """
    counted = Counter(answers)
    return Told([counted[answer] for answer in Pulse.Answer] if len(answers) >= FEWEST else None, len(answers))


def told_apart(groups: Mapping[str, Sequence[str]]) -> dict[str, Told]:
    """The answers of each group that has enough of them; the others as one, called "", if they are enough together.

    Nothing is told of all: from it and the groups one could work out those that are not told.

    >>> of = told_apart({"teacher": ["yes"] * 6, "counselor": ["no"] * 2, "principal": ["yes"], "aide": ["no"] * 2})
    >>> of["teacher"].counts, of[""].counts
    ([6, 0, 0], [1, 0, 4])
    >>> told_apart({"teacher": ["yes"] * 6, "counselor": ["no"] * 4}).keys()
    dict_keys(['teacher'])
    """
    enough = {group: told(said) for group, said in groups.items() if len(said) >= FEWEST}
    rest = [answer for group, said in groups.items() if group not in enough for answer in said]
    return enough | ({"": told(rest)} if len(rest) >= FEWEST else {})


def weeks_until(monday: datetime.date) -> list[datetime.date]:
    """The Mondays of the last weeks, this one first."""
    return [monday - datetime.timedelta(weeks=n) for n in range(WEEKS)]
