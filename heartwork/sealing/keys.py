"""The district's keys: files in a folder apart from the database, and in no backup."""

import fcntl
import functools
import os
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

BYTES = 32
ENDING = ".key"
ID_LENGTH = 28  # 20260224-101500000000-a1b2c3: when it was made, and what tells two districts' keys apart


class KeyMissing(Exception):
    """Something was sealed under a key that is not in the folder of keys. `key_id` names it."""

    def __init__(self, key_id: str) -> None:
        super().__init__(
            f"The key {key_id} is not in {settings.KEYS}. Put the file {key_id}{ENDING} back there, from where the"
            " district keeps its keys; nothing that was sealed under it can be read without it."
        )
        self.key_id = key_id


class KeyUnreadable(Exception):
    """A file in the folder of keys does not hold a key."""


@dataclass(frozen=True)
class Key:
    """One key of the district. Never shown: its repr names it and no more."""

    id: str
    _bytes: bytes

    def __repr__(self) -> str:
        return f"<Key {self.id}>"

    @functools.lru_cache(maxsize=32)  # noqa: B019 – the few keys of a district live as long as the process
    def for_use(self, purpose: str) -> bytes:
        """A key of 32 bytes for one purpose alone, so that no two uses share one (HKDF, RFC 5869)."""
        return HKDF(algorithm=SHA256(), length=BYTES, salt=None, info=f"heartwork {purpose}".encode()).derive(
            self._bytes
        )


def keys() -> Mapping[str, Key]:
    """Every key in the folder by its id, oldest first. Read anew when the folder changes."""
    folder = Path(settings.KEYS)
    try:
        changed = folder.stat().st_mtime_ns
    except FileNotFoundError:
        return {}
    return _read(folder, changed)


@functools.lru_cache(maxsize=4)
def _read(folder: Path, changed: int) -> Mapping[str, Key]:
    return {path.stem: Key(path.stem, _bytes_of(path)) for path in sorted(folder.glob(f"*{ENDING}"))}


def _bytes_of(path: Path) -> bytes:
    try:
        found = urlsafe_b64decode(path.read_text().strip())
    except ValueError:
        found = b""
    if len(found) != BYTES:
        raise KeyUnreadable(f"{path} does not hold a key. Put the file back as it was; a key is never written by hand.")
    return found


def key(key_id: str) -> Key:
    """The key of this id. Raises KeyMissing."""
    found = keys().get(key_id)
    if found is None:
        _read.cache_clear()  # a file put back within the same tick of the folder's clock
        found = keys().get(key_id)
    if found is None:
        raise KeyMissing(key_id)
    return found


def current() -> Key:
    """The key under which new words are sealed: the youngest. Made when there is none yet."""
    return _youngest() or _make_first()


def _youngest() -> Key | None:
    return next(reversed(list(keys().values())), None)


def _make_first() -> Key:
    """Two processes that begin at once make one key between them."""
    folder = Path(settings.KEYS)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _read.cache_clear()
        return _youngest() or make()


def make() -> Key:
    """Make a key, which is the current one from now on; what was sealed before stays under the older ones.

    The file is whole before it has its name, and no other account may read it.
    """
    folder = Path(settings.KEYS)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = f"{datetime.now(UTC):%Y%m%d-%H%M%S%f}-{secrets.token_hex(3)}"
    unfinished, path = folder / f".{made}", folder / f"{made}{ENDING}"
    with os.fdopen(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(urlsafe_b64encode(secrets.token_bytes(BYTES)) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)
    of_folder = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(of_folder)
    finally:
        os.close(of_folder)
    _read.cache_clear()
    return key(made)
