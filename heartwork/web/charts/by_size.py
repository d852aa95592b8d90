"""Groups by their size in a funnel: each against what its size alone lets one expect."""

from collections.abc import Sequence

from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from heartwork.analysis.funnel import Funnel
from heartwork.web.charts.canvas import NARROW, WIDE, Canvas, Size, Spot, crosses, left_of, scale, upright
from heartwork.web.charts.figure import Figure, Table, own_words
from heartwork.web.charts.sentences import hidden_words
from heartwork.web.charts.units import NUMBER, PERCENT, Unit, about, number
from heartwork.web.constellation import wrap


def funnel(
    result: Funnel,
    names: Sequence[str],
    sizes: Sequence[float],
    *,
    ident: str,
    title: str,
    unit: Unit = PERCENT,
    counted: str = "",
    hidden: Sequence[str] = (),
) -> Figure:
    """Groups by size, each against what its size alone lets one expect. names and sizes: of `result.groups`, in order.

    counted: what a size counts ("Students"). hidden: names of groups too small to be shown, of which nothing is given.
    """
    counted = counted or gettext("Size of the group")
    words = _funnel_words(result, names, unit, len(hidden))
    rows = []
    for n, (name, size, group) in enumerate(zip(names, sizes, result.groups, strict=True), 1):
        named = gettext("%(number)s. %(name)s") % {"number": n, "name": name}
        if group.y is None or group.lower is None or group.upper is None:
            rows.append((named, about(round(size)), gettext("no data"), "", ""))
            continue
        lower, upper = unit.words(group.lower * unit.factor), unit.words(group.upper * unit.factor)
        note = gettext("Differs by more than chance") if group.is_outside else ""
        expected = gettext("%(lower)s and %(upper)s") % {"lower": lower, "upper": upper}
        rows.append((named, about(round(size)), unit.words(group.y * unit.factor), expected, note))
    rows += [(name, "", hidden_words(), "", "") for name in hidden]
    headings = gettext("Group"), counted, gettext("Value"), gettext("By chance, between"), gettext("Note")
    caption = [
        gettext("Each dot is a group, numbered as in the table. The fewer people it has, the more chance moves it.")
    ]
    if result.groups:
        caption.append(gettext("Nearly all groups lie between the full lines by chance; 19 of 20 between the dashed."))
    if result.tau2:
        caption.append(gettext("As a whole the groups differ by more than chance; the lines allow for that."))
    if "few_groups" in result.warnings:
        caption.append(gettext("With fewer than ten groups, look at each over time as well."))

    def drawn(size: Size) -> SafeString:
        own = f"{ident}-{size.kind}"
        return _draw_funnel(result, names, sizes, size, unit, counted).svg(own, title, words)

    return Figure(ident, title, words, drawn(WIDE), drawn(NARROW), Table(headings, tuple(rows)), caption=tuple(caption))


def _funnel_words(result: Funnel, names: Sequence[str], unit: Unit, hidden: int) -> str:
    measured = [(name, group) for name, group in zip(names, result.groups, strict=True) if group.y is not None]
    if result.centre is None or not measured:
        return gettext("No numbers yet: *the first ones begin this chart*.")
    usual = unit.words(result.centre * unit.factor)
    far = [(name, group.y or 0.0) for name, group in measured if group.is_outside]
    if far:
        told_of = [
            gettext("%(name)s (%(value)s)") % {"name": own_words(name), "value": unit.words(y * unit.factor)}
            for name, y in far
        ]
        out = ngettext(
            "*%(names)s lies farther from the usual %(usual)s than chance explains.*",
            "*These lie farther from the usual %(usual)s than chance explains: %(names)s.*",
            len(far),
        ) % {"names": ", ".join(told_of), "usual": usual}
        if rest := len(measured) - len(far):
            out += " " + ngettext(
                "The other differs no more than its size lets one expect.",
                "The other %(count)s differ no more than their size lets one expect.",
                rest,
            ) % {"count": rest}
    else:
        out = gettext("*No group stands out*: all lie around %(usual)s, as near as their size lets one expect.") % {
            "usual": usual
        }
    if hidden:
        out += " " + _hidden_count(hidden)
    return out


