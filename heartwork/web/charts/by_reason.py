"""Reasons by how often they came (a Pareto chart): what the few at the top make up together."""

from collections.abc import Sequence

from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from heartwork.analysis.groups import ParetoBar
from heartwork.web.charts.canvas import NARROW, WIDE, Canvas, Size
from heartwork.web.charts.figure import Figure, Table
from heartwork.web.charts.sentences import hidden_words, names_of
from heartwork.web.charts.units import PERCENT, number
from heartwork.web.constellation import text_width, wrap

MOST_OF_ALL = 0.8  # the share that the few reasons at the top make up


def pareto(bars: Sequence[ParetoBar], *, ident: str, title: str, what: str = "", hidden: Sequence[str] = ()) -> Figure:
    """Reasons, most frequent first, and what the few at the top make up together.

    bars: as `analysis.groups.pareto` orders them. what: the heading of the reasons. hidden: reasons given by too few.
    """
    what = what or gettext("Reason")
    few = _few(bars)
    whole = number(sum(bar.count for bar in bars))
    share = PERCENT.words(bars[few - 1].cumulative_share * 100) if few else ""
    if not bars:
        words = gettext("No numbers yet: *the first ones begin this chart*.")
    elif few:
        words = ngettext(
            "*%(names)s makes up %(share)s* of %(whole)s.", "*%(names)s make up %(share)s* of %(whole)s.", few
        ) % {"names": names_of(bar.name for bar in bars[:few]), "share": share, "whole": whole}
    else:
        words = gettext("*No few reasons stand out* among %(whole)s.") % {"whole": whole}
    if hidden:
        words += " " + ngettext(
            "%(count)s reason is hidden to protect privacy.",
            "%(count)s reasons are hidden to protect privacy.",
            len(hidden),
        ) % {"count": len(hidden)}
    rows = [
        (bar.name, number(bar.count), PERCENT.words(bar.share * 100), PERCENT.words(bar.cumulative_share * 100))
        for bar in bars
    ]
    rows += [(name, hidden_words(), "", "") for name in hidden]
    headings = what, gettext("How often"), gettext("Share"), gettext("Share down to here")

    def drawn(size: Size) -> SafeString:
        own = f"{ident}-{size.kind}"
        return _draw_pareto(bars, few, hidden, size).svg(own, title, words)

    said = gettext("Most frequent first. The share beside each bar is what it and all above it make up.")
    if hidden:
        said += " " + gettext("Shares are of the reasons that are shown.")
    return Figure(
        ident, title, words, drawn(WIDE), drawn(NARROW), Table(headings, tuple(rows)), caption=(said,) if bars else ()
    )


def _few(bars: Sequence[ParetoBar]) -> int:
    """How many reasons from the top make up most of all; 0 when those are more than half of the reasons."""
    needed = next((n for n, bar in enumerate(bars, 1) if bar.cumulative_share >= MOST_OF_ALL - 1e-9), 0)
    return needed if needed * 2 <= len(bars) or needed == 1 else 0


def _draw_pareto(bars: Sequence[ParetoBar], few: int, hidden: Sequence[str], size: Size) -> Canvas:
    canvas = Canvas(size)
    font, is_wide = size.font, size.kind == "wide"
    ends = (
        [
            gettext("%(count)s · %(share)s down to here")
            % {"count": number(bar.count), "share": PERCENT.words(bar.cumulative_share * 100)}
            for bar in bars
        ]
        if is_wide
        else [
            gettext("%(count)s · %(share)s")
            % {"count": number(bar.count), "share": PERCENT.words(bar.cumulative_share * 100)}
            for bar in bars
        ]
    )
    ends += [hidden_words()] * len(hidden)
    names = [bar.name for bar in bars] + list(hidden)
    room = size.width * 0.3 if is_wide else size.width - 8
    left = 4 + min(room, max((text_width(name, font) for name in names), default=0)) + 12 if is_wide else 2.0
    longest = size.width - left - max((text_width(end, font) for end in ends), default=0) - 14
    most = max((bar.count for bar in bars), default=1)
    thick, row = (20.0, 34.0) if is_wide else (16.0, 46.0)
    y = 10.0
    canvas.height = 1e9
    for n, (name, end) in enumerate(zip(names, ends, strict=True)):
        top = y if is_wide else y + font + 6
        if is_wide:
            canvas.write("about", wrap(name, font, room, 1)[0], (left - 10, y + thick / 2 + 5, "end"))
        else:
            canvas.write("about", wrap(name, font, room, 1)[0], (left, y + font, "start"))
        if n < len(bars):
            long = max(2.0, longest * bars[n].count / most)
            kind = "bar many" if n < few else "bar"
        else:
            long, kind = longest * 0.3, "unseen"
        canvas.draw(f'<rect class="{kind}" x="{left:.1f}" y="{top:.1f}" width="{long:.1f}" height="{thick}" rx="3"/>')
        canvas.write("tick-label", end, (left + long + 8, top + thick / 2 + 5, "start"))
        y += row
        if few and n == few - 1 and len(names) > few:
            canvas.draw(f'<path class="near" d="M0 {y - 3:.1f}H{size.width:.1f}"/>')
            y += 8
    canvas.height = y
    return canvas
