"""Sealing words so that they are read only with the district's key, and only where they were written.

Each sealing takes a fresh data key of 256 bits and seals the words with it (AES-GCM, NIST SP 800-38D); the data key is
wrapped under the district's key (AES Key Wrap, RFC 3394) and stands beside the words. Sealed words look like

    sealed.<key id>.<base64url of: wrapped data key (40 bytes), nonce (12), words and tag (n + 16)>

The place, as table.column, is sealed in: words moved to another column do not open. Wrapping the data key under a
younger district key leaves the words as they are (`rewrap`). Who deletes a sealed row has deleted its words here; who
destroys the district's key has deleted them in every copy made before, too.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from heartwork.sealing import keys

MARK = "sealed."
WRAPPED, NONCE, TAG = 40, 12, 16  # bytes


class SealBroken(Exception):
    """Sealed words were changed, cut off, or moved to where they were not written."""


def seal(words: str, place: str) -> str:
    """The words, sealed for one place (table.column). Never the same twice; no words stay no words."""
    if not words:
        return ""
    key, data_key, nonce = keys.current(), AESGCM.generate_key(bit_length=256), secrets.token_bytes(NONCE)
    wrapped = aes_key_wrap(key.for_use("wrap"), data_key)
    return _together(key.id, wrapped + nonce + AESGCM(data_key).encrypt(nonce, words.encode(), place.encode()))


def unseal(sealed: str, place: str) -> str:
    """The words again. Raises SealBroken, or KeyMissing when they were sealed under a key that is not here."""
    if not sealed:
        return ""
    key_id, body = _apart(sealed)
    nonce, words = body[WRAPPED : WRAPPED + NONCE], body[WRAPPED + NONCE :]
    try:
        return AESGCM(_data_key(key_id, body)).decrypt(nonce, words, place.encode()).decode()
    except InvalidTag as error:
        raise SealBroken(f"What is sealed in {place} was changed, or was written elsewhere.") from error


def rewrap(sealed: str) -> str:
    """The same sealed words under the current key of the district; the words themselves are not opened."""
    if not sealed:
        return ""
    key_id, body = _apart(sealed)
    now = keys.current()
    return _together(now.id, aes_key_wrap(now.for_use("wrap"), _data_key(key_id, body)) + body[WRAPPED:])


def key_id_of(sealed: str) -> str:
    """The id of the key under which this was sealed. Raises SealBroken."""
    return _apart(sealed)[0]


def fingerprint(words: str, place: str) -> str:
    """What tells equal words of one place from others without saying them: 64 characters; of no words, none.

    Keyed (HMAC-SHA256) by the oldest key of the district, so that a guess cannot be tried against a stolen database,
    and a younger key leaves it as it was.
    """
    if not words:
        return ""
    oldest = next(iter(keys.keys().values()), None) or keys.current()
    return hmac.new(oldest.for_use(f"fingerprint {place}"), words.encode(), hashlib.sha256).hexdigest()


def _data_key(key_id: str, body: bytes) -> bytes:
    try:
        return aes_key_unwrap(keys.key(key_id).for_use("wrap"), body[:WRAPPED])
    except InvalidUnwrap as error:
        raise SealBroken(
            f"The data key wrapped under {key_id} was changed, or that key is not the one it was."
        ) from error


def _together(key_id: str, body: bytes) -> str:
    return f"{MARK}{key_id}.{urlsafe_b64encode(body).decode()}"


def _apart(sealed: str) -> tuple[str, bytes]:
    try:
        mark, key_id, body = sealed.split(".")
        found = urlsafe_b64decode(body)
    except ValueError as error:
        raise SealBroken("This is not sealed.") from error
    if f"{mark}." != MARK or len(found) < WRAPPED + NONCE + TAG:
        raise SealBroken("This is not sealed.")
    return key_id, found
