"""Draws the supports around one student: a small sun, three rings of nearness, a sector for each part of a life.

Data in, SVG out; colours, weights and fonts live in heartwork.css. `sky` gives a page everything at once: the wide
picture with labels, the narrow one with numbers, their key, and the same as rows of a table
(web/components/sky.html shows them). The student is the sun. The near ring holds supports for this student alone
(tier 3), the far ring those for everyone (tier 1). A mark's colour and shape are its emphasis; open means on paper and
not seen, dashed seen and on no record, a thread to the sun that the student says it helps. Labels cannot collide
(`solve_column`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape
from itertools import permutations
from math import cos, hypot, radians, sin, sqrt
from typing import Protocol

from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from heartwork.web.words import our_words

SECTORS = 6
EDGES = (0.185, 0.455, 0.735, 1.0)  # of the sun, and of the rings of tier 3, 2 and 1, as shares of the whole
RADII = {3: (EDGES[0] + EDGES[1]) / 2, 2: (EDGES[1] + EDGES[2]) / 2, 1: (EDGES[2] + EDGES[3]) / 2}
TIERS = {1: _("everyone"), 2: _("some students"), 3: _("one student")}
STATES: dict[str, str | Promise] = {
    "": _("on record"),
    "paper": _("on paper, not seen"),
    "unrecorded": _("seen, not recorded"),
}

# The printable ASCII characters by their width, in hundredths of an em, at weight 600.
_BY_WIDTH = {
    20: "'",
    25: ",.:;|",
    26: "j",
    27: "`",
    28: "i",
    30: " !l",
    32: "()",
    33: "[",
    34: "]",
    35: "f",
    36: '"t',
    37: "-r{}",
    39: "_",
    42: "/I\\",
    43: "1",
    48: "*",
    49: "z",
    50: "csy",
    51: "v",
    52: "x",
    53: "7?",
    54: "ak~",
    55: "JL",
    56: "<>Fehnu",
    57: "2^o",
    58: "9g",
    59: "3ETbdpq",
    60: "$+5S",
    62: "468=PZ",
    63: "BVY",
    64: "R",
    65: "CK",
    66: "0A",
    67: "X",
    68: "D",
    69: "U",
    70: "H",
    71: "GN",
    72: "w",
    73: "#&",
    74: "O",
    75: "Q",
    78: "@",
    85: "M",
    87: "m",
    88: "W",
    95: "%",
}
_WIDTHS = {character: width for width, characters in _BY_WIDTH.items() for character in characters}


class Sector(Protocol):
    """A part of a student's life, and its place: 0 to 5, clockwise from the top."""

    code: str
    name: str
    sector: int


class Emphasis(Protocol):
    """What a support sets out to do; its code is also the shape and colour of its mark."""

    code: str
    name: str


@dataclass(frozen=True)
class Mark:
    """A support that bears on a student: tier 1 (everyone) to 3 (this student), domain and emphasis by their codes."""

    name: str
    tier: int
    domain: str
    emphasis: str
    who: str = ""  # in few words: who gives it, how often, since when
    state: str = ""  # "", "paper" or "unrecorded"
    said: str = ""  # of record and ground, where the words of the state are not enough
    helps: bool = False  # the student says so
    href: str = ""  # where the mark leads; in a `sky`, its row of the table
    key: str = ""  # what the page itself calls it by

    @property
    def words(self) -> str:
        """What is said of record and ground."""
        return self.said or str(STATES[self.state])


# -- letters and angles


def text_width(text: str, size: float) -> float:
    """Width in px, with 6 % to spare for fallback fonts."""
    return _units(text) * size / 100 * 1.06


@lru_cache(maxsize=4096)  # the names of supports come back on every page
def _units(text: str) -> float:
    return sum(_WIDTHS.get(c, 62) for c in text)


