"""Is Slack set up so that digests will arrive? One line per thing looked at: what is wrong and how to mend it.

It asks and posts nothing. What is checked is what a digest needs: a live bot token, its scopes, and for every channel
that the app is in it, may post and may read its history. Without that a message whose answer was lost can be neither
found nor posted again: exactly once needs a channel that can be read. A webhook cannot be; it is at least once. With an
app-level token it looks whether buttons and commands can be heard as well.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from monitor.channels import WEBHOOK_PREFIX
from monitor.errors import SlackError
from monitor.slack.classify import INVITE, classify, listening_remedy
from monitor.slack.sender import SlackSender
from monitor.slack.webhook import AT_LEAST_ONCE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from monitor.settings import ChannelSettings, SlackSettings
    from monitor.slack.sender import Answer

NEEDED = ("chat:write", "channels:read", "channels:history")
NEEDED_TALK = ("commands",)  # only where there is an app-level token
ADMIN = "the admin channel"
NEEDED_PRIVATE = ("groups:read", "groups:history")  # only where a private channel gets digests
_ADD_SCOPES = (
    "At api.slack.com/apps open the app, add them under OAuth & Permissions, Bot Token Scopes, "
    "and press Reinstall to Workspace."
)
_NO_TOKEN = "Put the app's Bot User OAuth Token (xoxb-...) into the environment variable SLACK_BOT_TOKEN."  # noqa: S105
TALK = "buttons and commands"
_HOW_TO_LISTEN = ("To have them answered, make an app-level token (xapp-...) with the scope connections:write on the "
                  "app's page under Basic Information, and put it into the environment variable SLACK_APP_TOKEN.")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `remedy` is empty where all is well."""

    ok: bool
    subject: str
    sentence: str
    remedy: str = ""


async def diagnose(settings: SlackSettings, channels: Sequence[ChannelSettings]) -> list[Finding]:
    """Findings on the token, its scopes and every channel, the admin channel included; never raises a SlackError.

    Stops after the token where Slack does not accept it, and before the channels where no scope lets it look at them.
    """
    hooks = [_webhook(channel) for channel in channels if channel.kind == "webhook"]
    named = _named(settings, [channel for channel in channels if channel.kind == "slack"])
    if not named and hooks:
        return hooks  # a team that has webhooks alone needs no token
    if not settings.token:
        none = Finding(False, "token", "There is no Slack token, so digests are printed and not posted.", _NO_TOKEN)
        return [none, *hooks]
    sender = SlackSender(settings)
    try:
        identity = await sender.ask("auth.test")
    except SlackError as error:
        return [_token_trouble(error), *hooks]
    needed = NEEDED + (NEEDED_TALK if settings.app_token else ())
    findings = [_token_works(identity), _scopes(identity.scopes, needed), await _listening(settings)]
    if identity.scopes is not None and "channels:read" not in identity.scopes:
        return [*findings, *hooks]
    return [*findings, *[await _channel(sender, *one, identity.scopes) for one in named.items()], *hooks]


def _named(settings: SlackSettings, channels: Iterable[ChannelSettings]) -> dict[str, str]:
    """Every channel once, by id, with a name for people."""
    named = {channel.id: f"#{channel.name.lstrip('#')}" if channel.name else channel.id for channel in channels}
    if settings.admin_channel:
        named.setdefault(settings.admin_channel, ADMIN)
    return named


def _webhook(channel: ChannelSettings) -> Finding:
    """Nothing can be asked of a webhook without posting: whether it has an address, and what it cannot do."""
    if channel.webhook:
        return Finding(True, channel.name, f"It is reached by a webhook, at least once. {AT_LEAST_ONCE}")
    variable = f"DATELINE_WEBHOOK_{channel.id.removeprefix(WEBHOOK_PREFIX)}"
    return Finding(False, channel.name, "It is to be reached by a webhook, of which the address is missing.",
                   f"Put the address (https://hooks.slack.com/...) into the environment variable {variable}.")


def _token_works(identity: Answer) -> Finding:
    team, user = identity.content.get("team", "?"), identity.content.get("user", "?")
    return Finding(True, "token", f"Slack accepts the token: app user {user} in the workspace {team}.")


def _token_trouble(error: SlackError) -> Finding:
    verdict = classify(error.code)
    if verdict.scope == "token":
        return Finding(False, "token", f"Slack does not accept the token ({error.code}).", verdict.remedy)
    return Finding(False, "slack", *_no_answer(error))


