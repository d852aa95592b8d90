"""A disk that fills up while people write: a plain message, nothing acknowledged is lost, and on it goes after room."""

import os
import subprocess

import pytest

from tests.faults.site import Site


@pytest.fixture
def small_disk(tmp_path):
    """64 MB that can be filled."""
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("this account may not mount a small disk")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_full_disk_is_said_plainly_and_loses_nothing(small_disk, told):
    (small_disk / "data").mkdir()
    site = Site(small_disk / "data")
    site.prepare()
    site.start()
    site.wait()
    saved, refused, filler = [], [], small_disk / "filler"
    try:
        for n in range(20):
            assert site.write(f"before {n:03}", f"key-before-{n:012}") == 302
            saved.append(f"before {n:03}")
        with filler.open("wb", buffering=0) as file:  # to the last byte
            size = 1 << 20
            while size:
                try:
                    if file.write(b"x" * size) < size:
                        size //= 2
                except OSError:
                    size //= 2
        for n in range(300):
            status, body = site.ask(
                "POST", f"/students/{site.student}/strengths/", {"text": f"full {n:03}", "once": f"key-full-{n:014}"}
            )
            if status == 302:
                saved.append(f"full {n:03}")
            else:
                refused.append((status, body))
        health, said = site.ask("GET", "/health")
        filler.unlink()
        for n in range(20):
            assert site.write(f"after {n:03}", f"key-after-{n:013}") == 302
            saved.append(f"after {n:03}")
        words, in_journal = site.written()
    finally:
        site.stop()
    told(saved=len(saved), refused=len(refused), statuses=sorted({status for status, _ in refused}), health=health,
         lost=len(set(saved) - set(words)))  # fmt: skip
    assert refused
    assert all(status == 507 and "There is no room left" in body for status, body in refused)
    assert health == 503
    assert '"disk": "wrong"' in said
    assert words == sorted(saved)
    assert in_journal == len(saved)
    assert os.path.exists(site.folder / "heartwork.sqlite3")