def _hidden_count(hidden: int) -> str:
    return ngettext(
        "%(count)s group is hidden to protect privacy.", "%(count)s groups are hidden to protect privacy.", hidden
    ) % {"count": hidden}


def _draw_funnel(
    result: Funnel, names: Sequence[str], sizes: Sequence[float], size: Size, unit: Unit, counted: str
) -> Canvas:
    canvas = Canvas(size)
    by = unit.factor
    groups = sorted(
        (whole, n, group)
        for n, (whole, group) in enumerate(zip(sizes, result.groups, strict=True))
        if group.y is not None
    )
    lines = [
        [(whole, line * by) for whole, _, group in groups if (line := getattr(group, name)) is not None]
        for name in ("lower", "upper", "near_lower", "near_upper")
    ]
    values = [y for line in lines for _, y in line] + [(group.y or 0.0) * by for _, _, group in groups]
    marks = scale(values, unit, size.ticks, 14, 14 + size.plot)
    left = left_of(marks, unit, size.font)
    right = size.width - size.right
    across = scale(
        [0.0, max((whole for whole, _, _ in groups), default=1.0)], NUMBER, 6 if size.kind == "wide" else 4, 0, 1
    )
    canvas.height = marks.bottom + 2 * size.font + 24

    def x(whole: float) -> float:
        return left + (right - left) * (whole - across.low) / (across.high - across.low)

    upright(canvas, marks, unit, left, right)
    for mark, words in zip(across.marks, NUMBER.on_axis(across.marks, across.decimals), strict=True):
        canvas.place(
            "tick-label",
            words,
            [(x(mark), marks.bottom + size.font + 6, "middle"), (right, marks.bottom + size.font + 6, "end")],
        )
    canvas.write(
        "tick-label", wrap(counted, size.font, right - left, 1)[0], ((left + right) / 2, canvas.height - 8, "middle")
    )
    for kind, line in zip(("far", "far", "near", "near"), lines, strict=True):
        if len(line) > 1:
            canvas.line(kind, [(x(whole), marks.y(y)) for whole, y in line])
    drawn = [[(x(whole), marks.y(y)) for whole, y in line] for line in lines]
    if result.centre is not None:
        drawn.append([(left, marks.y(result.centre * by)), (right, marks.y(result.centre * by))])
        centre = marks.y(result.centre * by)
        canvas.draw(f'<path class="centre" d="M{left:.1f} {centre:.1f}H{right:.1f}"/>')
        usual = gettext("Usual %(value)s") % {"value": unit.words(result.centre * by)}
        spots: list[Spot] = [(right + 10, centre + 5, "start")] if size.kind == "wide" else []
        canvas.place("on-centre", usual, [*spots, (right, centre - 6, "end"), (left + 4, centre - 6, "start")])
    dots = []
    for whole, _, group in groups:
        r, at, y = (size.ring if group.is_outside else size.dot), x(whole), marks.y((group.y or 0.0) * by)
        canvas.draw(f'<circle class="{"special" if group.is_outside else "dot"}" cx="{at:.1f}" cy="{y:.1f}" r="{r}"/>')
        dots.append((at - r, y - r, at + r, y + r))
    for is_outside in (True, False):  # those that stand out have the first choice
        for whole, n, group in groups:
            if group.is_outside != is_outside:
                continue
            at, y, near = x(whole), marks.y((group.y or 0.0) * by), size.ring + 5
            spots = [(at + near, y + 5, "start"), (at - near, y + 5, "end"), (at, y - near - 3, "middle")]
            spots.append((at, y + near + size.font * 0.75, "middle"))
            kind = "on-special" if is_outside else "name"
            full = gettext("%(number)s. %(name)s") % {"number": n + 1, "name": names[n]}
            choices = [full, number(n + 1)] if is_outside or size.kind == "wide" else [number(n + 1)]
            tries = [(words, spot) for words in choices for spot in spots]
            if not is_outside:  # where a group stands out, its name matters more than a line that it covers
                tries.sort(key=lambda one: any(crosses(canvas.box(*one), line) for line in drawn))
            any(canvas.place(kind, words, [spot], dots) for words, spot in tries)
    return canvas
