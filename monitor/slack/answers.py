"""What one person alone is told: a message to the address that Slack gave with a press or a command.

The address is all that is needed to write to that person for half an hour, and it came from outside: it stands in no
log, and only Slack, or the server that config.toml names in its place, is ever called. An answer is sent once: whoever
misses it presses again.
"""

from __future__ import annotations

import json
import logging
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.settings import SlackSettings
    from monitor.talk.model import Asker

log = logging.getLogger("dateline.slack")
_TAKEN = ("text", "blocks")
_LATE = ": half an hour or five answers after a press it takes no more"
_WHY = {"used_url": _LATE, "expired_url": _LATE}


async def answer(
    settings: SlackSettings, asker: Asker, message_body: Mapping[str, Any], *, replaces: bool = False, thread: str = ""
) -> None:
    """Tell it the person who asked, in the thread where they did. Never raises; what went wrong is logged.

    `replaces`: it takes the place of the answer whose button was pressed. Without that it must be false, or the message
    of the channel would be overwritten.
    """
    if not trusted(settings.base_url, asker.answer_to):
        log.warning("an answer was not sent: its address is none of Slack's")
        return
    sent = {key: message_body[key] for key in _TAKEN if message_body.get(key)}
    sent |= {"response_type": "ephemeral", "replace_original": replaces} | ({"thread_ts": thread} if thread else {})
    if trouble := await _posted(asker.answer_to, sent, settings.timeout):
        log.warning("an answer was not taken by Slack (%s)%s", trouble, _WHY.get(trouble, ""))


def trusted(base_url: str, address: str) -> bool:
    """Whether it is an address of Slack, or of the server of `base_url`, where that is another."""
    try:
        base, given = urlsplit(base_url), urlsplit(address)
        if given.username is not None or given.password is not None:
            return False
        if (base.scheme, base.hostname, base.port) == (given.scheme, given.hostname, given.port):
            return True
        return given.scheme == "https" and given.port in (None, 443) and (given.hostname or "").endswith(".slack.com")
    except ValueError:
        return False


async def _posted(address: str, sent: Mapping[str, Any], seconds: float) -> str:
    """A short word for what went wrong, "" where nothing did. It never holds the address or the message."""
    try:
        async with ClientSession(timeout=ClientTimeout(total=seconds)) as session, \
                session.post(address, json=sent, allow_redirects=False) as reply:
            said = (await reply.content.read(2_000)).decode(errors="replace").strip()
            return "" if reply.status == 200 and _good(said) else _code(said) or f"http_{reply.status}"
    except TimeoutError:
        return "timeout"
    except (ClientError, OSError, ValueError) as error:
        return type(error).__name__


def _good(said: str) -> bool:
    """Slack answers "ok", or nothing, or JSON that says so."""
    return said in ("", "ok") or _table(said).get("ok") is True


def _code(said: str) -> str:
    code = _table(said).get("error", said)
    return code if isinstance(code, str) and re.fullmatch(r"[a-z_]{1,80}", code) else ""


def _table(said: str) -> Mapping[str, Any]:
    try:
        found = json.loads(said)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
