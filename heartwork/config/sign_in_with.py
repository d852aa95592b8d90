"""Which other systems of the district sign people in: read from the operator's sign-in.toml in the data folder."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

MATCHES = ("email", "username", "source_id")  # by what of the roster a person is found
KINDS = {"openid": "openid_connect", "saml": "saml"}


class Unusable(ValueError):
    """The file says something that we cannot use. The message says what, and how to mend it."""


@dataclass(frozen=True)
class System:
    """One system that signs people in: Google Workspace, Microsoft Entra, ClassLink, Clever, or any like them."""

    name: str  # in the address
    label: str  # on the button
    kind: str  # openid or saml
    match: str  # by what of the roster a person is found: one of MATCHES
    claim: str  # under which name the system tells it
    domains: frozenset[str]  # the addresses that it vouches for end so; empty unless match is "email"
    takes_unverified: bool  # takes addresses that it calls unverified: Clever calls every one so
    require: dict[str, str]  # what it must say of everyone: the district's number there
    app: dict[str, Any] = field(repr=False)  # as django-allauth wants to have it


def read(path: Path) -> dict[str, System]:
    """The systems by name; none when there is no file. Raises Unusable."""
    if not path.exists():
        return {}
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Unusable(f"{path} is not TOML: {error}.") from error
    return {name: _system(name, table, path) for name, table in tables.items()}


def _system(name: str, table: Any, path: Path) -> System:
    def wrong(what: str) -> Unusable:
        return Unusable(f"{path}, [{name}]: {what}")

    if not isinstance(table, dict) or not name.isascii() or not name.replace("-", "").isalnum():
        raise wrong("a system is a table with a short name of letters, digits and hyphens.")
    if table.get("kind") not in KINDS:
        raise wrong('kind must be "openid" or "saml".')
    match = table.get("match", "email")
    if match not in MATCHES:
        raise wrong(f"match must be one of {', '.join(MATCHES)}.")
    domains = frozenset(str(domain).lower() for domain in table.get("domains", []))
    if match == "email" and not domains:
        raise wrong('domains is missing: ["district.example"], the ends of the addresses that this system vouches for.')
    if table.get("takes_unverified") and not table.get("require"):
        raise wrong("takes_unverified is safe only with require, which names your district there.")
    settings = _openid(table, wrong) if table["kind"] == "openid" else _saml(table, wrong)
    label = str(table.get("label", name))
    app = {"provider_id": name, "name": label, "settings": settings}
    app |= {"client_id": name if table["kind"] == "saml" else table["client_id"], "secret": table.get("secret", "")}
    return System(
        name=name,
        label=label,
        kind=table["kind"],
        match=match,
        claim=table.get("claim", "email"),
        domains=domains,
        takes_unverified=table.get("takes_unverified") is True,
        require={key: str(value) for key, value in table.get("require", {}).items()},
        app=app,
    )


def _needs_https(address: Any) -> bool:
    """Whether an address must not be used: what signs people in is asked over https, or on this machine."""
    parts = urlsplit(str(address))
    return parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost")


def _openid(table: dict[str, Any], wrong: Any) -> dict[str, Any]:
    for key in ("server", "client_id", "secret"):
        if not table.get(key):
            raise wrong(f"{key} is missing; the system's administrator page shows it.")
    if _needs_https(table["server"]):
        raise wrong("server must begin with https://")
    return {
        "server_url": table["server"].rstrip("/"),
        "oauth_pkce_enabled": table.get("pkce", True),
        "fetch_userinfo": table.get("fetch_userinfo", True),
    }


def _saml(table: dict[str, Any], wrong: Any) -> dict[str, Any]:
    for key in ("entity_id", "sso_url", "certificate"):
        if not table.get(key):
            raise wrong(f"{key} is missing; it stands in the metadata of the system that signs people in.")
    if _needs_https(table["sso_url"]):
        raise wrong("sso_url must begin with https://")
    return {
        "idp": {"entity_id": table["entity_id"], "sso_url": table["sso_url"], "x509cert": table["certificate"]},
        "attribute_mapping": {"uid": table.get("uid", "urn:oasis:names:tc:SAML:attribute:subject-id")},
        # Signed assertions only, asked for by us, and not older than the algorithms of today.
        "advanced": {
            "strict": True,
            "want_assertion_signed": True,
            "want_attribute_statement": False,
            "reject_deprecated_algorithm": True,
            "reject_idp_initiated_sso": True,
        },
    }


def for_allauth(systems: Mapping[str, System]) -> dict[str, dict[str, Any]]:
    """The systems as django-allauth's setting SOCIALACCOUNT_PROVIDERS."""
    return {
        provider: {"APPS": [each.app for each in systems.values() if each.kind == kind]}
        for kind, provider in KINDS.items()
    }