def wrap(text: str, size: float, room: float, lines: int = 2) -> list[str]:
    """Break at spaces into at most `lines`; what does not fit ends in an ellipsis.

    >>> wrap("Homework help in the library", 15.5, 120)
    ['Homework help', 'in the library']
    """
    rows = [""]
    for word in text.split():
        trial = f"{rows[-1]} {word}".strip()
        if text_width(trial, size) <= room or not rows[-1]:
            rows[-1] = trial
        else:
            rows.append(word)
    if len(rows) > lines:
        rows = [*rows[: lines - 1], " ".join(rows[lines - 1 :]) + "…"]
    for i, row in enumerate(rows):  # a row that is still too wide: the overlong end, or one long word
        while len(row) > 2 and text_width(row, size) > room:
            row = row.rstrip("…")[:-1].rstrip() + "…"
        rows[i] = row
    return rows


def polar(radius: float, angle: float) -> tuple[float, float]:
    """The point at `angle` degrees clockwise from twelve o'clock."""
    return radius * sin(radians(angle)), -radius * cos(radians(angle))


# -- marks

_STAR = [polar((1.22, 0.62)[i % 2], 36 * i) for i in range(10)]
_PLUS = [
    *((-0.4, -1.05), (0.4, -1.05), (0.4, -0.4), (1.05, -0.4), (1.05, 0.4), (0.4, 0.4)),
    *((0.4, 1.05), (-0.4, 1.05), (-0.4, 0.4), (-1.05, 0.4), (-1.05, -0.4), (-0.4, -0.4)),
]
_SHAPES: dict[str, list[tuple[float, float]]] = {
    "skill": [(0, -1.16), (1.12, 0.84), (-1.12, 0.84)],
    "behavior": [(-0.88, -0.88), (0.88, -0.88), (0.88, 0.88), (-0.88, 0.88)],
    "barrier": [(0, -1.22), (1.22, 0), (0, 1.22), (-1.22, 0)],
    "resource": _PLUS,
    "learning": _STAR,
    "other": [polar(1.08, 60 * i) for i in range(6)],
}


def _look(emphasis: str, state: str) -> str:
    """The classes of a mark. An emphasis that the district added itself is a six-sided shape in ink."""
    known = emphasis if emphasis == "relationship" or emphasis in _SHAPES else "other"
    return f"glyph c-{known} {state}".rstrip()


def glyph(emphasis: str, state: str = "", x: float = 0, y: float = 0, r: float = 11, text: str = "") -> str:
    """The shape of an emphasis around (x, y), of like visual weight whatever the shape, as SVG."""
    if emphasis == "relationship":
        body = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}"/>'
    else:
        points = _SHAPES.get(emphasis, _SHAPES["other"])
        body = '<path d="M' + "L".join(f"{x + px * r:.1f} {y + py * r:.1f}" for px, py in points) + 'Z"/>'
    if text:
        lower = 0.62 if emphasis == "skill" else 0.4
        size = r * (1.06 if len(text) < 3 else 0.8)
        body += f'<text x="{x:.1f}" y="{y + r * lower:.1f}" font-size="{size:.1f}">{escape(text)}</text>'
    return f'<g class="{_look(emphasis, state)}">{body}</g>'


@lru_cache(maxsize=256)
def key_glyph(emphasis: str, state: str = "") -> SafeString:
    """A mark of its own, for keys, lists and tables; decoration only, the words stand beside it."""
    shape = glyph(emphasis, state, r=9.5)
    return mark_safe(  # noqa: S308 – our own shapes
        f'<svg class="{_look(emphasis, state)}" viewBox="-14 -14 28 28" aria-hidden="true">{shape}</svg>'
    )


# -- where things go


def solve_column(wanted: Sequence[float], heights: Sequence[float], gap: float = 0) -> list[float]:
    """Centres nearest (least squares) to the wanted ones, in order, that do not overlap: pool adjacent violators.

    wanted and heights: of the same length, in px, from the top. See Barlow et al., "Statistical Inference under Order
    Restrictions" (1972), for the algorithm.

    >>> solve_column([10, 10], [20, 20])
    [0.0, 20.0]
    """
    offset, offsets = 0.0, []
    for i, height in enumerate(heights):
        offset += 0 if i == 0 else (heights[i - 1] + height) / 2 + gap
        offsets.append(offset)
    blocks: list[tuple[float, int]] = []  # sum, count
    for target, shift in zip(wanted, offsets, strict=True):
        blocks.append((target - shift, 1))
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] > blocks[-1][0] / blocks[-1][1]:
            total, count = blocks.pop()
            blocks[-1] = (blocks[-1][0] + total, blocks[-1][1] + count)
    level = [total / count for total, count in blocks for _ in range(count)]
    return [base + shift for base, shift in zip(level, offsets, strict=True)]


