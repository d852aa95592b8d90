"""A sealed file opens whole, or not at all."""

import contextlib
import io
import os

import pytest

from heartwork.sealing import files, keys
from heartwork.sealing.seals import SealBroken

SIZES = [0, 1, files.PIECE - 1, files.PIECE, files.PIECE + 1, 3 * files.PIECE]


def sealed(content: bytes, purpose: str = "upload") -> bytes:
    file = io.BytesIO()
    with files.sealing(file, purpose) as into:
        for start in range(0, len(content), 70_000):
            into.write(content[start : start + 70_000])
    return file.getvalue()


def opened(content: bytes, purpose: str = "upload") -> bytes:
    return files.opening(io.BytesIO(content), purpose).read()


@pytest.mark.parametrize("size", SIZES)
def test_what_was_written_is_read(size: int) -> None:
    content = os.urandom(size)
    assert opened(sealed(content)) == content


@pytest.mark.parametrize("size", [0, 1, files.PIECE, 2 * files.PIECE])
def test_a_file_cut_off_anywhere_does_not_open(size: int) -> None:
    content = sealed(os.urandom(size))
    pieces = range(content.index(b"\n") + 41, len(content), files.PIECE + 16)
    for length in {0, 5, content.index(b"\n") + 20, len(content) - 1, *pieces}:
        with pytest.raises(SealBroken):
            opened(content[:length])


def test_a_piece_moved_changed_added_or_left_out_does_not_open() -> None:
    content = sealed(os.urandom(3 * files.PIECE))
    start, long = content.index(b"\n") + 41, files.PIECE + 16
    head, one, two, three = content[:start], *(content[start + long * n : start + long * (n + 1)] for n in range(3))
    for changed in (two + one + three, one + three, one + two, one + two + three + three, one + one + two + three):
        with pytest.raises(SealBroken):
            opened(head + changed)
    for place in (0, 30, start - 1, start, len(content) // 2, len(content) - 1):
        flipped = bytearray(content)
        flipped[place] ^= 1
        with pytest.raises((SealBroken, keys.KeyMissing)):
            opened(bytes(flipped))


def test_a_file_sealed_for_one_purpose_does_not_open_for_another() -> None:
    with pytest.raises(SealBroken):
        opened(sealed(b"words", "upload"), "backup")


def test_a_file_that_an_error_left_does_not_open() -> None:
    file = io.BytesIO()
    with contextlib.suppress(OSError), files.sealing(file, "upload") as into:
        into.write(b"half")
        raise OSError("disk full")
    with pytest.raises(SealBroken):
        opened(file.getvalue())


def test_another_districts_file_names_the_key_it_needs(settings, tmp_path) -> None:
    content, key = sealed(b"words"), keys.current()
    settings.KEYS = tmp_path / "elsewhere"
    with pytest.raises(keys.KeyMissing, match=key.id):
        opened(content)


def test_a_file_is_sealed_where_it_stands(tmp_path) -> None:
    path = tmp_path / "checkins.csv"
    path.write_bytes(b"I sit alone" * 100_000)
    files.seal_file(path, "upload")
    assert files.is_sealed(path)
    assert b"alone" not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0
    with path.open("rb") as file:
        assert files.opening(file, "upload").read() == b"I sit alone" * 100_000
    assert [each.name for each in tmp_path.glob("*.csv*")] == ["checkins.csv"]
