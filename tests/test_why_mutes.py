"""What `why` and `channels test` say of mutes: whether one keeps an article back, which, and what to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.digest.mutes import Mutes
from monitor.digest.story import Stories
from monitor.stories.model import Count, Features, Member
from monitor.why.channels import Known, place_in
from monitor.why.coming import Outlook
from monitor.why.mutes import stages
from storage.digests import Placed, ToldStory
from storage.mutes import Mute
from tests.test_commands_channels import AT_ONCE, DIGEST, MATCH, NOON, STORED, UNLIKELY, URGENT, article

if TYPE_CHECKING:
    from monitor.settings import ChannelSettings
    from rules.model import Match

TOPIC = Mute(3, DIGEST.id, "topic", 5, None, "", "raids", None, NOON - timedelta(hours=1), NOON + timedelta(hours=23),
             None, None, 0)
OUTLET = replace(TOPIC, kind="outlet", outlet="Ledger", until=NOON + timedelta(days=29))
STORY = replace(TOPIC, kind="story", story_id=9, topic="", until=NOON + timedelta(days=6))
OTHER = replace(TOPIC, topic="buses")
OVER = replace(TOPIC, ended_at=NOON - timedelta(minutes=1))
MEMBERS = {key: Member(key, 9, Features(NOON, counts=(Count(28, "arrests"),))) for key in (6, 7)}


def outlook(mute: Mute, kind: str = "", arrests: int = 28) -> Outlook:
    """A channel with a mute; with a kind, it was told of the article's story by a message of that kind."""
    at = NOON - timedelta(hours=2)
    told = {9: ToldStory(9, f"{kind}:1", kind, at, at, (6,), "Raid at dawn")} if kind else {}
    grown = replace(MEMBERS[7], features=replace(MEMBERS[7].features, counts=(Count(arrests, "arrests"),)))
    return Outlook(topics={"raids": "Raids"}, mutes=Mutes((mute,), {3: "Raid at dawn"}),
                   stories=Stories({**MEMBERS, 7: grown}, told))


@pytest.mark.parametrize(("channel", "found", "ahead", "words"), [
    (DIGEST, MATCH, outlook(TOPIC), "in the digest of Tue 24 Nov, 08:00 EST: the channel muted everything about Raids "
     "(mute 3), until Tue 24 Nov, 11:00"),
    (DIGEST, MATCH, outlook(OUTLET), "the channel muted Ledger for Raids (mute 3), until Tue 22 Dec"),
    (DIGEST, MATCH, outlook(STORY), "the channel muted the story “Raid at dawn” (mute 3), until Sun 29 Nov"),
    (DIGEST, UNLIKELY, outlook(STORY), "the channel muted the story"),
    (AT_ONCE, MATCH, outlook(STORY, "digest", 41), "the channel muted the story"),
    (AT_ONCE, MATCH, outlook(STORY, "alert"), "the channel muted the story"),
])
def test_what_waits_and_is_muted(channel: ChannelSettings, found: Match, ahead: Outlook, words: str) -> None:
    """The mute is named by what it is about, its number and its end; undoing it is the remedy."""
    place = place_in(article(found), channel, replace(STORED, outlook=ahead), NOON)

    assert ("muted", "dateline mutes undo 3 ends that") == (place.fate, place.remedy)
    assert place.words.startswith("to be counted and not shown, ")
    assert words in place.words


@pytest.mark.parametrize(("channel", "found", "ahead"), [
    (DIGEST, URGENT, outlook(TOPIC)),
    (DIGEST, MATCH, outlook(OTHER)),
    (DIGEST, MATCH, outlook(OVER)),
    (AT_ONCE, MATCH, outlook(STORY, "alert", 41)),
])
def test_what_waits_and_comes(channel: ChannelSettings, found: Match, ahead: Outlook) -> None:
    """What is urgent, what the whole channel sees of an alerted story, and what nothing is meant for."""
    assert "waiting" == place_in(article(found), channel, replace(STORED, outlook=ahead), NOON).fate


@pytest.mark.parametrize(("mute", "words"), [
    (STORY, "as the channel muted the story “Raid at dawn” (mute 3), until Sun 29 Nov"),
    (OVER, "as the channel muted everything about Raids (mute 3), undone on Mon 23 Nov, 11:59 EST"),
    (replace(TOPIC, until=NOON), "as the channel muted everything about Raids (mute 3), over by now"),
    (None, "as the channel muted a mute that is no longer known"),
])
def test_what_was_kept_back(mute: Mute | None, words: str) -> None:
    """When that was and by what; it can be posted all the same."""
    standing = Placed("digest:1", "digest", "muted", "raids", NOON - timedelta(minutes=30), 3)
    known = replace(STORED, standing=standing, outlook=outlook(STORY), mute=mute)
    place = place_in(article(MATCH), DIGEST, known, NOON)

    assert "muted" == place.fate
    assert place.words.startswith("kept back on Mon 23 Nov, 11:30 EST and not shown, ")
    assert words in place.words
    assert "dateline why 7 --post 'raids' posts it anyway" in place.remedy


@pytest.mark.parametrize(("found", "mute", "expected"), [
    (MATCH, TOPIC, [("stopped", "raids muted everything about Raids (mute 3), until Tue 24 Nov, 11:00: that keeps it "
                     "back there.")]),
    (URGENT, TOPIC, [("passed", "raids muted everything about Raids (mute 3), until Tue 24 Nov, 11:00. That keeps "
                      "back nothing urgent, and nothing that was told before.")]),
    (MATCH, OTHER, []),
])
def test_a_stage_of_its_own(found: Match, mute: Mute, expected: list[tuple[str, str]]) -> None:
    """It says what is muted, and whether that matters."""
    known = replace(STORED, outlook=outlook(mute))
    place = place_in(article(found), DIGEST, known, NOON)

    assert expected == [(one.state, one.words) for one in stages(article(found), [(known, place)], NOON)]


def test_an_article_that_is_not_stored() -> None:
    """It would be muted as well, by what is known of it."""
    assert "muted" == place_in(article(MATCH), DIGEST, Known(outlook=outlook(TOPIC)), NOON).fate