Kind = tuple[int, bool]  # tier, and whether a thread leads to the sun: all that matters to where a mark sits


def _distances(order: Sequence[Kind], size: float) -> list[float]:
    """How far from the sun each mark sits: neighbours in one ring a little nearer and a little farther in turn."""
    tiers = [tier for tier, _ in order]
    seen: dict[int, int] = {}
    out = []
    for tier in tiers:
        turn = seen[tier] = seen.get(tier, 0) + 1
        out.append(RADII[tier] + (0 if tiers.count(tier) == 1 else (-1, 1)[turn % 2] * size * 0.8))
    return out


def _step(count: int) -> tuple[float, float]:
    """Of `count` marks in one sector: the space kept free at its edges, and the angle between neighbours."""
    pad = 7 if count < 5 else 4
    return pad, (60 - 2 * pad) / max(count, 1)


def _crowding(order: Sequence[Kind], size: float, turns: Sequence[tuple[float, float]]) -> float:
    """Squared shortfall of every distance under two and a half marks."""
    far = _distances(order, size)
    total = 0.0
    for i, r in enumerate(far):
        for j in range(i):
            q = far[j]
            cosine, sine = turns[i - j]
            apart = sqrt(max(0.0, r * r + q * q - 2 * r * q * cosine))
            if apart < 2.7 * size:
                total += (2.7 * size - apart) ** 2 * (9 if apart < 2.2 * size else 1)
            # A leader passes outward, a thread inward: past neither another mark.
            for inner, outer, helps in ((r, q, order[j][1]), (q, r, order[i][1])):
                if outer > inner and outer * sine < 1.7 * size:
                    total += (1.7 * size - outer * sine) ** 2
                if helps and outer > inner and inner * sine < 1.7 * size:
                    total += (1.7 * size - inner * sine) ** 2
    return total


@lru_cache(maxsize=8192)
def _best_order(kinds: tuple[Kind, ...], size: float) -> tuple[Kind, ...]:
    """The least crowded order of these marks around their sector, clockwise.

    All orders are tried up to five marks; beyond that, exchanges of two are made for as long as one helps. Remembered:
    skies of one district differ little from sector to sector.
    """
    _, step = _step(len(kinds))
    turns = [(cos(radians(step * n)), sin(radians(step * n))) for n in range(len(kinds))]
    if len(kinds) <= 5:
        return min(sorted(set(permutations(kinds))), key=lambda order: _crowding(order, size, turns))
    best, better = list(kinds[::2] + kinds[1::2]), True
    least = _crowding(best, size, turns)
    while better:
        better = False
        start = list(best)
        for i in range(len(start)):
            for j in range(i):
                if start[i] == start[j]:
                    continue
                trial = list(start)
                trial[i], trial[j] = trial[j], trial[i]
                now = _crowding(trial, size, turns)
                if now < least - 1e-9:
                    best, least, better = trial, now, True
    return tuple(best)


def seat(marks: Sequence[Mark], size: float) -> list[tuple[Mark, float, float]]:
    """Give each mark of one sector an angle of its own, so that its leader meets no other mark.

    size: of a mark, as a share of the sky's radius. Returns (mark, angle from the sector's first edge in degrees,
    distance as a share of the radius), clockwise.
    """
    waiting = sorted(marks, key=lambda m: (m.tier, m.helps, m.name), reverse=True)
    order = _best_order(tuple(sorted((m.tier, m.helps) for m in marks)), size)
    pad, step = _step(len(marks))
    out = []
    for i, (kind, distance) in enumerate(zip(order, _distances(order, size), strict=True)):
        at = next(k for k in range(len(waiting) - 1, -1, -1) if (waiting[k].tier, waiting[k].helps) == kind)
        out.append((waiting.pop(at), pad + step * (i + 0.5), distance))
    return out


