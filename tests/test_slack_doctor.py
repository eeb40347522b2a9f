"""What the doctor says about a token, its scopes and the channels."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

import pytest

from monitor.settings import SlackSettings
from monitor.slack.doctor import NEEDED, NEEDED_PRIVATE, NEEDED_TALK, TALK, Finding, diagnose
from tests.digest_samples import channel
from tests.slack_loopback import Reply, loopback_slack, no, ok

MANIFEST = Path(__file__).parents[1] / "docs" / "slack-manifest.yaml"


def identity(*scopes: str) -> Reply:
    content = {"ok": True, "team": "Desk", "user": "dateline"}
    return Reply(text=json.dumps(content), headers={"X-OAuth-Scopes": ",".join(scopes)})


def findings(
    auth: Reply, info: Reply = ok(), history: Reply = ok(messages=[]), listen: Reply = ok(),  # noqa: B008 - frozen
    **settings: object,
) -> list[Finding]:
    async def once() -> list[Finding]:
        replies = {"auth_test": auth, "conversations_info": info, "conversations_history": history,
                   "apps_connections_open": listen}
        async with loopback_slack(**replies) as slack:
            return await diagnose(slack.settings(**settings), [channel(id="C1", name="alerts")])

    return asyncio.run(once())


def described(**facts: object) -> Reply:
    return ok(channel={"id": "C1", "is_member": True, **facts})


def test_all_is_well() -> None:
    """Tokens with their scopes and a channel with the app in it are good lines with nothing to mend."""
    made = findings(identity(*NEEDED, *NEEDED_TALK), described(), app_token="xapp-1")
    assert ["token", "scopes", TALK, "#alerts"] == [one.subject for one in made if one.ok]
    assert {""} == {one.remedy for one in made}


def test_another_channels_id_shows() -> None:
    """Where Slack's name of the channel is another than ours, the line says both: the id may be somebody else's."""
    *_, found = findings(identity(*NEEDED), described(name="staff-party"))
    assert "Slack calls #staff-party and config.toml calls #alerts" in found.sentence
    assert found.remedy
    assert "" == findings(identity(*NEEDED), described(name="alerts"))[-1].remedy


def test_the_admin_channel_is_named_as_slack_does() -> None:
    """config.toml gives the admin channel no name, so the line says which one its id is."""
    *_, found = findings(identity(*NEEDED), described(name="desk"), admin_channel="C9")
    assert "The app is in the admin channel, which is #desk." == found.sentence


@pytest.mark.parametrize(
    ("history", "remedy"),
    [(no("missing_scope", needed="channels:history"), "Add the scope"), (no("not_in_channel"), "/invite")],
)
def test_a_history_that_cannot_be_read(history: Reply, remedy: str) -> None:
    """Without it a lost answer cannot be looked up: the doctor says that exactly once is not promised, and the cure."""
    found = findings(identity(*NEEDED), described(), history)[-1]
    assert (False, "#alerts") == (found.ok, found.subject)
    assert "Exactly once is not promised" in found.sentence and remedy in found.remedy


@pytest.mark.parametrize(("address", "ok"), [("https://hooks.slack.com/services/T/B/SECRET", True), (None, False)])
def test_a_webhook_is_at_least_once(address: str | None, ok: bool) -> None:
    """A webhook needs no token; whoever chose it reads that messages may come twice, or where its address belongs."""
    hook = channel(id="hook:DESK", name="desk", kind="webhook", webhook=address)
    (found,) = asyncio.run(diagnose(SlackSettings(), [hook]))
    assert (ok, "desk") == (found.ok, found.subject)
    assert ("at least once" if ok else "DATELINE_WEBHOOK_DESK") in found.sentence + found.remedy
    assert "SECRET" not in repr(found)


def test_a_webhook_beside_a_channel() -> None:
    """Each channel gets its own examination; without a token the webhook is still looked at."""
    hook = channel(id="hook:DESK", name="desk", kind="webhook", webhook="https://hooks.slack.com/services/x")
    made = asyncio.run(diagnose(SlackSettings(), [channel(id="C1", name="alerts"), hook]))
    assert [("token", False), ("desk", True)] == [(one.subject, one.ok) for one in made]


def test_no_token() -> None:
    """Without a token the doctor says where to put it, and asks nobody."""
    (only,) = findings(identity(), token=None)
    assert (False, True) == (only.ok, "SLACK_BOT_TOKEN" in only.remedy)


@pytest.mark.parametrize(
    ("auth", "subject", "sentence"),
    [
        (no("invalid_auth"), "token", "Slack does not accept the token (invalid_auth)."),
        (no("token_revoked"), "token", "Slack does not accept the token (token_revoked)."),
        (Reply(status=502, text="{}"), "slack", "Slack gave no usable answer (http_502)."),
        (Reply(drop=True), "slack", "Slack gave no usable answer (connection_lost)."),
    ],
)
def test_token_trouble_ends_the_examination(auth: Reply, subject: str, sentence: str) -> None:
    """With a token that does not work there is one finding and a remedy."""
    (only,) = findings(auth)
    assert (False, subject, sentence) == (only.ok, only.subject, only.sentence)
    assert only.remedy


def test_missing_scopes_are_named() -> None:
    """The line says which scopes are missing and where to add them."""
    _, scopes, _ = findings(identity("chat:write"), described())
    assert (False, "The token lacks the scopes channels:read, channels:history.") == (scopes.ok, scopes.sentence)
    assert "Reinstall" in scopes.remedy


def test_nobody_listens() -> None:
    """Without an app-level token all is well, and the line says what is missing for buttons and where it goes."""
    talk = findings(identity(*NEEDED), described())[2]
    assert (True, TALK) == (talk.ok, talk.subject)
    assert "are not answered" in talk.sentence and "SLACK_APP_TOKEN" in talk.remedy


@pytest.mark.parametrize(
    ("listen", "code", "remedy"),
    [
        (no("invalid_auth"), "invalid_auth", "SLACK_APP_TOKEN must be an app-level token"),
        (no("not_allowed_token_type"), "not_allowed_token_type", "begins with xapp-"),
        (no("missing_scope", needed="connections:write"), "missing_scope", "connections:write"),
        (Reply(status=503, text="{}"), "http_503", "slack-status.com"),
    ],
)
def test_an_app_token_that_does_not_work(listen: Reply, code: str, remedy: str) -> None:
    """Each way in which Slack lets nobody listen is one line with its remedy, and the channels are looked at still."""
    *_, talk, last = findings(identity(*NEEDED, *NEEDED_TALK), described(), listen=listen, app_token="xapp-1")
    assert (False, f"Slack lets nobody listen to them ({code}).") == (talk.ok, talk.sentence)
    assert remedy in talk.remedy
    assert last.ok


def test_commands_need_their_scope() -> None:
    """With an app-level token the scope for commands is asked for as well."""
    scopes = findings(identity(*NEEDED), described(), app_token="xapp-1")[1]
    assert (False, "The token lacks the scopes commands.") == (scopes.ok, scopes.sentence)


@pytest.mark.parametrize(
    ("info", "sentence", "remedy"),
    [
        (described(is_archived=True), "is archived", "Unarchive"),
        (described(is_member=False), "not in #alerts", "/invite @Dateline"),
        (described(is_read_only=True), "does not let everybody post", "admin of the channel"),
        (described(is_private=True), "lacks groups:read and groups:history", "OAuth & Permissions"),
        (no("channel_not_found"), "knows no channel C1", "config.toml"),
        (no("missing_scope", needed="groups:read"), "lacks a scope", "groups:read and groups:history"),
        (Reply(status=500, text="{}"), "no usable answer", "try again"),
    ],
)
def test_channel_trouble(info: Reply, sentence: str, remedy: str) -> None:
    """Each thing that can be wrong with a channel is one line with its remedy."""
    last = findings(identity(*NEEDED), info)[-1]
    assert (False, "#alerts") == (last.ok, last.subject)
    assert sentence in last.sentence and remedy in last.remedy


def test_private_channel_with_its_scopes_is_well() -> None:
    """A private channel is fine once the app has what it needs there."""
    assert findings(identity(*NEEDED, *NEEDED_PRIVATE), described(is_private=True))[-1].ok


def test_admin_channel_is_examined_once() -> None:
    """The admin channel is looked at too, and not twice where it also gets digests."""
    made = findings(identity(*NEEDED), described(), admin_channel="C9")
    assert ["#alerts", "the admin channel"] == [one.subject for one in made[3:]]
    assert 4 == len(findings(identity(*NEEDED), described(), admin_channel="C1"))


def test_manifest_lets_people_talk_back() -> None:
    """The shipped app has buttons, the command under its default name, and needs no public address."""
    text = MANIFEST.read_text()
    assert 1 == len(re.findall(rf"^    - command: {SlackSettings().command}\b", text, re.MULTILINE))
    assert "interactivity:\n    is_enabled: true" in text
    assert "socket_mode_enabled: true" in text


def test_manifest_asks_for_the_least() -> None:
    """The shipped app has the needed scopes and no other; the private ones are there to be opted into."""
    text = MANIFEST.read_text()
    assert sorted((*NEEDED, *NEEDED_TALK)) == sorted(re.findall(r"^      - (\S+)", text, re.MULTILINE))
    assert sorted(NEEDED_PRIVATE) == sorted(re.findall(r"^      # - (\S+)", text, re.MULTILINE))
