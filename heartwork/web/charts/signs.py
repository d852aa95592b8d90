"""Small shapes for tables: how a series moved, how its goal lies to it. Our own drawings; words stand beside."""

from dataclasses import dataclass
from functools import lru_cache

from django.utils.safestring import SafeString, mark_safe

_WIGGLE = "M2 12L8 9L14 14L20 10L26 13L32 10L38 12"
_SHAPES = {
    "as_before": f'<path class="edge" d="M2 5H38M2 19H38"/><path class="way" d="{_WIGGLE}"/>',
    "high": '<path class="edge" d="M2 13H38M2 22H38"/><path class="way" d="M2 18L8 16L14 19L20 17"/>'
    '<path class="way strong" d="M20 17L23 7L30 5L38 6"/>',
    "low": '<path class="edge" d="M2 2H38M2 11H38"/><path class="way" d="M2 7L8 5L14 8L20 6"/>'
    '<path class="way strong" d="M20 6L23 17L30 19L38 18"/>',
    "pattern": '<path class="edge" d="M2 5H38M2 19H38"/>'
    '<path class="way strong" d="M2 7L8 17L14 7L20 17L26 7L32 17L38 7"/>',
    "collecting": '<g class="some"><circle cx="5" cy="13" r="2.6"/><circle cx="13" cy="10" r="2.6"/></g>'
    '<g class="none"><circle cx="21" cy="12" r="2.6"/><circle cx="29" cy="12" r="2.6"/>'
    '<circle cx="37" cy="12" r="2.6"/></g>',
    "hidden": '<path class="edge" stroke-dasharray="3 3" d="M2 3H38V21H2Z"/>',
    "within_above": '<path class="goal" d="M2 20H38"/><path class="range" d="M2 4H38V15H2Z"/>',
    "within_below": '<path class="goal" d="M2 4H38"/><path class="range" d="M2 9H38V20H2Z"/>',
    "across": '<path class="edge" d="M2 5H38V19H2Z"/><path class="goal" d="M2 12H38"/>',
}
# A goal that the range lies above is drawn as one that is met from above; not met, the range is hollow.
_SHAPES["short_below"] = '<path class="goal" d="M2 4H38"/><path class="edge" d="M2 10H38V21H2Z"/>'
_SHAPES["short_above"] = '<path class="goal" d="M2 20H38"/><path class="edge" d="M2 3H38V14H2Z"/>'


@dataclass(frozen=True)
class Sign:
    """A shape and its words; the shape is decoration, for the words say it all."""

    picture: SafeString
    words: str


@lru_cache(maxsize=32)
def shape(name: str) -> SafeString:
    """One of the shapes."""
    return mark_safe(  # noqa: S308 – our own shapes
        f'<svg class="sign" viewBox="0 0 40 24" aria-hidden="true">{_SHAPES[name]}</svg>'
    )
