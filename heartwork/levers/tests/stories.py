"""Supports that tests of levers begin with."""

from typing import Any

from heartwork.supports.models import Kind, Support


def support(name: str, **where: Any) -> Support:
    """One of the inventory, of a school or of the whole district."""
    kind = Kind.objects.get(code="counselor")
    return Support.objects.create(name=name, tier=kind.tier, domain=kind.domain, emphasis=kind.emphasis, **where)
