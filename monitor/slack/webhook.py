"""Channels behind an incoming webhook: an address to post to, and nothing else. Messages arrive at least once.

There is no reading back, no thread and no deleting. The address is all that is needed to post, so it is a secret: it
stands in no error and no log, and what aiohttp says, which may name it, is not kept as the cause of an error.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from aiohttp import ClientConnectorError, ClientError, ClientSession, ClientTimeout, ConnectionTimeoutError, InvalidURL

from monitor.errors import NotPosted, Refused, Uncertain
from monitor.slack.classify import Verdict, passes, slack_error
from monitor.slack.sender import plain_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from monitor.outbox.model import Found
    from monitor.slack.classify import Scope

AT_LEAST_ONCE = "A webhook cannot be read: a message whose answer is lost comes again, and may be there three times."
_NEW_ADDRESS = "Make a new webhook in the Slack app and put its address into the environment."
_REPORT = "Please report this to Dateline's authors, with the code."
_REPEATED = "the message may stand in the channel. It is posted again after a while, so look for it twice."
_NOT_TAKEN = "Check the webhook's address, whether it still exists in the Slack app, and any proxy on the way to it."
# The address is forbidden, unknown or gone; other refusals (4xx) may be of this message alone.
_NO_WAY_IN = (401, 403, 404, 407, 410)
_TIMED_OUT = 408
# A webhook takes no other arguments than these.
_TAKEN = ("text", "blocks", "unfurl_links", "unfurl_media")

VERDICTS = {
    **dict.fromkeys(("invalid_payload", "no_text", "invalid_blocks"), Verdict("refused", "message", _REPORT)),
    "action_prohibited": Verdict("refused", "channel", "Ask an admin of the workspace to let the webhook post."),
    "channel_not_found": Verdict("refused", "channel", f"Its channel is gone. {_NEW_ADDRESS}"),
    "no_service": Verdict("refused", "channel", f"The webhook was removed. {_NEW_ADDRESS}"),
    "channel_is_archived": Verdict("refused", "channel", f"Unarchive its channel. Or: {_NEW_ADDRESS}"),
    "rate_limited": Verdict("not_posted", wait=10.0),
}


class WebhookSender:
    """Posts through one address; `address` is None where the environment has none."""

    done = "sent"
    reads = False

    def __init__(self, address: str | None, timeout: float) -> None:
        self._address = address
        self.timeout = timeout

    async def post(self, body: Mapping[str, Any], thread: str | None = None) -> str:  # noqa: ARG002 - it knows no threads
        """Post once; no id comes back. Raises SlackError, nothing else."""
        if not self._address:
            why = "This webhook has no address. Put it into the environment, as DATELINE_WEBHOOK_ and its name."
            raise Refused("no_address", why, scope="channel")
        status, said, retry_after = await self._request({key: body[key] for key in _TAKEN if key in body})
        if (status, said) == (200, "ok"):
            return ""
        code = said if re.fullmatch(r"[a-z_]{1,80}", said) else ""
        if status == 429:
            raise slack_error("ratelimited", retry_after=retry_after)
        if status < 500 and code in VERDICTS:
            raise slack_error(code, verdict=VERDICTS[code])
        if 400 <= status < 500 and status != _TIMED_OUT:
            scope: Scope = "channel" if status in _NO_WAY_IN else "message"
            raise slack_error(f"http_{status}", detail=code, verdict=Verdict("refused", scope, _NOT_TAKEN))
        raise Uncertain(f"http_{status}", f"The webhook answered HTTP {status} {code}: {_REPEATED}")

    async def find(self, channel_id: str, since: datetime, thread: str | None = None) -> Sequence[Found]:  # noqa: ARG002
        """Nothing can be seen from here; `reads` says so."""
        return ()

    async def remove(self, channel_id: str, ts: str) -> None:
        """Nothing can be deleted from here. Raises Refused."""
        raise Refused("webhook", f"{ts} in {channel_id} cannot be deleted through a webhook: do it in Slack.",
                      scope="message")

    def passes(self, code: str) -> bool:
        """Whether it is trouble of Slack or of the network."""
        return passes(code)

    def plain(self, body: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The message in lines of words and links, without the layout that was refused."""
        return plain_text(body)

    async def _request(self, body: Mapping[str, Any]) -> tuple[int, str, float | None]:
        """Status, text and Retry-After of the answer. No cause is kept: it may name the address."""
        timeout = ClientTimeout(total=self.timeout, connect=self.timeout * 2 / 3)
        try:
            async with ClientSession(timeout=timeout) as session, \
                    session.post(self._address or "", json=body, allow_redirects=False) as answer:
                wait = answer.headers.get("Retry-After", "")
                said = (await answer.text()).strip()
                return answer.status, said, float(wait) if re.fullmatch(r"\d{1,5}", wait) else None
        except (ClientConnectorError, ConnectionTimeoutError):
            raise NotPosted("unreachable", "The webhook could not be reached. Check the network.") from None
        except InvalidURL:
            why = "The address of the webhook is no web address. Copy it from the Slack app into the environment again."
            raise Refused("bad_address", why, scope="channel") from None
        except TimeoutError:
            raise Uncertain("timeout", f"The webhook did not answer in {self.timeout:g} s: {_REPEATED}") from None
        except (ClientError, OSError, ValueError, LookupError):  # LookupError: a charset that is none
            raise Uncertain("connection_lost", f"The webhook's answer was lost: {_REPEATED}") from None
