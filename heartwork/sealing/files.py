"""Files sealed as they are written and opened as they are read: uploads that wait, and backups.

A line of its own names the format, the purpose and the district's key; behind it stand the wrapped data key and pieces
of a mebibyte, each sealed with AES-GCM. The number of a piece, and whether it is the last, are its nonce, as in the
STREAM construction (Hoang, Reyhanitabar, Rogaway and Vizár 2015): a piece that is changed, moved, left out or cut off
does not open.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from heartwork.sealing import keys
from heartwork.sealing.seals import TAG, WRAPPED, SealBroken

MAGIC = b"heartwork sealed file 1"
PIECE = 1 << 20
LONGEST_HEADING = 200


class _Sealing(io.RawIOBase):
    """What is written into it goes into `file`, sealed."""

    def __init__(self, file: IO[bytes], purpose: str) -> None:
        key, data_key = keys.current(), AESGCM.generate_key(bit_length=256)
        self._file, self._cipher, self._number = file, AESGCM(data_key), 0
        self._heading = b" ".join([MAGIC, purpose.encode(), key.id.encode()]) + b"\n"
        self._waiting = bytearray()
        file.write(self._heading + aes_key_wrap(key.for_use("wrap"), data_key))

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._waiting += data
        while len(self._waiting) > PIECE:  # the last piece, however full, is known only at the end
            self._put(bytes(self._waiting[:PIECE]), is_last=False)
            del self._waiting[:PIECE]
        return len(data)

    def finish(self) -> None:
        """Nothing more comes. Without this the file does not open: it was cut off."""
        self._put(bytes(self._waiting), is_last=True)

    def _put(self, piece: bytes, *, is_last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._number, is_last), piece, self._heading))
        self._number += 1


class _Opening(io.RawIOBase):
    """Reads what was sealed. Raises SealBroken, KeyMissing."""

    def __init__(self, file: IO[bytes], purpose: str) -> None:
        self._file, self._number, self._piece, self._done = file, 0, memoryview(b""), 0
        self._heading = file.readline(LONGEST_HEADING)
        parts = self._heading.rstrip(b"\n").rsplit(b" ", 2)
        if len(parts) != 3 or parts[0] != MAGIC or parts[1] != purpose.encode():
            raise SealBroken("This file was not sealed here for this purpose.")
        wrapped = file.read(WRAPPED)
        try:
            data_key = aes_key_unwrap(keys.key(parts[2].decode("ascii", "replace")).for_use("wrap"), wrapped)
        except (InvalidUnwrap, ValueError) as error:
            raise SealBroken("The start of this file is damaged, or another key bears the same name.") from error
        self._cipher = AESGCM(data_key)
        self._next = file.read(PIECE + TAG)
        if not self._next:
            raise SealBroken("This file was cut off.")

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._done

    def readinto(self, target: Any) -> int:
        if not self._piece and self._next:
            self._open_one()
        some = self._piece[: len(target)]
        target[: len(some)] = some
        self._piece = self._piece[len(some) :]
        self._done += len(some)
        return len(some)

    def _open_one(self) -> None:
        sealed, self._next = self._next, self._file.read(PIECE + TAG)
        try:
            opened = self._cipher.decrypt(_nonce(self._number, not self._next), sealed, self._heading)
        except InvalidTag as error:
            raise SealBroken("This file was changed, or was cut off.") from error
        self._piece = memoryview(opened)
        self._number += 1


def _nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


@contextmanager
def sealing(file: IO[bytes], purpose: str) -> Iterator[IO[bytes]]:
    """A file to write into; what is written goes sealed into `file`. One that an error leaves does not open."""
    into = _Sealing(file, purpose)
    yield into  # type: ignore[misc]
    into.finish()


def opening(file: IO[bytes], purpose: str) -> IO[bytes]:
    """What stands sealed in `file`, to be read from its start to its end. Raises SealBroken, KeyMissing."""
    return io.BufferedReader(_Opening(file, purpose), PIECE)


def is_sealed(path: Path) -> bool:
    """Whether this file says that it is sealed."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def seal_file(path: Path, purpose: str) -> None:
    """Seal a file where it stands. Only its owner may read what comes of it."""
    new = path.with_name(f"{path.name}.sealing")
    new.touch(mode=0o600)
    with path.open("rb") as plain, new.open("wb") as file, sealing(file, purpose) as into:
        while piece := plain.read(PIECE):
            into.write(piece)
    new.replace(path)
