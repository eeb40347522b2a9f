"""The only user of slack_sdk: one request, once, and every way it can end told apart.

slack_sdk retries lost connections by default, and so posts twice and reports success; here nothing is retried. Each
call has a connection of its own: a kept-alive one that Slack has closed meanwhile would make a post uncertain that
never left the house.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiohttp import ClientConnectorError, ClientError, ClientSession, ClientTimeout, ConnectionTimeoutError, InvalidURL
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from monitor.errors import NotPosted, Uncertain
from monitor.slack.classify import MAY_STAND, slack_error

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slack_sdk.web.async_slack_response import AsyncSlackResponse

    from monitor.errors import SlackError
    from monitor.settings import SlackSettings

_LONGEST_WAIT = 86_400.0  # seconds; a Retry-After beyond a day is a mistake
# What can come out of the library besides its own errors: lost connections, bytes that are no text or no JSON, and
# AttributeError where JSON is no object (the library asks it for its "ok").
_BROKEN_ANSWER = (SlackClientError, ClientError, OSError, ValueError, AttributeError, TypeError, RecursionError)


@dataclass(frozen=True, slots=True)
class Answer:
    """What Slack answered to a question; `scopes` are those of the token, None where the answer does not say."""

    content: Mapping[str, Any]
    scopes: frozenset[str] | None


class SlackSender:
    """Posts to Slack and asks it things. Holds settings only; safe to keep for the life of the program."""

    def __init__(self, settings: SlackSettings) -> None:
        self._settings = settings

    async def post(self, body: Mapping[str, Any]) -> str:
        """Post a message once and return its `ts`.

        Raises NotPosted, Refused or Uncertain, nothing else; a task that is cancelled here must be taken for uncertain.
        """
        response = await self._call("chat.postMessage", json=dict(body))
        ts = response.get("ts")
        if not isinstance(ts, str) or not ts:
            raise Uncertain("no_ts", f"Slack did not say which message it posted: {MAY_STAND}")
        return ts

    async def ask(self, method: str, **params: str) -> Answer:
        """Call a method that changes nothing. Raises as `post` does; for a question, Uncertain means "no answer"."""
        response = await self._call(method, params=params)
        scopes = response.headers.get("X-OAuth-Scopes")
        listed = None if scopes is None else frozenset(scope.strip() for scope in scopes.split(",") if scope.strip())
        return Answer(response.data if isinstance(response.data, dict) else {}, listed)

    async def _call(
        self, method: str, *, json: dict[str, Any] | None = None, params: dict[str, str] | None = None
    ) -> AsyncSlackResponse:
        # A limit of its own for connecting, so that a network that swallows packets is known as "not posted".
        timeout = ClientTimeout(total=self._settings.timeout, connect=self._settings.timeout * 2 / 3)
        try:
            async with ClientSession(timeout=timeout) as session:
                return await self._client(session).api_call(method, json=json, params=params)
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
        )
        client.proxy = None  # slack_sdk takes one from the environment, for loopback too
        return client


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