@dataclass(frozen=True)
class Place:
    """A mark in the sky: its angle and its distance from the sun in px."""

    mark: Mark
    angle: float
    radius: float

    @property
    def point(self) -> tuple[float, float]:
        """Where it is."""
        return polar(self.radius, self.angle)


def _seats(
    marks: Sequence[Mark], sectors: Iterable[Sector], outer: float, growth: float
) -> tuple[dict[int, list[Place]], float]:
    """The places of all marks by sector, and the size of a mark; crowded skies have smaller marks."""
    by_sector = {sector.sector: [m for m in marks if m.domain == sector.code] for sector in sectors}
    crowd = max(map(len, by_sector.values()), default=0)
    share = 0.05 if crowd <= 5 else 0.042 if crowd <= 7 else 0.036 if crowd <= 10 else 0.36 / crowd
    size = share * growth
    seats = {
        at: [Place(mark, at * 60 + angle, far * outer) for mark, angle, far in seat(here, size)]
        for at, here in by_sector.items()
    }
    return seats, size * outer


# -- the picture


def _sector_path(inner: float, outer: float, sector: int) -> str:
    (a, b), (c, d) = polar(outer, sector * 60), polar(outer, sector * 60 + 60)
    (e, f), (g, h) = polar(inner, sector * 60 + 60), polar(inner, sector * 60)
    return (
        f"M{a:.1f} {b:.1f}A{outer} {outer} 0 0 1 {c:.1f} {d:.1f}L{e:.1f} {f:.1f}"
        f"A{inner:.1f} {inner:.1f} 0 0 0 {g:.1f} {h:.1f}Z"
    )


def hatch(ident: str, kind: str) -> str:
    """The sign for "nothing here": thin slanted lines."""
    return (
        f'<pattern id="{ident}" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<path d="M0 0V7" class="{kind}"/></pattern>'
    )


def describe(name: str, marks: Sequence[Mark], domains: Iterable[Sector]) -> str:
    """The picture in a sentence or three, for those who hear it."""
    tiers = {f"tier{t}": sum(m.tier == t for m in marks) for t in TIERS}
    words = {"name": name, "count": len(marks)} | tiers
    if not marks:
        return gettext("No support on record bears on %(name)s.") % words
    said = [
        ngettext(
            "%(count)d support bears on %(name)s: %(tier1)d for everyone, %(tier2)d for some students, "
            "%(tier3)d for %(name)s alone.",
            "%(count)d supports bear on %(name)s: %(tier1)d for everyone, %(tier2)d for some students, "
            "%(tier3)d for %(name)s alone.",
            len(marks),
        )
        % words
    ]
    if empty := [our_words(d.name) for d in domains if all(m.domain != d.code for m in marks)]:
        said.append(gettext("Nothing in: %(domains)s.") % {"domains": ", ".join(empty)})
    if helping := [m.name for m in marks if m.helps]:
        said.append(gettext("%(name)s says these help: %(supports)s.") % {"name": name, "supports": ", ".join(helping)})
    return " ".join(said)


def _linked(mark: Mark, number: int, shape: str, at: tuple[float, float], reach: float, is_spoken: bool) -> str:
    """The mark as a link to its row, with as much room for a finger (up to 44 px) as its neighbours leave."""
    if not mark.href:
        return shape
    x, y = at
    label = gettext("%(number)d. %(name)s: %(words)s") % {"number": number, "name": mark.name, "words": mark.words}
    # On a phone the numbered list beside the picture holds the same links, and is what a keyboard walks.
    how = f'aria-label="{escape(label)}"' if is_spoken else 'tabindex="-1" aria-hidden="true"'
    hit = f'<circle class="hit" cx="{x:.1f}" cy="{y:.1f}" r="{reach:.1f}"/>'
    return f'<a href="{escape(mark.href)}" {how}>{hit}{shape}</a>'


