"""What is logged: what happened to the system, as one line of JSON; never a name, a student's number or typed words.

Of our own loggers, their sentence. Of libraries, only the sentence as its author wrote it, before anything was filled
in: what they fill in, and what an error says, may hold what somebody typed or an address that names a student. Of an
error, its kind and where it happened; of a request, the address as the code has it (`students/<uuid:public_id>/`).
"""

import logging
import time
import traceback
from collections.abc import Callable, MutableMapping
from datetime import UTC, datetime
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse

OURS = "heartwork"
FRAMES = 12  # of an error, the innermost

log = structlog.stdlib.get_logger("heartwork.requests")


def only_what_may_be_told(logger: Any, method: str, told: MutableMapping[str, Any]) -> dict[str, Any]:
    """A processor of structlog: makes a new line, of what is known to be safe."""
    record: logging.LogRecord = told["_record"]
    is_ours = record.name.split(".")[0] == OURS
    line: dict[str, Any] = {
        "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "event": _sentence(record, told, is_ours),
        "where": f"{record.module}:{record.lineno}",
    }
    if is_ours and told.get("_from_structlog"):
        line |= {name: value for name, value in told.items() if name in FACTS}
    request = getattr(record, "request", None)
    if isinstance(request, HttpRequest):
        line |= {"method": _method(request), "route": route_of(request)}
    if hasattr(record, "status_code"):
        line["status"] = record.status_code
    error = told.get("exc_info")
    if isinstance(error, tuple) and error[1] is not None:
        line |= described(error[1])
    return line


FACTS = {"method", "route", "status", "ms", "is_part"}  # of our own lines


def _sentence(record: logging.LogRecord, told: MutableMapping[str, Any], is_ours: bool) -> str:
    if is_ours:
        return str(told["event"])
    return str(record.msg) if told.get("positional_args") else ""


def described(error: BaseException) -> dict[str, Any]:
    """The kind of an error and where it happened; not what it says."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    kinds = [f"{type(each).__module__}.{type(each).__qualname__}" for each in _chain(error)]
    return {"error": kinds, "frames": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]}


def _chain(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    step: BaseException | None = error
    while step is not None and step not in found:
        found.append(step)
        step = step.__cause__ or step.__context__
    return found


def route_of(request: HttpRequest) -> str:
    """The address as the code has it, without what stood in its places."""
    match = request.resolver_match
    return match.route if match else "unknown"


def _method(request: HttpRequest) -> str:
    method = request.method or ""
    return method if method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} else "other"


class RequestLogMiddleware:
    """A line for each request: which page, how it went, how long it took."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.monotonic()
        response = self.get_response(request)
        log.info(
            "request",
            method=_method(request),
            route=route_of(request),
            status=response.status_code,
            ms=round((time.monotonic() - began) * 1000),
        )
        return response


def formatter() -> logging.Formatter:
    """The formatter of every handler (settings name it)."""
    return structlog.stdlib.ProcessorFormatter(
        processors=[
            only_what_may_be_told,
            structlog.processors.JSONRenderer(),
        ],
        pass_foreign_args=True,
    )


structlog.configure(
    processors=[structlog.stdlib.filter_by_level, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)
