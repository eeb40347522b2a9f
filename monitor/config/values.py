"""Single values of config.toml and the environment: text in, a value of ours or a Fault out. Pure.

Here ids and tokens; addresses are in `addresses`, times in `times`.

A Fault is a value and not an exception, so that one run can name every fault of a file. No Fault repeats a secret.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one value. `found` is the part of the line to underline, empty for the key."""

    code: str
    message: str
    remedy: str
    found: str = ""


_TOKEN = re.compile(r"\b(xox[a-z]|xapp|xoxe\.xox[a-z])-[A-Za-z0-9-]{8,}")
_CREDENTIALS = re.compile(r"://([^/@\s'\":]*):[^/@\s'\"]*@")
_HEARTBEAT = re.compile(r"(?i)\b(heartb\w*\s*=\s*)\S.*")  # who calls that address can keep the alarm silent
_WEBHOOK = re.compile(r"(?i)\b(hooks\.slack(?:-gov)?\.com)/[\w/-]{12,}")  # who has it can post
_PASSWORD_ARGUMENT = re.compile(r"(?i)\b(password=)[^&\s'\"]*")


def without_secrets(text: str) -> str:
    """The text with what is secret blanked, so that it may be shown: Slack tokens and webhooks, passwords, the
    watchdog's address.
    """
    text = _HEARTBEAT.sub(r"\1…", _TOKEN.sub(r"\1-…", _WEBHOOK.sub(r"\1/…", text)))
    return _PASSWORD_ARGUMENT.sub(r"\1…", _CREDENTIALS.sub(r"://\1:…@", text))


def holds_token(text: str) -> bool:
    """Whether something in the text has the form of a Slack token; `xoxb-...` in a comment has not."""
    return bool(_TOKEN.search(text))


def holds_webhook(text: str) -> bool:
    """Whether the whole address of a webhook stands in the text."""
    return bool(_WEBHOOK.search(text))


def suggestion(word: str, choices: Iterable[str], cutoff: float = 0.6) -> str:
    """The choice most like `word`, whatever the case; empty where none is as near as `cutoff` (1 is the same)."""
    from difflib import get_close_matches

    folded = {choice.casefold(): choice for choice in choices}
    close = get_close_matches(word.casefold(), list(folded), n=1, cutoff=cutoff)
    return folded[close[0]] if close else ""


_CHANNEL = re.compile(r"[CG][A-Z0-9]{7,}")
_CHANNEL_IN_LINK = re.compile(r"/archives/([CG][A-Z0-9]{7,})")
_WHERE_ID = ("in Slack, click the name of the channel at the top of it, open About, and copy the Channel ID\n"
             "at the bottom; it begins with C (or G) and stays the same when the channel is renamed")
_OTHER_IDS = {"D": "a direct message", "U": "a person", "W": "a person", "T": "a workspace"}


def channel_id(text: str) -> str | Fault:
    """A channel id like C0123456789."""
    if _CHANNEL.fullmatch(text):
        return text
    if link := _CHANNEL_IN_LINK.search(text):
        return Fault("C160", "this is a link to a channel, and the id alone is needed", f"write '{link[1]}'", text)
    if text.startswith("#"):
        return Fault("C160", f'"{text}" is the name of a channel, and the id is needed', _WHERE_ID, text)
    upper = text.strip().upper()
    if _CHANNEL.fullmatch(upper):
        return Fault("C160", f'"{text}" is not quite a channel id', f"write '{upper}'", text)
    if (owner := _OTHER_IDS.get(text[:1])) and text.isalnum() and text == upper:
        return Fault("C160", f'"{text}" is the id of {owner}, and that of a channel is needed', _WHERE_ID, text)
    return Fault("C160", f'"{text}" is not a channel id', _WHERE_ID, text)


_PERSON = re.compile(r"[UW][A-Z0-9]{7,}")
_WHERE_PERSON = ("in Slack, open the person's profile, press the three dots and choose Copy member ID;\n"
                 "it begins with U (or W) and stays the same when the name changes")


def person_id(text: str) -> str | Fault:
    """A member id like U0123456789."""
    if _PERSON.fullmatch(text):
        return text
    upper = text.strip().lstrip("@").upper()
    if _PERSON.fullmatch(upper) and any(letter.isdigit() for letter in upper):
        return Fault("C161", f'"{text}" is not quite a member id', f"write '{upper}'", text)
    what = "the name of a person, and the id is needed" if text.startswith("@") else "not the id of a person"
    return Fault("C161", f'"{text}" is {what}', _WHERE_PERSON, text)


_TOKEN_KINDS = (
    ("xapp-", "is an app-level token (xapp-), which cannot post"),
    ("xoxp-", "is a user token (xoxp-), which would post in a person's name"),
    ("xoxe", "is a rotating token (xoxe), which expires within hours"),
    ("https://", "is a web address (a webhook?), and not a token"),
)
_RIGHT_ONE = "copy the Bot User OAuth Token from OAuth & Permissions of the Slack app; it begins with xoxb-"


def bot_token(text: str) -> str | Fault:
    """A bot token, stripped. The Fault never repeats it."""
    token = text.strip()
    if re.match(r"(?:export\s+)?SLACK_BOT_TOKEN\s*=", token):
        return Fault("C121", "the name of the variable became part of the Slack token",
                     "drop the prefix SLACK_BOT_TOKEN= and give only what stands behind it")
    if re.fullmatch(r"xoxb-(?:[.…x*-]+|your.*|\W*token\W*)", token, re.IGNORECASE):
        return Fault("C121", "this is the placeholder of the README, and not a token", _RIGHT_ONE)
    if token.startswith(("'", '"')):
        return Fault("C121", "the Slack token stands in quotes, and the quotes became part of it", "remove the quotes")
    for prefix, what in _TOKEN_KINDS:
        if token.startswith(prefix):
            return Fault("C121", f"this {what}", _RIGHT_ONE)
    if not re.fullmatch(r"xoxb-[A-Za-z0-9-]+", token):
        return Fault("C121", "this is not a Slack bot token", _RIGHT_ONE)
    return token


_APP_LEVEL = ("make one at api.slack.com/apps: Basic Information, App-Level Tokens, with the scope\n"
                    "connections:write; it begins with xapp-")


def app_token(text: str) -> str | Fault:
    """An app-level token, with which buttons and commands are listened to. The Fault never repeats it."""
    token = text.strip()
    if token.startswith("xoxb-"):
        return Fault("C123", "this is the bot token (xoxb-), and the app-level token is needed", _APP_LEVEL)
    if token.startswith(("'", '"')):
        return Fault("C123", "the app-level token stands in quotes, and the quotes became part of it",
                     "remove the quotes")
    if not re.fullmatch(r"xapp-[A-Za-z0-9-]+", token) or re.fullmatch(r"xapp-(?:your.*|x+|\W*token\W*)", token, re.I):
        return Fault("C123", "this is not a Slack app-level token", _APP_LEVEL)
    return token