def _ground(ident: str, seats: dict[int, list[Place]], outer: float) -> list[str]:
    """Rings, spokes, the sun, and a hatch over each sector that holds nothing."""
    edges = [outer * share for share in EDGES]
    out = [hatch(f"{ident}-hatch", "empty-line")]
    for tier, edge in zip((1, 2, 3), reversed(edges[1:]), strict=True):
        out.append(f'<circle class="ring ring{tier}" r="{edge:.1f}"/>')
    for at, places in seats.items():
        if not places:
            path = _sector_path(edges[0], outer, at)
            out.append(f'<path class="empty" fill="url(#{ident}-hatch)" d="{path}"/>')
    for i in range(SECTORS):
        x, y = polar(outer + 2, i * 60)
        out.append(f'<path class="spoke" d="M0 0L{x:.1f} {y:.1f}"/>')
    out.append(f'<circle class="halo" r="{edges[0] * 1.28:.1f}"/><circle class="sun" r="{edges[0]:.1f}"/>')
    return out


def _threads(places: Iterable[Place], inner: float) -> list[str]:
    out = []
    for place in places:
        if place.mark.helps:
            (a, b), (x, y) = polar(inner, place.angle), place.point
            out.append(f'<path class="helps" d="M{a:.1f} {b:.1f}L{x:.1f} {y:.1f}"/>')
    return out


def _reaches(places: Sequence[Place], size: float, most: float = 22) -> list[float]:
    """For each place, the radius within which a touch is its own: half the way to its nearest neighbour."""
    points = [place.point for place in places]
    return [
        min([most, *(max(size, hypot(x - u, y - v) / 2) for u, v in points if (u, v) != (x, y))]) for x, y in points
    ]


def _svg(kind: str, ident: str, title: str, desc: str, box: tuple[float, float, float, float], body: str) -> SafeString:
    left, top, width, height = box
    return mark_safe(  # noqa: S308 – every word in it was escaped on its way
        f'<svg class="sky {kind}" viewBox="{left:.0f} {top:.0f} {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}" role="group" aria-labelledby="{ident}-t {ident}-d">'
        f'<title id="{ident}-t">{escape(title)}</title><desc id="{ident}-d">{escape(desc)}</desc>{body}</svg>'
    )


def constellation(
    name: str, marks: Sequence[Mark], ident: str, *, domains: Sequence[Sector], is_narrow: bool = False
) -> SafeString:
    """The supports around one student. Wide, with labels; or narrow, for a phone and for paper, with numbers.

    ident: makes the ids of the picture its own in the page. The numbers are places in `marks`, counted from one.
    """
    draw = _narrow if is_narrow else _wide
    seen = {sector.code for sector in domains}
    return draw(name, [m for m in marks if m.domain in seen], ident, domains)


def _narrow(name: str, marks: Sequence[Mark], ident: str, domains: Sequence[Sector]) -> SafeString:
    outer = 146
    seats, size = _seats(marks, domains, outer, 1.45)
    places = [place for here in seats.values() for place in here]
    number = {id(mark): n for n, mark in enumerate(marks, 1)}
    out = _ground(ident, seats, outer)
    texts = []
    for sector in domains:
        under = 90 < sector.sector * 60 + 30 < 270
        r = outer + (17 if under else 8)
        start, end = polar(r, sector.sector * 60), polar(r, sector.sector * 60 + 60)
        if under:
            start, end = end, start
        word = escape(wrap(our_words(sector.name), 13, r, 1)[0])
        out.append(
            f'<path id="{ident}-{sector.sector}" fill="none" d="M{start[0]:.1f} {start[1]:.1f}'
            f'A{r} {r} 0 0 {int(not under)} {end[0]:.1f} {end[1]:.1f}"/>'
        )
        texts.append(
            f'<text class="rim"><textPath href="#{ident}-{sector.sector}" startOffset="50%">{word}</textPath></text>'
        )
    out += _threads(places, outer * EDGES[0])
    for place, reach in zip(places, _reaches(places, size), strict=True):
        n = number[id(place.mark)]
        shape = glyph(place.mark.emphasis, place.mark.state, *place.point, size, str(n))
        out.append(_linked(place.mark, n, shape, place.point, reach, False))
    room = outer * EDGES[0] * 2 - 6
    out.append(f'<text class="name" y="5" font-size="14">{escape(wrap(name, 14, room, 1)[0])}</text>')
    title = gettext("Supports around %(name)s") % {"name": name}
    box = (-170, -168, 340, 342)
    return _svg("narrow", ident, title, describe(name, marks, domains), box, "".join(out + texts))


