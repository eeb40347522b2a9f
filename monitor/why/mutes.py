"""Which mute keeps an article from a channel, and what is said of that. Pure: asked of the code that decides it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.digest.broadcast import shown
from monitor.digest.compose import stand
from monitor.digest.mutes import hushed, is_on, name, sifted, until, without
from monitor.digest.story import grouped
from monitor.digest.updates import is_update, updates_of
from monitor.why.track import Stage
from monitor.words.times import local

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from monitor.settings import ChannelSettings
    from monitor.why.channels import Known, Place
    from monitor.why.coming import Outlook
    from rules.model import MatchedArticle
    from storage.mutes import Mute


def held_by(article: MatchedArticle, channel: ChannelSettings, outlook: Outlook, now: datetime) -> Mute | None:
    """The mute that will keep back an article which waits, or would; None where it comes."""
    on = outlook.mutes.on(now)
    if not on:
        return None
    every = [article, *(one for one in outlook.waiting if one.article_id != article.article_id)]
    calm = sifted(every, channel, outlook.stories, on)
    held = {**calm.held}
    standing, _ = stand(calm.left, channel, outlook.topics, outlook.stories.members)
    for story in grouped(standing, channel.language):
        told = outlook.stories.of(story)
        if told and article.article_id in story.article_ids and is_update(story, told, channel):
            going, _ = shown(updates_of([story], outlook.stories, channel), channel, outlook.broadcasts, now)
            held |= hushed(going, channel, outlook.stories, on)[1]
    return held[article.article_id].mute if article.article_id in held else None


def meant_by(article: MatchedArticle, channel: ChannelSettings, outlook: Outlook, now: datetime) -> Mute | None:
    """The mute that is meant for the article, whether or not it keeps it back."""
    on = outlook.mutes.on(now)
    return without(article, channel, outlook.stories, on)[1] if on else None


def described(mute: Mute, channel: ChannelSettings, outlook: Outlook, now: datetime) -> str:
    """ "Daily Planet for Raids (mute 3), until Thu 24 Dec", or how it ended."""
    told = f"{name(mute, outlook.mutes, outlook.topics, 'en')} (mute {mute.id})"
    if is_on(mute, now):
        return f"{told}, until {until(mute, now, channel.zone, 'en')}"
    if mute.ended_at and mute.ended_at <= now:
        return f"{told}, undone on {local(mute.ended_at, channel.zone, 'en')}"
    return f"{told}, over by now"


def stages(article: MatchedArticle, channels: Iterable[tuple[Known, Place]], now: datetime) -> Iterator[Stage]:
    """What mutes do with the article, channel by channel; nothing where none is meant for it."""
    for known, place in channels:
        meant = known.mute or meant_by(article, place.channel, known.outlook, now)
        if meant is None:
            continue
        about = f"{place.channel.name} muted {described(meant, place.channel, known.outlook, now)}"
        if place.fate == "muted":
            yield Stage("mute", "stopped", f"{about}: that {'kept' if known.mute else 'keeps'} it back there.")
        else:
            yield Stage("mute", "passed", f"{about}. That keeps back nothing urgent, and nothing that was told before.")
