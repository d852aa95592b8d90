"""Something that must be done once, whoever begins it and however often: a mail, a report, a row."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from heartwork.once.models import Effect


class DoneAlready(Exception):
    """This effect has been had."""


@contextmanager
def effect(key: str) -> Iterator[None]:
    """What is done inside is done once for this key: it commits together with the word that it was done, or not at all.

    key: what names the effect, such as "recap-mail 81 17". Raises DoneAlready when it was done before. Another worker
    that is at it is waited for. What leaves the database, as a mail does, goes out inside as the last step: a worker
    that dies between the two sends it again, with the same key as the message's id.
    """
    with transaction.atomic():
        try:
            with transaction.atomic():
                Effect.objects.create(key=key)
        except IntegrityError as error:
            raise DoneAlready(key) from error
        yield
