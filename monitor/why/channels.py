"""Where an article stands in each channel, or would: posted, waiting and until when, or which choice refuses it. Pure.

The checks are asked in the order in which the bot decides, and the first that has an answer gives it; a reason more is
one function more.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from monitor.channels import WEBHOOK_PREFIX
from monitor.digest.routing import chosen, route
from monitor.errors import DatelineError
from monitor.why.coming import Outlook, coming_words, when_words
from monitor.why.mutes import described, held_by
from monitor.words.times import local

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from monitor.digest.routing import Choice
    from monitor.settings import ChannelSettings
    from rules.model import Match, MatchedArticle
    from storage.deliveries import Delivery
    from storage.digests import Placed
    from storage.mutes import Mute
    from storage.why import ChannelRow, Root

Fate = Literal["posted", "counted", "muted", "waiting", "stopped", "refused"]
_KINDS = {"digest": "digest", "alert": "urgent alert", "rollup": "roll-up of urgent stories", "silence": "line",
          "update": "later coverage"}
_PLACES = {"also": ", as a link below the card of its story",
           "aside": ", as a headline among those that are probably not about its topics"}
_REMEDIES: Mapping[Choice, str] = {
    "alert_from": "if it should alert, lower alert_from in the rule",
    "rules": "if it should come here, add the rule to `rules` of this [[channel]] in config.toml",
    "topics": "if it should come here, add the topic to `topics` of this [[channel]] in config.toml",
    "places": "if it should come here, add the place to `places` of this [[channel]] in config.toml",
    "outlets": "if it should come here, add the outlet to `outlets` of this [[channel]] in config.toml",
    "languages": "if it should come here, add the language to `languages` of this [[channel]] in config.toml",
    "severity": "if it should come here, lower `severity` of this [[channel]] in config.toml, or raise it in the rule",
    "prominence": "if it should come here, lower `prominence` of this [[channel]] in config.toml",
}


@dataclass(frozen=True, slots=True)
class Place:
    """What an article is to one channel: a word for programs, a sentence, and what to do."""

    channel: ChannelSettings
    fate: Fate
    words: str
    remedy: str = ""
    sent: tuple[Delivery, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored of an article and one channel; all of it empty for an article that is not stored.

    `match_times` are number and time of its matches, by rule; `silenced` is why no channel is told of it; `outlook`
    is of the channel alone; `root` is what told its story first, where it stands in later coverage; `mute` is what kept
    it back.
    """

    article_id: int = 0
    standing: Placed | None = None
    sent: tuple[Delivery, ...] = ()
    row: ChannelRow | None = None
    match_times: Mapping[str, tuple[int, datetime]] = field(default_factory=dict)
    silenced: str = ""
    outlook: Outlook = field(default_factory=Outlook)
    root: Root | None = None
    mute: Mute | None = None


@dataclass(frozen=True, slots=True)
class _Asked:
    article: MatchedArticle
    channel: ChannelSettings
    known: Known
    now: datetime

    @property
    def taken(self) -> tuple[Match, ...]:
        return chosen(self.article, self.channel)


def named(channels: Sequence[ChannelSettings], name: str) -> ChannelSettings:
    """The channel with this name or id, or the name of its webhook, as people type it. Raises DatelineError."""
    wanted = name.lstrip("#").casefold()
    found = [channel for channel in channels
             if wanted in (channel.id.casefold(), channel.id.removeprefix(WEBHOOK_PREFIX).casefold(),
                           channel.name.lstrip("#").casefold())]
    if len(found) == 1:
        return found[0]
    if found:
        raise DatelineError(f"several channels are called {name!r}: give an id, {' or '.join(one.id for one in found)}")
    every = ", ".join(f"{channel.name} ({channel.id})" for channel in channels)
    raise DatelineError(f"config.toml has no channel {name!r}. The channels are: {every}")


def place_in(article: MatchedArticle, channel: ChannelSettings, known: Known, now: datetime) -> Place:
    """What becomes of the article in this channel (`routing.resolved`), by what is stored and by the clock."""
    asked = _Asked(article, channel, known, now)
    for check in (_standing, _refused, _silenced, _passed_over, _muted):
        if found := check(asked):
            return found
    return Place(channel, "waiting", coming_words(article, channel, known.outlook, now))


def _standing(asked: _Asked) -> Place | None:
    """It stands in a digest: which one, and what became of that."""
    standing, channel = asked.known.standing, asked.channel
    if standing is None:
        return None
    if standing.place == "muted":
        return _kept_back(asked, standing)
    what = digest_words(standing.kind, standing.made_at, channel)
    if standing.place == "more":
        day = standing.made_at.astimezone(channel.zone).date()
        why = f"{standing.rule_id} had found more than its max_per_day" if standing.rule_id else \
            "its outlet had published far more at once than it usually does"
        return Place(channel, "counted", f"counted in {what} and not shown: {why}",
                     f"dateline digest more '{channel.name}' --day {day} lists it", asked.known.sent)
    words, remedy, fate = _delivery(asked)
    root = asked.known.root
    below = f", {_under(root, channel, asked.known.sent)}" if root else ""
    where = below + _PLACES.get(standing.place, "")
    return Place(channel, fate, f"stands in {what}{where}{words}", remedy, asked.known.sent)


def _kept_back(asked: _Asked, standing: Placed) -> Place:
    """What a mute kept back does not come when the mute ends."""
    channel, mute, at = asked.channel, asked.known.mute, local(standing.made_at, asked.channel.zone, "en")
    by = described(mute, channel, asked.known.outlook, asked.now) if mute else "a mute that is no longer known"
    return Place(channel, "muted", f"kept back on {at} and not shown, as the channel muted {by}",
                 f"dateline why {asked.known.article_id} --post '{channel.name}' posts it anyway; dateline mutes "
                 f"'{channel.name}' lists what is muted")


