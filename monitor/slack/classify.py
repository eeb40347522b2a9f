"""What each of Slack's error codes means for a message: not posted, refused, or uncertain - and how a person mends it.

A table, because the decision to post again must not depend on wording. A code that stands here was answered before
anything was posted, except where it says `uncertain`; a code that does not stand here is uncertain too. A refusal is
about the message itself, the thread it belongs to, the channel or the token.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from monitor.errors import NotPosted, Refused, Uncertain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.errors import SlackError

Outcome = Literal["not_posted", "refused", "uncertain"]
Scope = Literal["", "message", "thread", "channel", "token"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """`scope` says what a refusal is about; `wait` is in seconds, for codes that come without a Retry-After."""

    outcome: Outcome
    scope: Scope = ""
    remedy: str = ""
    wait: float | None = None


MAY_STAND = "the message may stand in the channel. It is looked for there before it is posted again."
INVITE = "Invite the app: type /invite @Dateline in the channel."
_REINSTALL = "Install the app to the workspace again and put the new bot token into SLACK_BOT_TOKEN."
_WRONG_TOKEN = "SLACK_BOT_TOKEN must be the Bot User OAuth Token of the app, which begins with xoxb-."  # noqa: S105
_ASK_ADMIN = "Ask an admin of the Slack workspace to allow the app to post."
_MAY_POST = "Ask an admin of the channel to let the app post there, or choose another channel in config.toml."
_NO_REPLIES = "Nobody may reply there. Ask an admin of the channel to unlock the thread or to allow threads."
_REPORT = "Please report this to Dateline's authors, with the code."


def _codes(codes: str, verdict: Verdict) -> Iterable[tuple[str, Verdict]]:
    return ((code, verdict) for code in codes.split())


VERDICTS: dict[str, Verdict] = dict(
    (
        *_codes("ratelimited rate_limited", Verdict("not_posted", wait=10.0)),
        *_codes("message_limit_exceeded", Verdict("not_posted", wait=3_600.0)),  # a quota of the workspace, of hours
        *_codes(
            "team_added_to_org org_login_required",
            Verdict("not_posted", remedy="The workspace is being moved; wait until that is done.", wait=600.0),
        ),
        *_codes("request_timeout", Verdict("not_posted", wait=10.0)),  # Slack got only a part of the request
        *_codes("internal_error fatal_error service_unavailable", Verdict("uncertain")),
        *_codes(
            "invalid_blocks invalid_blocks_format msg_blocks_too_long msg_too_long no_text too_many_attachments"
            " attachment_payload_limit_exceeded invalid_attachments invalid_metadata_format invalid_metadata_schema"
            " metadata_too_large markdown_text_conflict invalid_arguments invalid_arg_name invalid_array_arg"
            " invalid_charset invalid_form_data invalid_post_type missing_post_type invalid_json json_not_object"
            " invalid_thread_ts",
            Verdict("refused", "message", _REPORT),
        ),
        *_codes(
            "message_not_found cant_update_message edit_window_closed thread_not_found",
            Verdict("refused", "thread", "The message it belongs to is gone or can no longer be changed."),
        ),
        *_codes(
            "restricted_action_thread_locked restricted_action_non_threadable_channel cannot_reply_to_message",
            Verdict("refused", "thread", _NO_REPLIES),
        ),
        *_codes("block_mismatch", Verdict("refused", "thread", _REPORT)),
        *_codes(
            "channel_not_found",
            Verdict("refused", "channel", "Check its id in config.toml; if it is private: /invite @Dateline in it."),
        ),
        *_codes("not_in_channel user_not_in_channel", Verdict("refused", "channel", INVITE)),
        *_codes(
            "is_archived is_inactive",
            Verdict("refused", "channel", "Unarchive the channel, or choose another one in config.toml."),
        ),
        *_codes(
            "restricted_action restricted_action_read_only_channel restricted_action_thread_only_channel"
            " messages_tab_disabled ekm_access_denied",
            Verdict("refused", "channel", _MAY_POST),
        ),
        *_codes(
            "not_authed invalid_auth not_allowed_token_type metadata_must_be_sent_from_app",
            Verdict("refused", "token", _WRONG_TOKEN),
        ),
        *_codes("token_revoked token_expired account_inactive", Verdict("refused", "token", _REINSTALL)),
        *_codes(
            "missing_scope",
            Verdict("refused", "token", f"Add the scope under OAuth & Permissions. {_REINSTALL}"),
        ),
        *_codes(
            "no_permission access_denied accesslimited team_access_not_granted enterprise_is_restricted"
            " two_factor_setup_required",
            Verdict("refused", "token", _ASK_ADMIN),
        ),
        *_codes("method_deprecated", Verdict("refused", "token", "Upgrade Dateline.")),
    )
)

_HOW_TO_LISTEN = ("SLACK_APP_TOKEN must be an app-level token of the app, which begins with xapp- and has the scope"
                  " connections:write: on the app's page, Basic Information, App-Level Tokens.")
# What keeps the bot from hearing buttons and commands, where it is not the token.
_LISTENING = {
    "link_disabled": "Turn on Socket Mode on the app's page.",
    "too_many_websockets": "The app has ten connections already: is Dateline running elsewhere with the same tokens?",
    "forbidden_team": _ASK_ADMIN,
}

_UNKNOWN = Verdict("uncertain")
# What our own Senders call an answer that was lost, or that came from a server in trouble.
_TROUBLE = re.compile(r"http_5\d\d|timeout|connection_lost|no_answer|no_ts")


def classify(code: str) -> Verdict:
    """The verdict on a code; anything that Slack has not documented may have been posted."""
    return VERDICTS.get(code, _UNKNOWN)


def passes(code: str) -> bool:
    """Whether an uncertain answer is one of a service or network in trouble: alerts must not need a person after it."""
    known = VERDICTS.get(code)
    return bool(_TROUBLE.fullmatch(code)) or (known is not None and known.outcome == "uncertain")


def listening_remedy(code: str) -> str:
    """What to do where Slack gave this code instead of a connection for buttons and commands."""
    known = "" if classify(code).scope != "token" else _HOW_TO_LISTEN
    return _LISTENING.get(code, known) or "It is tried again until it works; slack-status.com may know more."


def slack_error(
    code: str, *, detail: str = "", retry_after: float | None = None, verdict: Verdict | None = None
) -> SlackError:
    """The error to raise for a code that Slack answered, with a sentence for the person who has to mend it.

    `detail` is what Slack added and may be shown (a missing scope, a place in the message), never text of the message;
    `verdict` goes before the table, for codes that mean something else where they come from.
    """
    verdict = verdict or classify(code)
    said = f"{code} ({detail})" if detail else code
    tail = f" {verdict.remedy}" if verdict.remedy else ""
    if verdict.outcome == "not_posted":
        wait = retry_after if retry_after is not None else verdict.wait
        return NotPosted(code, f"Slack did not take the message now: {said}.{tail}", retry_after=wait)
    if verdict.outcome == "refused":
        return Refused(code, f"Slack refused the {verdict.scope}: {said}.{tail}", scope=verdict.scope)
    return Uncertain(code, f"Slack answered {said}: {MAY_STAND}")
