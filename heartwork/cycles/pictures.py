"""Drawn here, as SVG: the driver diagram and the staircase of a ramp. The same stands beside them as lists."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_lazy, ngettext

from heartwork.cycles.models import ChangeIdea, Cycle, Problem

if TYPE_CHECKING:
    from heartwork.cycles.queries import Branch

WIDTH, GAP, PAD, LINE = 1160, 36, 10, 18
COLUMNS = (220, 250, 270, 312)  # the aim, primary drivers, secondary drivers, ideas
LETTER = 7.4  # how wide a letter is on average, at the size of these texts
LEAST = 40  # the lowest box


@dataclass
class Box:
    """A box with its words, and what it is joined to on its right."""

    text: str
    kind: str  # aim, driver, idea
    column: int
    small: str = ""  # a line below: the measure, the state
    is_bare: bool = False  # nothing hangs on it
    children: list["Box"] = field(default_factory=list)
    also: list["Box"] = field(default_factory=list)  # joined to, but placed under another
    top: float = 0.0

    @property
    def lines(self) -> list[str]:
        """The words, broken to the width of the column."""
        return _broken(self.text, self.width)

    @property
    def small_lines(self) -> list[str]:
        """The line below, broken too."""
        return _broken(self.small, self.width + 20)

    @property
    def width(self) -> int:
        """As wide as its column."""
        return COLUMNS[self.column]

    @property
    def left(self) -> int:
        """Where its column begins."""
        return sum(COLUMNS[: self.column]) + GAP * self.column

    @property
    def height(self) -> float:
        """As high as its words."""
        return max(LEAST, 2 * PAD + LINE * (len(self.lines) + len(self.small_lines)))

    @property
    def middle(self) -> float:
        """Half its height, from above."""
        return self.top + self.height / 2


def _broken(text: str, width: float) -> list[str]:
    return textwrap.wrap(text, max(8, int((width - 2 * PAD) / LETTER)), break_long_words=True)


def _place(box: Box, top: float) -> float:
    """Place a box and all to its right from `top` down; gives back where the next one may begin."""
    end = top
    for child in box.children:
        end = _place(child, end)
    if not box.children:
        box.top = top
        return top + box.height + 12
    first, last = box.children[0], box.children[-1]
    box.top = max(top, (first.middle + last.middle) / 2 - box.height / 2)
    return max(end, box.top + box.height + 12)


def _every(box: Box) -> list[Box]:
    return [box, *(each for child in box.children for each in _every(child))]


def driver_diagram(problem: Problem, branches: Sequence["Branch"], loose: Sequence[ChangeIdea]) -> SafeString:
    """The aim on the left, what moves it, what moves that, and what could be done differently on the right.

    A driver on which nothing hangs is dashed, and says so.
    """
    seen: dict[int, Box] = {}

    def idea_box(idea: ChangeIdea, parent: Box) -> None:
        if idea.pk in seen:
            parent.also.append(seen[idea.pk])
            return
        seen[idea.pk] = Box(idea.text, "idea", 3, idea.state_words)
        parent.children.append(seen[idea.pk])

    def branch_box(branch: "Branch", column: int) -> Box:
        small = ", ".join(measure.name for measure in branch.measures)
        small = gettext("measured by: %(names)s") % {"names": small} if small else ""
        if branch.is_bare:
            small = f"{small}. " if small else ""
            small += gettext("no idea yet")
        box = Box(branch.driver.text, "driver", column, small, branch.is_bare)
        for each in branch.branches:
            box.children.append(branch_box(each, 2))
        for idea in branch.ideas:
            idea_box(idea, box)
        return box

    aim = Box(problem.aim or gettext("No aim yet"), "aim", 0, _goal(problem), not problem.aim)
    aim.children = [branch_box(branch, 1) for branch in branches]
    bottom = _place(aim, 34)
    boxes = _every(aim)
    for idea in loose:
        box = Box(idea.text, "idea", 3, f"{idea.state_words}. {gettext('Under no driver yet')}", True, top=bottom)
        boxes.append(box)
        bottom += box.height + 12
    heads = (gettext("Aim"), gettext("What moves it"), gettext("What moves that"), gettext("What we could do"))
    parts = [
        format_html('<text class="head" x="{}" y="16">{}</text>', sum(COLUMNS[:i]) + GAP * i, word)
        for i, word in enumerate(heads)
    ]
    parts += [_link(box, other) for box in boxes for other in (*box.children, *box.also)]
    parts += [_drawn(box) for box in boxes]
    title = gettext("Driver diagram: %(name)s") % {"name": problem.name}
    drivers = sum(box.kind == "driver" for box in boxes)
    count = ngettext("One driver, %(ideas)s", "%(n)d drivers, %(ideas)s", drivers)
    ideas = ngettext("one idea.", "%(n)d ideas.", len(seen) + len(loose)) % {"n": len(seen) + len(loose)}
    return _svg(
        WIDTH, bottom, "map drivers", f"drivers-{problem.pk}", title, count % {"n": drivers, "ideas": ideas}, parts
    )


def _goal(problem: Problem) -> str:
    words = problem.aim_measure.name if problem.aim_measure else ""
    if problem.aim_goal is not None:
        words = f"{words}: {problem.aim_goal:g}" if words else f"{problem.aim_goal:g}"
        words += " %" if problem.aim_measure and problem.aim_measure.data == "proportion" else ""
    return words


def _link(box: Box, other: Box) -> SafeString:
    x1, y1, x2, y2 = box.left + box.width, box.middle, other.left, other.middle
    bend = min(GAP, x2 - x1) / 2
    straight = x2 - 2 * bend
    path = f"M{x1:g} {y1:.1f}H{straight:g}C{straight + bend:g} {y1:.1f} {x2 - bend:g} {y2:.1f} {x2:g} {y2:.1f}"
    return format_html('<path class="link" d="{}"/>', path)


def _drawn(box: Box) -> SafeString:
    y = box.top + (box.height - LINE * (len(box.lines) + len(box.small_lines))) / 2 + 13
    shape = format_html(
        '<rect class="box {}{}" x="{}" y="{}" width="{}" height="{}" rx="12"/>',
        box.kind,
        " orphan" if box.is_bare else "",
        box.left,
        f"{box.top:.1f}",
        box.width,
        f"{box.height:.1f}",
    )
    return mark_safe("".join([shape, *_words(box, y)]))  # noqa: S308 – each part is escaped


def _words(box: Box, y: float) -> list[SafeString]:
    said = [("", line) for line in box.lines]
    said += [("why" if box.is_bare else "sub", line) for line in box.small_lines]
    return [
        format_html('<text class="{}" x="{}" y="{}">{}</text>', name, box.left + PAD, f"{y + LINE * i:.1f}", line)
        for i, (name, line) in enumerate(said)
    ]


def _svg(width: float, height: float, kind: str, key: str, title: str, told: str, parts: Sequence[str]) -> SafeString:
    head = format_html(
        '<svg class="{}" viewBox="-1 -1 {} {}" role="img" aria-labelledby="{}-t {}-d"><title id="{}-t">{}</title>'
        '<desc id="{}-d">{}</desc>',
        kind, width + 2, round(height) + 2, key, key, key, title, key, told,
    )  # fmt: skip
    return mark_safe(head + "".join(parts) + "</svg>")  # noqa: S308 – each part is escaped


# -- the staircase

STEP_WIDE, STEP_HIGH, STAIR_TOP = 72, 32, 34
FLAG_WIDE, FLAG_HIGH = 22, 20
SHORT = {
    "student": gettext_lazy("student"),
    "class": gettext_lazy("class"),
    "grade": gettext_lazy("grade"),
    "school": gettext_lazy("school"),
    "district": gettext_lazy("district"),
}


def staircase(cycles: Sequence[Cycle], here: int) -> SafeString:
    """Five steps from one student to the district; each cycle of a ramp stands on its own, by a number."""
    scales = list(Cycle.Scale.values)
    width, bottom = STEP_WIDE * len(scales), STAIR_TOP + STEP_HIGH * (len(scales) - 1) + 30
    heads = {scale: STAIR_TOP + STEP_HIGH * (len(scales) - 1 - i) for i, scale in enumerate(scales)}
    outline = "".join(f"V{heads[scale]}H{STEP_WIDE * (i + 1)}" for i, scale in enumerate(scales))
    parts = [format_html('<path class="stairs" d="M0 {}{}V{}H0Z"/>', bottom, outline, bottom)]
    places: dict[int, tuple[int, int]] = {}
    for i, scale in enumerate(scales):
        label = '<text class="tick-label" x="{}" y="{}">{}</text>'
        parts.append(format_html(label, STEP_WIDE * i + 6, heads[scale] + 19, SHORT[scale]))
        on_step = [cycle for cycle in cycles if cycle.scale == scale]
        apart = (STEP_WIDE - 2) / max(3, len(on_step))
        for order, cycle in enumerate(on_step):
            places[cycle.pk] = round(STEP_WIDE * i + 1 + apart * (order + 0.5)), heads[scale] - 13
    parts += [_climb(places[c.follows_id], places[c.pk]) for c in cycles if c.follows_id in places]
    for order, cycle in enumerate(cycles, 1):
        parts.append(_flag(order, places[cycle.pk], "here" if cycle.pk == here else cycle.state))
    told = ", ".join(f"{order}: {cycle.scale_words}" for order, cycle in enumerate(cycles, 1))
    return _svg(width, bottom, "chart ramp", f"ramp-{here}", gettext("From one student to the district"), told, parts)


def _climb(before: tuple[int, int], after: tuple[int, int]) -> SafeString:
    return format_html('<path class="climb" d="M{} {}L{} {}"/>', *before, *after)


def _flag(number: int, place: tuple[int, int], state: str) -> SafeString:
    x, y = place
    return format_html(
        '<rect class="flag {0}" x="{1}" y="{2}" width="{6}" height="{7}" rx="5"/>'
        '<text class="flag-number {0}" x="{3}" y="{4}">{5}</text>',
        state, x - FLAG_WIDE // 2, y - FLAG_HIGH // 2, x, y + 5, number, FLAG_WIDE, FLAG_HIGH,
    )  # fmt: skip