def _muted(asked: _Asked) -> Place | None:
    """It waits, and a mute will keep it back."""
    outlook, channel = asked.known.outlook, asked.channel
    mute = held_by(asked.article, channel, outlook, asked.now)
    if mute is None:
        return None
    return Place(channel, "muted", f"to be counted and not shown, {when_words(channel, asked.now)}: the channel muted "
                 f"{described(mute, channel, outlook, asked.now)}", f"dateline mutes undo {mute.id} ends that")


def digest_words(kind: str, made_at: datetime, channel: ChannelSettings) -> str:
    """ "the urgent alert of Mon 23 Nov, 14:02 EST"."""
    return f"the {_KINDS.get(kind, kind)} of {local(made_at, channel.zone, 'en')}"


def _under(root: Root, channel: ChannelSettings, sent: Sequence[Delivery]) -> str:
    """Where later coverage stands: in the thread of what told its story first, and where all see it."""
    first = digest_words(root.kind, root.made_at, channel)
    if not any(one.in_thread for one in sent):
        return f"which goes on with {first}"
    also = " and in the channel itself" if any(one.body.get("reply_broadcast") for one in sent) else ""
    return f"in the thread of {first}{also}"


def _delivery(asked: _Asked) -> tuple[str, str, Fate]:
    """What became of the message that shows the article, what to do, and the word for it."""
    sent = _showing(asked.known.sent, asked.known.article_id)
    if sent is None:
        return "; its message was erased since", "", "posted"
    part = f" (part {sent.part + 1} of {sent.of})" if sent.of > 1 else ""
    about = f", message {sent.id}{part}"
    numbered = f"dateline deliveries retry {sent.id}"
    match sent.state:
        case "sent":
            at = local(sent.finished_at, asked.channel.zone, "en") if sent.finished_at else "an unknown time"
            return f"{about}: posted on {at}" + (f", Slack's ts {sent.ts}" if sent.ts else ""), "", "posted"
        case "printed":
            return f"{about}: printed, as no Slack token was set", "", "posted"
        case "pending" | "sending":
            held = f": {sent.error.rstrip('.')}" if sent.error else ""
            until = f"; next try {local(sent.not_before, asked.channel.zone, 'en')}" if sent.not_before else ""
            remedy = "mend that; it goes out by itself then" if sent.error else "nothing: the running bot posts it"
            return f"{about}: waits to be posted{held}{until}", remedy, "waiting"
        case "uncertain":
            look = f"; the bot looks again {local(sent.look_at, asked.channel.zone, 'en')}" if sent.look_at else ""
            remedy = f"look into the channel; if it is missing: {numbered}"
            return f"{about}: may or may not stand in the channel{look}", remedy, "waiting"
    reason = (sent.error or "without a reason").rstrip(".")
    return f"{about}: {sent.state}: {reason}", f"mend that, then: {numbered}", "stopped"


def _showing(sent: tuple[Delivery, ...], article_id: int) -> Delivery | None:
    """The message that shows an article whole: its blocks are named by it, and a parent may show it in short.

    Without names, the first message that is not through.
    """
    ends = f":{article_id}"
    for one in sent[::-1]:
        blocks = one.body.get("blocks", ())
        if isinstance(blocks, list) and any(str(block.get("block_id", "")).endswith(ends) for block in blocks):
            return one
    return next((one for one in sent if one.state not in ("sent", "printed")), sent[0] if sent else None)


def _refused(asked: _Asked) -> Place | None:
    """No match that it takes: the match that comes nearest, and the choice that refuses it."""
    if asked.taken:
        return None
    if not asked.article.matches:
        return Place(asked.channel, "refused", "no rule matched the article")
    refusals = min((verdict.refusals for verdict in route(asked.article, asked.channel)), key=len)
    words = "; and ".join(refusal.words if refusal.choice != "outlets" or asked.article.outlet
                          else refusal.words.rpartition(",")[0] + ", and this has no outlet" for refusal in refusals)
    return Place(asked.channel, "refused", words, _REMEDIES[refusals[0].choice])


def _silenced(asked: _Asked) -> Place | None:
    if not asked.known.silenced:
        return None
    to_post = f"dateline why {asked.known.article_id} --post '{asked.channel.name}' posts it anyway"
    return Place(asked.channel, "stopped", f"its choices take it, but {asked.known.silenced}", to_post)


def _passed_over(asked: _Asked) -> Place | None:
    """Matches from before the channel, or from before it wanted them, are not asked about again."""
    times = [asked.known.match_times[match.rule_id] for match in asked.taken
             if match.rule_id in asked.known.match_times]
    if not times:
        return None
    to_post = f"dateline why {asked.known.article_id} --post '{asked.channel.name}' posts it now"
    row, (number, at) = asked.known.row, max(times)
    if row is None:
        return Place(asked.channel, "stopped", "the bot has not run with this channel yet, and a channel gets nothing "
                     "from before its start", to_post)
    if at < row.first_seen_at:
        since = local(row.first_seen_at, asked.channel.zone, "en")
        return Place(asked.channel, "stopped", f"it matched before this channel was set up ({since})", to_post)
    if number <= row.considered_match_id:
        return Place(asked.channel, "stopped", "when it came this channel did not want it: its choices, or the rule, "
                     "were others then", to_post)
    return None