def _wide(name: str, marks: Sequence[Mark], ident: str, domains: Sequence[Sector]) -> SafeString:
    outer = 282
    seats, size = _seats(marks, domains, outer, 1)
    places = [place for here in seats.values() for place in here]
    number = {id(mark): n for n, mark in enumerate(marks, 1)}
    top = bottom = 0.0
    column, room = outer + 44, 240
    leaders: list[str] = []
    texts: list[str] = []
    for side in (1, -1):
        items = _column(seats, domains, side, outer, room)
        centres = solve_column([item.wanted for item in items], [item.height for item in items])
        for item, centre in zip(items, centres, strict=True):
            head = centre - item.height / 2
            top, bottom = min(top, head), max(bottom, head + item.height)
            texts += item.drawn(side * column, head, side, room)
            if item.place:
                (a, b) = polar(item.place.radius + size * 1.25, item.place.angle)
                (c, d) = polar(outer + 10, item.place.angle)
                leaders.append(
                    f'<path class="leader" d="M{a:.1f} {b:.1f}L{c:.1f} {d:.1f}'
                    f'L{side * (column - 26)} {head + 13:.1f}H{side * (column - 8)}"/>'
                )
    for tier, word in TIERS.items():
        y = -outer * EDGES[4 - tier] + 18
        texts.append(f'<text class="tier tier{tier}" y="{y:.1f}">{escape(str(word))}</text>')
    out = _ground(ident, seats, outer) + leaders + _threads(places, outer * EDGES[0])
    for place, reach in zip(places, _reaches(places, size), strict=True):
        shape = glyph(place.mark.emphasis, place.mark.state, *place.point, size)
        out.append(_linked(place.mark, number[id(place.mark)], shape, place.point, reach, True))
    inside = wrap(name, 19, outer * EDGES[0] * 2 - 10, 1)[0]
    out.append(f'<text class="name" y="6" font-size="19">{escape(inside)}</text>')
    top, bottom = min(top, -outer) - 12, max(bottom, outer) + 12
    half = column + room + 6
    title = gettext("Supports around %(name)s") % {"name": name}
    box = (-half, top, 2 * half, bottom - top)
    return _svg("wide", ident, title, describe(name, marks, domains), box, "".join(out + texts))


@dataclass(frozen=True)
class _Label:
    """One thing in a column of labels: a domain's heading, "nothing here", or the name of a support."""

    wanted: float  # the centre it would like
    height: float
    heading: str = ""
    place: Place | None = None

    def drawn(self, x: float, head: float, side: int, room: float) -> list[str]:
        """Its texts, from `head` downward."""
        anchor = "start" if side == 1 else "end"

        def text(kind: str, y: float, words: str) -> str:
            return f'<text class="{kind}" x="{x}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'

        if self.heading:
            rule = f'<path class="rule" d="M{x} {head + 32:.1f}h{side * room}"/>'
            return [rule, text("domain", head + 26, wrap(self.heading, 13, room, 1)[0])]
        if self.place is None:
            return [text("nothing", head + 17, gettext("Nothing on record, nothing seen"))]
        mark = self.place.mark
        rows = wrap(mark.name, 15.5, room)
        state = mark.words if mark.state else ""
        sub = " · ".join(filter(None, (state, mark.who)))
        if text_width(sub, 13.5) > room:  # the table has it all
            sub = wrap(state or mark.who, 13.5, room, 1)[0]
        lines = [text("label", head + 18 + 19 * n, row) for n, row in enumerate(rows)]
        return [*lines, text("sub", head + 17 + 19 * len(rows), sub)] if sub else lines


