"""The stream by which the screens of a meeting hear that it has changed, and how far it is."""

import re
import uuid

from django.http import Http404

from heartwork.meetings import queries
from heartwork.roster.sessions import whose
from heartwork.web.stream import Scope, Stream

PATH = re.compile(r"/meetings/([0-9a-f-]{36})/stream/")


def _meeting_of(scope: Scope) -> int | None:
    """The meeting's pk, if whoever asks has signed in and may read it."""
    found, viewer = PATH.fullmatch(scope["path"]), whose(scope)
    if found is None or viewer is None:
        return None
    try:
        return queries.meeting(viewer, uuid.UUID(found[1])).pk
    except (Http404, ValueError):
        return None


stream = Stream(_meeting_of, queries.news)
