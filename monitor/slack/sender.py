"""The only user of slack_sdk: one request, once, and every way it can end told apart.

slack_sdk retries lost connections by default, and so posts twice and reports success; here nothing is retried. Each
call has a connection of its own: a kept-alive one that Slack has closed meanwhile would make a post uncertain that
never left the house.
"""

from __future__ import annotations

import logging
import re
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from aiohttp import ClientConnectorError, ClientError, ClientSession, ClientTimeout, ConnectionTimeoutError, InvalidURL
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from monitor.errors import NotPosted, Refused, Uncertain
from monitor.slack.classify import MAY_STAND, passes, slack_error
from monitor.slack.history import marked, messages
from monitor.slack.render.bare import bare

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from slack_sdk.web.async_slack_response import AsyncSlackResponse

    from monitor.errors import SlackError
    from monitor.outbox.model import Found
    from monitor.settings import SlackSettings

# slack_sdk writes every request and answer into its log at debug: what people ask, and the way to a socket.
_SILENT = logging.Logger("slack_sdk", logging.CRITICAL)
_LONGEST_WAIT = 86_400.0  # seconds; a Retry-After beyond a day is a mistake
# What can come out of the library besides its own errors: lost connections, bytes that are no text or no JSON, and
# AttributeError where JSON is no object (the library asks it for its "ok"), LookupError where its charset is none.
_BROKEN_ANSWER = (
    SlackClientError, ClientError, OSError, ValueError, AttributeError, TypeError, RecursionError, LookupError)


@dataclass(frozen=True, slots=True)
class Answer:
    """What Slack answered to a question; `scopes` are those of the token, None where the answer does not say."""

    content: Mapping[str, Any]
    scopes: frozenset[str] | None


