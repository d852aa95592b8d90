"""Sealed words open where they were written, with the district's key, and nowhere else."""

import stat
from pathlib import Path

import pytest

from heartwork.sealing import keys
from heartwork.sealing.seals import MARK, SealBroken, fingerprint, key_id_of, rewrap, seal, unseal

WORDS = "“I sit alone at lunch”, said Maya. Señora Ruiz 🙂\n" * 20
HERE, THERE = "checkins_checkin.comment", "audits_note.text"


def test_words_come_back_as_they_were() -> None:
    assert unseal(seal(WORDS, HERE), HERE) == WORDS


def test_no_words_stay_no_words() -> None:
    assert seal("", HERE) == ""
    assert unseal("", HERE) == ""


def test_nothing_of_the_words_can_be_seen_and_no_sealing_is_like_another() -> None:
    first, second = seal(WORDS, HERE), seal(WORDS, HERE)
    assert first != second
    assert first.split(".")[2][:60] != second.split(".")[2][:60]  # another data key, not only another nonce
    assert "alone" not in first


def test_words_moved_to_another_column_do_not_open() -> None:
    with pytest.raises(SealBroken):
        unseal(seal(WORDS, HERE), THERE)


def test_no_change_of_any_part_goes_unseen() -> None:
    sealed = seal("one two", HERE)
    start = sealed.rindex(".") + 1
    for place in range(start, len(sealed)):
        changed = sealed[:place] + ("A" if sealed[place] != "A" else "B") + sealed[place + 1 :]
        try:
            same = unseal(changed, HERE)
        except SealBroken:
            continue
        # The last letter of base64 may hold bits that mean nothing.
        assert (place, same) == (len(sealed) - 1, "one two")


@pytest.mark.parametrize("text", ["plain words", "sealed.", "sealed.a.b", "sealed.a.AAAA.b", "locked." + "A" * 120])
def test_what_was_never_sealed_is_refused(text: str) -> None:
    with pytest.raises(SealBroken):
        unseal(text, HERE)


def test_a_cut_off_seal_is_refused() -> None:
    sealed = seal(WORDS, HERE)
    for length in (len(sealed) - 4, len(sealed) // 2, sealed.rindex(".") + 5):
        with pytest.raises(SealBroken):
            unseal(sealed[:length], HERE)


def test_the_key_file_is_for_its_owner_alone_and_made_once(settings) -> None:
    first = keys.current()
    path = Path(settings.KEYS) / f"{first.id}.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(Path(settings.KEYS).stat().st_mode) == 0o700
    assert keys.current() == first
    assert len(first.id) == keys.ID_LENGTH


def test_a_key_does_not_show_itself() -> None:
    key = keys.current()
    assert str(key) == repr(key) == f"<Key {key.id}>"


def test_words_stay_readable_when_a_younger_key_is_made() -> None:
    sealed, old = seal(WORDS, HERE), keys.current()
    young = keys.make()
    assert keys.current() == young != old
    assert key_id_of(seal(WORDS, HERE)) == young.id
    assert unseal(sealed, HERE) == WORDS


def test_an_old_key_can_go_when_all_is_wrapped_anew(settings) -> None:
    sealed, old = seal(WORDS, HERE), keys.current()
    keys.make()
    again = rewrap(sealed)
    (Path(settings.KEYS) / f"{old.id}.key").unlink()
    assert unseal(again, HERE) == WORDS
    with pytest.raises(keys.KeyMissing, match=old.id):
        unseal(sealed, HERE)


def test_deleting_the_key_deletes_the_words(settings) -> None:
    sealed = seal(WORDS, HERE)
    for path in Path(settings.KEYS).glob("*.key"):
        path.unlink()
    with pytest.raises(keys.KeyMissing, match="Put the file"):
        unseal(sealed, HERE)


def test_another_districts_key_under_the_same_name_does_not_open(settings, tmp_path) -> None:
    sealed, mine = seal(WORDS, HERE), keys.current()
    settings.KEYS = tmp_path / "elsewhere"
    other = keys.current()
    (Path(settings.KEYS) / f"{other.id}.key").rename(Path(settings.KEYS) / f"{mine.id}.key")
    with pytest.raises(SealBroken):
        unseal(sealed, HERE)


def test_a_file_that_holds_no_key_says_so(settings) -> None:
    keys.current()
    (Path(settings.KEYS) / "20260101-000000000000-abcdef.key").write_text("not a key")
    with pytest.raises(keys.KeyUnreadable, match="20260101"):
        keys.keys()


def test_a_fingerprint_tells_equal_words_of_one_place_and_stays_with_a_younger_key() -> None:
    before = fingerprint("one", HERE)
    keys.make()
    assert fingerprint("one", HERE) == before
    assert before not in {fingerprint("two", HERE), fingerprint("one", THERE)}
    assert fingerprint("", HERE) == ""


def test_a_fingerprint_means_nothing_without_the_key(settings, tmp_path) -> None:
    here = fingerprint("one", HERE)
    settings.KEYS = tmp_path / "elsewhere"
    assert fingerprint("one", HERE) != here


def test_every_seal_begins_with_the_mark_that_the_database_asks_for() -> None:
    assert seal("x", HERE).startswith(MARK)
