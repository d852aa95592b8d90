"""What the periods of a chart are called: in a sentence, on an axis, and counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Literal

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, ngettext

from heartwork.analysis.points import Label

LONG = 330  # days; a chart of more says the year too


@dataclass(frozen=True)
class Periods:
    """One point every week, month or day, or each time something was counted. names: for labels that are no dates."""

    every: Literal["week", "month", "day", "time"] = "week"
    names: Mapping[Label, str] = field(default_factory=dict)
    says_year: bool = False

    def over(self, labels: Sequence[Label]) -> "Periods":
        """The same for a chart of these labels, saying the year where they reach farther than one."""
        dates = [label for label in labels if isinstance(label, date)]
        return replace(self, says_year=True) if dates and (dates[-1] - dates[0]).days > LONG else self

    def full(self, label: Label) -> str:
        """The period in a sentence: "September 1"."""
        if label in self.names or not isinstance(label, date):
            return self.names.get(label, str(label))
        return _date(label, "full", self.says_year, get_language())

    def shorts(self, labels: Sequence[Label]) -> list[str]:
        """The periods on an axis: "Sep 1"."""
        language = get_language()
        return [
            _date(label, "short", self.says_year, language)
            if isinstance(label, date) and label not in self.names
            else self.names.get(label, str(label))
            for label in labels
        ]

    def span(self, since: Label, until: Label) -> str:
        """From one to the other, or one alone: "October 6 to November 3"."""
        if since == until:
            return self.full(since)
        return gettext("%(since)s to %(until)s") % {"since": self.full(since), "until": self.full(until)}

    def count(self, count: int) -> str:
        """So many of them: "7 weeks"."""
        if self.every == "week":
            words = ngettext("%(count)s week", "%(count)s weeks", count)
        elif self.every == "month":
            words = ngettext("%(count)s month", "%(count)s months", count)
        elif self.every == "day":
            words = ngettext("%(count)s day", "%(count)s days", count)
        else:
            words = ngettext("%(count)s time", "%(count)s times", count)
        return words % {"count": count}

    @property
    def heading(self) -> str:
        """What a column of them is called."""
        headings = {"week": gettext("Week of"), "month": gettext("Month"), "day": gettext("Day")}
        return headings.get(self.every) or gettext("When")


WEEKS = Periods()


@lru_cache(maxsize=8192)  # a school year has few weeks, and formatting a date is slow
def _date(day: date, how: str, says_year: bool, language: str | None) -> str:
    if how == "full":
        return date_format(day, "DATE_FORMAT" if says_year else "MONTH_DAY_FORMAT")
    if says_year:
        # Translators: a date format of Django for the axis of a chart: month and year, "Sep 2026"
        return date_format(day, gettext("M Y"))
    # Translators: a date format of Django for the axis of a chart, as short as can be: "Sep 1"
    return date_format(day, gettext("M j"))