class SlackSender:
    """Carries messages to Slack and asks it things; safe to keep for the life of the program.

    It remembers who we are there, and by how much our clock is ahead of Slack's.
    """

    done = "sent"
    reads = True

    def __init__(self, settings: SlackSettings) -> None:
        self._settings = settings
        self._own: Mapping[str, str] = {}
        self._ahead = 0.0
        self.timeout = settings.timeout

    async def post(self, body: Mapping[str, Any], thread: str | None = None) -> str:
        """Post a message once, as a reply to `thread` where given, and return its `ts`.

        Raises NotPosted, Refused or Uncertain, nothing else; a task that is cancelled here must be taken for uncertain.
        """
        arguments = {**body, "thread_ts": thread} if thread else {
            key: value for key, value in body.items() if key != "reply_broadcast"}  # Slack takes that of replies alone
        response = await self.call("chat.postMessage", json=arguments)
        ts = response.get("ts")
        if not isinstance(ts, str) or not ts:
            raise Uncertain("no_ts", f"Slack did not say which message it posted: {MAY_STAND}")
        return ts

    async def find(self, channel_id: str, since: datetime, thread: str | None = None) -> Sequence[Found]:
        """Our own messages since then, or our replies in the thread, oldest first. Raises as `post` does.

        `since` is a time of our clock; where that is ahead, Slack is asked from an earlier one.
        """
        own = await self._identity()
        oldest = f"{max(since.timestamp() - self._ahead, 0.0):.6f}"
        found = [one async for message in messages(self.ask, channel_id, oldest, thread)
                 if (one := marked(message, own))]
        return sorted(found, key=lambda one: tuple(int(digits) for digits in re.findall(r"\d+", one.ts)))

    async def remove(self, channel_id: str, ts: str) -> None:
        """Delete a message of ours; one that is gone already is no error. Raises as `post` does."""
        try:
            await self.call("chat.delete", json={"channel": channel_id, "ts": ts})
        except Refused as error:
            if error.code != "message_not_found":
                raise

    def passes(self, code: str) -> bool:
        """Whether it is trouble of Slack or of the network."""
        return passes(code)

    def plain(self, body: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The message in lines of words and links, without the layout that was refused."""
        return plain_text(body)

    async def _identity(self) -> Mapping[str, str]:
        """The ids that Slack writes into our messages: of the bot, or of the user where the token is no bot's."""
        if not self._own:
            answer = (await self.ask("auth.test")).content
            key = "bot_id" if answer.get("bot_id") else "user_id"
            if not answer.get(key):
                raise Uncertain("no_identity", "Slack did not say who we are there; it is asked again.")
            self._own = {("bot_id" if key == "bot_id" else "user"): str(answer[key])}
        return self._own

    async def ask(self, method: str, **params: str) -> Answer:
        """Call a method that changes nothing. Raises as `post` does; for a question, Uncertain means "no answer"."""
        response = await self.call(method, params=params)
        scopes = response.headers.get("X-OAuth-Scopes")
        listed = None if scopes is None else frozenset(scope.strip() for scope in scopes.split(",") if scope.strip())
        return Answer(response.data if isinstance(response.data, dict) else {}, listed)

    async def call(
        self, method: str, *, json: dict[str, Any] | None = None, params: dict[str, str] | None = None
    ) -> AsyncSlackResponse:
        """Call a method once. Raises as `post` does."""
        # A limit of its own for connecting, so that a network that swallows packets is known as "not posted".
        timeout = ClientTimeout(total=self._settings.timeout, connect=self._settings.timeout * 2 / 3)
        try:
            async with ClientSession(timeout=timeout) as session:
                response = await self._client(session).api_call(method, json=json, params=params)
                self._ahead = _ahead(response.headers.get("Date"), self._ahead)
                return response
        except (ClientConnectorError, ConnectionTimeoutError, InvalidURL) as error:
            raise NotPosted("unreachable", "Slack could not be reached. Check the network and the base URL.") from error
        except TimeoutError as error:
            raise Uncertain("timeout", f"Slack did not answer in {self._settings.timeout:g} s: {MAY_STAND}") from error
        except SlackApiError as error:
            raise _answered(error) from error
        except _BROKEN_ANSWER as error:
            raise Uncertain("connection_lost", f"Slack's answer was lost on the way: {MAY_STAND}") from error

    def _client(self, session: ClientSession) -> AsyncWebClient:
        client = AsyncWebClient(
            token=self._settings.token,
            base_url=self._settings.base_url,
            session=session,
            retry_handlers=[],
            logger=_SILENT,
        )
        client.proxy = None  # slack_sdk takes one from the environment, for loopback too
        return client


def plain_text(body: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """A message without its layout, marked as its first revision; None where it has no text, or nothing but text.

    Every line and link of its blocks is there, the text beside them stays. Where even that is too much, the text alone.
    """
    if not body.get("text") or not body.get("blocks"):
        return None
    kept = {key: value for key, value in body.items() if key not in ("blocks", "attachments")}
    if lines := bare(body):
        kept["blocks"] = lines
    if isinstance(metadata := body.get("metadata"), dict):
        kept["metadata"] = metadata | {"event_payload": {**metadata.get("event_payload", {}), "revision": 1}}
    return kept


def _ahead(date: str | None, before: float) -> float:
    """Seconds by which our clock is ahead of the one that wrote an answer's Date; as before where it has none.

    A Date has whole seconds, so less than one is nothing.
    """
    try:
        return max(time.time() - parsedate_to_datetime(date or "").timestamp() - 1.0, 0.0)
    except (ValueError, OverflowError):
        return before


def _answered(error: SlackApiError) -> SlackError:
    """The error for an answer that came: by HTTP status first, then by Slack's code. Never raises."""
    # Where JSON was cut short, the library hands over aiohttp's response, whose fields have other names.
    status: int = getattr(error.response, "status_code", 0) or getattr(error.response, "status", 0)
    content = getattr(error.response, "data", None)
    code = _word(content.get("error")) if isinstance(content, dict) else ""
    if status == 429:
        return slack_error("ratelimited", retry_after=_retry_after(error))
    if status >= 500 or not code:
        what = f"HTTP {status}" if status != 200 else "something that is no answer"
        return Uncertain(f"http_{status}" if status != 200 else "no_answer", f"Slack answered {what}: {MAY_STAND}")
    return slack_error(code, detail=_detail(content), retry_after=_retry_after(error))


def _word(value: object) -> str:
    """A code as Slack writes them; anything else may be text that must not reach a log."""
    return value if isinstance(value, str) and re.fullmatch(r"[a-z0-9_]{1,80}", value) else ""


def _retry_after(error: SlackApiError) -> float | None:
    value = str(getattr(error.response, "headers", {}).get("Retry-After", ""))
    return min(float(value), _LONGEST_WAIT) if re.fullmatch(r"\d{1,15}", value) else None


def _detail(content: object) -> str:
    """What Slack says about a refusal, without any text of the message: the scope it wants, the places it points at."""
    if not isinstance(content, dict):
        return ""
    needed = content.get("needed")
    if isinstance(needed, str) and re.fullmatch(r"[a-z:._,-]{1,200}", needed):
        return f"needs {needed}"
    errors = content.get("errors")
    said = " ".join(map(str, errors)) if isinstance(errors, list) else ""
    pointers = re.findall(r"\[json-pointer:(/[\w/]{1,100})\]", said)
    return ", ".join(dict.fromkeys(pointers[:3]))