def _column(
    seats: dict[int, list[Place]], domains: Sequence[Sector], side: int, outer: float, room: float
) -> list[_Label]:
    """The labels on one side, from the top: three sectors, each with its heading, in the order of their leaders."""
    names = {sector.sector: our_words(sector.name) for sector in domains}
    items = []
    for at in (0, 1, 2) if side == 1 else (5, 4, 3):
        if at not in names:
            continue
        places = seats[at] if side == 1 else seats[at][::-1]
        here = -cos(radians(at * 60 + 30)) * (outer + 10)
        if not places:
            items += [_Label(here - 14, 38, heading=names[at]), _Label(here + 12, 24)]
            continue
        heights = [-cos(radians(place.angle)) * (outer + 10) for place in places]
        items.append(_Label(heights[0] - 34, 38, heading=names[at]))
        for place, y in zip(places, heights, strict=True):
            items.append(_Label(y, 19 * len(wrap(place.mark.name, 15.5, room)) + 22, place=place))
    return items


def mini(marks: Sequence[Mark], *, domains: Sequence[Sector]) -> SafeString:
    """A thumbnail beside a name: rings and shapes, no words; decoration only."""
    outer = 62
    seats, _ = _seats(marks, domains, outer, 1.6)
    shapes = "".join(
        glyph(place.mark.emphasis, place.mark.state, *place.point, 4.6) for here in seats.values() for place in here
    )
    rings = "".join(f'<circle class="ring ring{tier}" r="{outer * EDGES[4 - tier]:.1f}"/>' for tier in (1, 2, 3))
    return mark_safe(  # noqa: S308 – our own shapes
        f'<svg class="sky mini" viewBox="-64 -64 128 128" aria-hidden="true">{rings}<circle class="sun" r="11.5"/>'
        f"{shapes}</svg>"
    )


# -- all of it, for a page


@dataclass(frozen=True)
class Row:
    """A mark in words: a row of the table, and a line of the numbered list."""

    number: int
    id: str
    mark: Mark
    domain: str
    emphasis: str

    @property
    def reach(self) -> str | Promise:
        """Whom the support is for."""
        return TIERS[self.mark.tier]

    @property
    def picture(self) -> SafeString:
        """The mark alone."""
        return key_glyph(self.mark.emphasis, self.mark.state)


@dataclass(frozen=True)
class KeyEntry:
    """A shape and what it stands for."""

    picture: SafeString
    words: str | Promise


@dataclass(frozen=True)
class Sky:
    """Everything that a page shows of the supports around one student."""

    name: str
    ident: str
    wide: SafeString
    narrow: SafeString
    rows: list[Row]
    sentence: str
    shapes: list[KeyEntry]  # what the shapes mean
    states: list[KeyEntry]  # what open and dashed mean, where they occur
    has_threads: bool


def sky(
    name: str, marks: Iterable[Mark], ident: str, *, domains: Sequence[Sector], emphases: Sequence[Emphasis]
) -> Sky:
    """The supports around one student as pictures, key and table, each mark linked to its row.

    The rows go around the sky clockwise, and within a sector from what is for everyone to what is for one.
    """
    order = {sector.code: sector.sector for sector in domains}
    sectors = {sector.code: our_words(sector.name) for sector in domains}
    does = {emphasis.code: our_words(emphasis.name) for emphasis in emphases}
    known = [mark for mark in marks if mark.domain in order]
    known.sort(key=lambda m: (order[m.domain], m.tier, m.name))
    known = [replace(mark, href=f"#{ident}-{n}") for n, mark in enumerate(known, 1)]
    rows = [
        Row(n, f"{ident}-{n}", mark, sectors[mark.domain], does.get(mark.emphasis, mark.emphasis))
        for n, mark in enumerate(known, 1)
    ]
    states = {mark.state for mark in known}
    said = (("paper", _("open: on paper, not seen")), ("unrecorded", _("dashed: seen, on no record")))
    return Sky(
        name=name,
        ident=ident,
        wide=constellation(name, known, f"{ident}-wide", domains=domains),
        narrow=constellation(name, known, f"{ident}-narrow", domains=domains, is_narrow=True),
        rows=rows,
        sentence=describe(name, known, domains),
        shapes=[KeyEntry(key_glyph(emphasis.code), our_words(emphasis.name)) for emphasis in emphases],
        states=[KeyEntry(key_glyph("relationship", state), words) for state, words in said if state in states],
        has_threads=any(mark.helps for mark in known),
    )
