"""What each of Slack's error codes means for a message."""

from __future__ import annotations

import pytest

from monitor.errors import NotPosted, Refused, Uncertain
from monitor.slack.classify import VERDICTS, classify, passes, slack_error

# Every code that Slack's reference lists for posting, threads and updates, by what it means.
NOT_POSTED = "ratelimited rate_limited message_limit_exceeded team_added_to_org org_login_required request_timeout"
UNCERTAIN = "internal_error fatal_error service_unavailable"
MESSAGE = """invalid_blocks invalid_blocks_format msg_blocks_too_long msg_too_long no_text too_many_attachments
    attachment_payload_limit_exceeded invalid_attachments invalid_metadata_format invalid_metadata_schema
    metadata_too_large markdown_text_conflict invalid_arguments invalid_arg_name invalid_array_arg invalid_charset
    invalid_form_data invalid_post_type missing_post_type invalid_json json_not_object invalid_thread_ts"""
THREAD = """message_not_found cant_update_message edit_window_closed thread_not_found block_mismatch
    restricted_action_thread_locked restricted_action_non_threadable_channel cannot_reply_to_message"""
CHANNEL = """channel_not_found not_in_channel is_archived is_inactive restricted_action
    restricted_action_read_only_channel restricted_action_thread_only_channel messages_tab_disabled
    user_not_in_channel ekm_access_denied"""
TOKEN = """not_authed invalid_auth token_revoked token_expired account_inactive missing_scope not_allowed_token_type
    no_permission access_denied accesslimited team_access_not_granted enterprise_is_restricted
    two_factor_setup_required method_deprecated metadata_must_be_sent_from_app"""
TABLE = [
    *((code, "not_posted", "") for code in NOT_POSTED.split()),
    *((code, "uncertain", "") for code in UNCERTAIN.split()),
    *((code, "refused", "message") for code in MESSAGE.split()),
    *((code, "refused", "thread") for code in THREAD.split()),
    *((code, "refused", "channel") for code in CHANNEL.split()),
    *((code, "refused", "token") for code in TOKEN.split()),
]


@pytest.mark.parametrize(("code", "outcome", "scope"), TABLE)
def test_every_known_code(code: str, outcome: str, scope: str) -> None:
    """Each documented code has its verdict in the table."""
    assert code in VERDICTS
    assert (outcome, scope) == (classify(code).outcome, classify(code).scope)


def test_table_has_no_other_codes() -> None:
    """Nothing is classified that the list above does not name."""
    assert sorted(VERDICTS) == sorted(code for code, _, _ in TABLE)


def test_unknown_code_is_uncertain() -> None:
    """A code that Slack adds tomorrow may mean that the message was posted."""
    assert isinstance(slack_error("brand_new_error"), Uncertain)


@pytest.mark.parametrize(
    ("code", "given", "expected"),
    [("ratelimited", 3.0, 3.0), ("ratelimited", None, 10.0), ("message_limit_exceeded", None, 3_600.0)],
)
def test_wait(code: str, given: float | None, expected: float) -> None:
    """Slack's own Retry-After goes before the table's."""
    error = slack_error(code, retry_after=given)
    assert isinstance(error, NotPosted)
    assert expected == error.retry_after


def test_refusal_says_how_to_mend_it() -> None:
    """A person reads what happened and what to type."""
    error = slack_error("not_in_channel")
    assert isinstance(error, Refused)
    expected = "Slack refused the channel: not_in_channel. Invite the app: type /invite @Dateline in the channel."
    assert ("channel", expected) == (error.scope, str(error))


@pytest.mark.parametrize("code", f"{MESSAGE} {THREAD} {CHANNEL} {TOKEN}".split())
def test_every_refusal_has_a_remedy(code: str) -> None:
    """Nobody is left with a bare code."""
    assert classify(code).remedy


@pytest.mark.parametrize(
    ("code", "expected"),
    [("http_503", True), ("timeout", True), ("connection_lost", True), ("no_answer", True), ("internal_error", True),
     ("http_403", False), ("team_not_found", False), ("is_archived", False)])
def test_what_passes_by_itself(code: str, expected: object) -> None:
    """Trouble of Slack or the network needs nobody; a code that nobody knows may be a lasting refusal."""
    assert expected == passes(code)
