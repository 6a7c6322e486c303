"""Structured logs: one line per event, with the request id that follows into tasks."""

import logging
import re
from typing import Any

import structlog

_LONG = re.compile(r"(?<=/)([\w.:=-]{8})[\w.:=-]{52,}")


def shorten_tokens(_logger: Any, _method: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    """Cut long parts of addresses: signed links open orders and files, so the log must not hold them whole."""
    for name in ("request", "event"):
        if isinstance(event.get(name), str):
            event[name] = shorten(event[name])
    return event


def shorten(text: str) -> str:
    """The text with the tokens of its addresses cut, so that whoever reads it cannot open them."""
    return _LONG.sub(r"\1…", text)


_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    shorten_tokens,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
]


def configure() -> None:
    """Route structlog through the standard library, so that one handler prints everything."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.processors.UnicodeDecoder(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


# In a terminal each line is already dated and named by the process that prints it.
_NOT_IN_A_TERMINAL = ("timestamp", "logger", "ip", "user_agent", "parent_task_id", "user_id")


def formatter(*, style: str = "console", **_: Any) -> logging.Formatter:
    """Make the formatter for Django's LOGGING: `json` for machines, `console` for people, `terminal` for `make run`."""
    last: list[Any] = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    if style != "json":
        last = [
            structlog.dev.ConsoleRenderer(
                colors=False, pad_event_to=0, pad_level=False, exception_formatter=structlog.dev.plain_traceback
            )
        ]
    if style == "terminal":
        last.insert(0, _shorten)
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_SHARED,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
    )


def is_telling(record: logging.LogRecord) -> bool:
    """False for what fills a terminal and tells nothing: a request's start, health checks, and static files."""
    event = record.msg if isinstance(record.msg, dict) else {"request": record.getMessage()}
    request = str(event.get("request", ""))
    return event.get("event") != "request_started" and not any(path in request for path in ("/readyz", "/static/"))


def _shorten(_logger: Any, _method: str, event: Any) -> Any:
    for name in _NOT_IN_A_TERMINAL:
        event.pop(name, None)
    if "request_id" in event:
        event["request_id"] = str(event["request_id"])[:8]
    return event