def _no_answer(error: SlackError) -> tuple[str, str]:
    return f"Slack gave no usable answer ({error.code}).", "Check the network and slack-status.com, then try again."


def _scopes(scopes: frozenset[str] | None, needed: Sequence[str]) -> Finding:
    if scopes is None:
        return Finding(False, "scopes", "Slack did not say which scopes the token has.", "Look them up in the app.")
    missing = [scope for scope in needed if scope not in scopes]
    if missing:
        return Finding(False, "scopes", f"The token lacks the scopes {', '.join(missing)}.", _ADD_SCOPES)
    return Finding(True, "scopes", f"The token has the scopes it needs: {', '.join(needed)}.")


async def _listening(settings: SlackSettings) -> Finding:
    """Whether Slack would let the bot hear buttons and commands. The connection that it offers is not opened."""
    if not settings.app_token:
        sentence = "There is no app-level token, so buttons and commands are not answered."
        return Finding(True, TALK, sentence, _HOW_TO_LISTEN)
    try:
        await SlackSender(replace(settings, token=settings.app_token)).ask("apps.connections.open")
    except SlackError as error:
        return Finding(False, TALK, f"Slack lets nobody listen to them ({error.code}).", listening_remedy(error.code))
    return Finding(True, TALK, "Slack accepts the app-level token, so they are answered.")


async def _channel(sender: SlackSender, channel_id: str, name: str, scopes: frozenset[str] | None) -> Finding:
    try:
        answer = await sender.ask("conversations.info", channel=channel_id)
    except SlackError as error:
        return _channel_trouble(error, channel_id, name)
    channel = answer.content.get("channel")
    known = channel if isinstance(channel, dict) else {}
    finding = _judge(known, name, scopes)
    if finding.ok and (unread := await _unreadable(sender, channel_id, name)):
        return unread
    called = str(known.get("name", ""))
    if finding.ok and name == ADMIN and called:
        return Finding(True, name, f"The app is in {name}, which is #{called}.")
    if finding.ok and called and called != name.lstrip("#"):
        # An id with one wrong letter may be somebody else's channel, and alerts are not for everybody.
        sentence = f"The app is in {channel_id}, which Slack calls #{called} and config.toml calls {name}."
        return Finding(True, name, sentence, "Make sure that this is the channel you mean.")
    return finding


async def _unreadable(sender: SlackSender, channel_id: str, name: str) -> Finding | None:
    """Whether the channel's history is closed to the app; None where it can be read."""
    try:
        await sender.ask("conversations.history", channel=channel_id, limit="1")
    except SlackError as error:
        sentence = f"The app is in {name} and cannot read its history ({error.code}): posts arrive, but a message " \
            "whose answer was lost cannot be looked up, and waits for a person. Exactly once is not promised."
        return Finding(False, name, sentence, classify(error.code).remedy or _ADD_SCOPES)
    return None


def _channel_trouble(error: SlackError, channel_id: str, name: str) -> Finding:
    if error.code == "channel_not_found":
        sentence = f"Slack knows no channel {channel_id} ({name}), or it is private and the app is not in it."
        return Finding(False, name, sentence, "Check the id in config.toml; or type /invite @Dateline in the channel.")
    if error.code == "missing_scope":
        sentence = f"{name} cannot be looked at: the token lacks a scope for it. Posts may arrive all the same."
        private = f"A private channel needs {' and '.join(NEEDED_PRIVATE)}."
        return Finding(False, name, sentence, f"{private} {_ADD_SCOPES}")
    return Finding(False, name, *_no_answer(error))


def _judge(channel: Mapping[str, object], name: str, scopes: frozenset[str] | None) -> Finding:
    """The finding on a channel that Slack described."""
    if channel.get("is_archived"):
        return Finding(False, name, f"{name} is archived.", "Unarchive it, or choose another channel in config.toml.")
    if not channel.get("is_member"):
        return Finding(False, name, f"The app is not in {name}, so it can neither post there nor look.", INVITE)
    if channel.get("is_read_only") or channel.get("is_thread_only"):
        remedy = "Ask an admin of the channel to let the app post, or choose another channel."
        return Finding(False, name, f"{name} does not let everybody post.", remedy)
    missing = [scope for scope in NEEDED_PRIVATE if scope not in (scopes or NEEDED_PRIVATE)]
    if channel.get("is_private") and missing:
        sentence = f"{name} is private and the token lacks {' and '.join(missing)} for it: posts arrive, but a lost " \
            "answer could not be looked up."
        return Finding(False, name, sentence, _ADD_SCOPES)
    return Finding(True, name, f"The app is in {name}.")
