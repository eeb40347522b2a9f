"""What became of a day of presses: what the strict Slack wrote down and what the bot stored, held against each other.

Expected is what talk_day_model says of the presses as they were sent; what was acknowledged must count, once. What a
message must show is drawn from its frozen body and the database, as the bot draws it; that the database is right is
judged apart from that.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from monitor.slack.heard import heard
from monitor.slack.render.marks import drawn
from monitor.talk.model import Press
from monitor.talk.press import key
from monitor.talk.shown import shown
from storage import deliveries
from storage.schema import articles, digest_items, feedback, mutes, presses, story_articles, taken
from tests.talk_day_model import ASKS_ONLY, Heard, expected
from tests.talk_slack import ZONE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from monitor.settings import Language
    from storage.database import Database
    from storage.deliveries import Delivery
    from tests.talk_day_model import Subject

Line = dict[str, Any]
BEFORE, AFTER = 4.0, 0.5  # seconds around a lost connection in which an envelope may stay unacknowledged
_ALONE = ("unfurl_not_disabled",)  # Slack shows nothing of what is linked to where only one person sees the message
_COUNTED = re.compile(r"Relevante? (\d+)"), re.compile(r"Not? relevante? (\d+)")
_ON_IT = re.compile(r"<@(U\w+)>")
_OPEN = ("pending", "sending", "uncertain")


@dataclass(frozen=True, slots=True)
class Records:
    """What the Slack wrote down, and what stands in its channels at the end; `cut`: when connections were lost."""

    envelopes: Sequence[Line]
    acks: Sequence[Line]
    requests: Sequence[Line]
    messages: Sequence[Line]
    standing: Sequence[Line]
    audit: Mapping[str, Any]
    cut: Sequence[float]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was wrong, by kind, and how much there was."""

    wrong: dict[str, list[str]]
    figures: dict[str, int]


@dataclass(slots=True)
class _Case:
    """All that is judged, and what was found wrong so far."""

    records: Records
    connection: Connection
    admins: Collection[str]
    languages: Mapping[str, Language]
    wrong: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


def judge(
    records: Records, database: Database, admins: Collection[str], languages: Mapping[str, Language]
) -> Verdict:
    """Everything about the day; `languages` are those of the channels."""
    said = pressed(records)
    with database.read() as connection:
        case = _Case(records, connection, admins, languages)
        _acknowledged(case)
        _counted(case, said)
        _stored(case, said)
        _drawn(case)
        _shown(case)
        _whole(case)
        _once(case)
        _private(case)
        _calls(case)
    return Verdict({kind: found for kind, found in case.wrong.items() if found}, _figures(records, said))


def pressed(records: Records) -> list[Heard]:
    """The presses that were sent, each once. Raises ValueError where one cannot be read."""
    sure = {line["envelope_id"] for line in records.acks if not line["timeout"]}
    found: dict[str, Heard] = {}
    for line in records.envelopes:
        if line["type"] != "interactive" or "envelope_id" not in line:
            continue
        press = heard(line)
        if not isinstance(press, Press):
            raise ValueError(f"not a press: {line['label']}")
        before = found.get(key(press))
        found[key(press)] = Heard(press, line["envelope_id"] in sure or (before is not None and before.sure))
    return list(found.values())


def _acknowledged(case: _Case) -> None:
    """Only what was under way on a connection that was lost may go without an acknowledgement, and none is late."""
    known = {line["envelope_id"] for line in case.records.acks if not line["timeout"]}
    case.wrong["acknowledged late"] += [str(line["latency_ms"]) for line in case.records.acks if line.get("late")
                                        and not line["timeout"]]
    for line in case.records.envelopes:
        excused = any(cut - BEFORE < line["at"] < cut + AFTER for cut in case.records.cut)
        if line.get("undelivered") or (line["envelope_id"] not in known and not excused):
            case.wrong["not acknowledged"].append(f"{line['label']} at {line['at']:.1f}")


def _counted(case: _Case, said: Sequence[Heard]) -> None:
    """Every press is noted once: the acknowledged, and of the others at most themselves."""
    noted = set(case.connection.scalars(select(presses.c.key)))
    counting = [one for one in said if one.press.action not in ASKS_ONLY]
    case.wrong["acknowledged and not counted"] += [
        str(one.press) for one in counting if one.sure and key(one.press) not in noted]
    strange = noted - {key(one.press) for one in counting}
    case.wrong["counted and never pressed"] += sorted(strange)


def _stored(case: _Case, said: Sequence[Heard]) -> None:
    """Judgements, items taken and mutes are what the presses come to."""
    begun: dict[int, tuple[Subject, int]] = {}
    here: dict[Subject, tuple[tuple[str, str | None], ...]] = defaultdict(tuple)
    for row in case.connection.execute(select(mutes).order_by(mutes.c.id)).all():
        subject = _subject(case.connection, row.channel_id, row.kind, row.article_id)
        begun[row.id] = subject, len(here[subject])
        here[subject] += ((row.person, row.ended_by),)
    wanted = expected(said, case.admins, lambda press: _subject(
        case.connection, press.asker.channel_id, press.action.removeprefix("mute-"), press.subject), begun)
    _compare(case, "judgement", wanted.judged, _judgements(case.connection), None)
    _compare(case, "item taken", wanted.taken, _items(case.connection), None)
    _compare(case, "mute", wanted.mutes, here, ())


def _subject(connection: Connection, channel_id: str, kind: str, article_id: int) -> Subject:
    """For what a mute of this kind holds that is begun at the article."""
    story = connection.scalar(select(story_articles.c.story_id).where(story_articles.c.article_id == article_id))
    outlet = connection.scalar(select(articles.c.outlet).where(articles.c.id == article_id))
    rule = connection.scalar(select(digest_items.c.rule_id).where(  # every rule here has one topic, called as it is
        digest_items.c.channel_id == channel_id, digest_items.c.article_id == article_id))
    what = {"story": (str(story or f"alone {article_id}"),), "outlet": (str(outlet), str(rule)), "topic": (str(rule),)}
    return (channel_id, kind, *what[kind])


def _judgements(connection: Connection) -> dict[tuple[str, int, str], bool]:
    return {(row.channel_id, row.article_id, row.person): row.relevant for row in connection.execute(select(feedback))}


def _items(connection: Connection) -> dict[tuple[str, int], str]:
    return {(row.channel_id, row.article_id): row.person for row in connection.execute(select(taken))}


def _compare(
    case: _Case, what: str, wanted: Mapping[Any, Collection[Any]], here: Mapping[Any, Any], nothing: object
) -> None:
    for one in {*wanted, *here}:
        possible, is_ = wanted.get(one, {nothing}), here.get(one, nothing)
        if is_ not in possible:
            case.wrong[f"{what} not as pressed"].append(f"{one}: {is_}, and not {' or '.join(map(str, possible))}")


def _drawn(case: _Case) -> None:
    """Each message shows what is stored; all that are stored stand there, and nothing else of ours does."""
    ours = {(line["channel"], line["ts"]): line for line in case.records.standing if line.get("bot_id")}
    rows = {(row.channel_id, row.ts): row for row in deliveries.in_state(case.connection, *deliveries.STATES)}
    case.wrong["message that never arrived"] += [
        f"{row.delivery_id} part {row.part}" for row in rows.values() if row.state in _OPEN]
    case.wrong["message of no delivery"] += [str(place) for place in ours.keys() - rows.keys()]
    for place, row in rows.items():
        if place not in ours:
            case.wrong["message gone"].append(str(place))
        elif difference := _difference(_meant(case, row), ours[place], "message"):
            case.wrong["message not as stored"].append(f"{row.delivery_id} part {row.part}: {difference}")


def _meant(case: _Case, row: Delivery) -> Mapping[str, Any]:
    marks = shown(case.connection, row.channel_id, row.body, datetime.now(UTC))
    body = drawn(row.body, marks, case.languages[row.channel_id], ZoneInfo(ZONE))
    return {key: body[key] for key in ("text", "blocks", "metadata") if key in body}


def _difference(meant: Any, here: Any, where: str) -> str:  # noqa: ANN401 - JSON
    """The first place at which what stands there is not what was meant, "" where there is none: Slack adds ids."""
    if isinstance(meant, dict) and isinstance(here, dict):
        return next((found for key in meant if (found := _difference(meant[key], here.get(key), f"{where}/{key}"))), "")
    if isinstance(meant, list | tuple) and isinstance(here, list) and len(meant) == len(here):
        return next((found for at, pair in enumerate(zip(meant, here, strict=True))
                     if (found := _difference(*pair, f"{where}/{at}"))), "")
    if meant == here:
        return ""
    same = next((at for at, (one, other) in enumerate(zip(str(meant), str(here), strict=False)) if one != other), 0)
    return f"{where}: …{str(here)[same:same + 200]!r}, and not …{str(meant)[same:same + 200]!r}"


def _shown(case: _Case) -> None:
    """Numbers and names as readers see them are those of the database, read here on its own."""
    counts = Counter((channel, article, said) for (channel, article, _), said in _judgements(case.connection).items())
    items = _items(case.connection)
    for line in case.records.standing:
        for block in line.get("blocks", ()):
            if not block["block_id"].startswith("w:"):
                continue
            channel, article = line["channel"], int(block["block_id"][2:])
            meant = counts[channel, article, True], counts[channel, article, False], items.get((channel, article), "")
            words = str(block)
            here = *(int(found[1]) if (found := one.search(words)) else 0 for one in _COUNTED), *_ON_IT.findall(words)
            if here != meant[:2 + bool(meant[2])]:
                case.wrong["shown otherwise than stored"].append(f"{channel}, article {article}: {here}, not {meant}")


def _whole(case: _Case) -> None:
    """No update of a message was ever without one of its blocks, but those of a button that was pressed for good."""
    first: dict[tuple[str, str], set[str]] = {}
    for line in case.records.messages:
        place, ids = (line["channel"], line["ts"]), {block["block_id"] for block in line["blocks"] or ()}
        if line["op"] == "post":
            first[place] = ids
        elif line["op"] == "update":
            lost = {one for one in first[place] - ids if not one.startswith("u:")}
            case.wrong["update without an item"] += [f"{place}: {sorted(lost)}"] * bool(lost)


def _once(case: _Case) -> None:
    """No message came twice, by its marker or by what it says."""
    audit = case.records.audit
    case.wrong["posted twice"] += [*audit["duplicates_by_key"], *map(str, audit["duplicates_by_content"])]
    case.wrong["posted without a marker"] += ["a message"] * audit["posts_without_metadata"]


def _private(case: _Case) -> None:
    """What answers a press or a command is for one person; nothing of the channel is replaced or deleted by it."""
    for line in case.records.messages:
        answers = line["via"] in ("response_url", "ack")
        if (answers and line["op"] != "ephemeral") or (not answers and line["op"] not in ("post", "update")):
            case.wrong["answer that others see"].append(f"{line['op']} by {line['via']}: {str(line['text'])[:100]}")


def _calls(case: _Case) -> None:
    """Slack refused nothing, but said when it was too much; nothing it took looks broken."""
    refused = Counter((line["method"], line["error"]) for line in case.records.requests
                      if line.get("error") not in (None, "ratelimited"))
    case.wrong["call refused"] += [f"{method}: {error}, {number} times" for (method, error), number in refused.items()]
    case.wrong["came back too early"] += ["a call"] * case.records.audit["came_back_too_early"]
    broken = Counter(f"{one['severity']} {one['code']}" for line in case.records.messages for one in line["lint"]
                     if one["severity"] != "info" and not (line["op"] == "ephemeral" and one["code"] in _ALONE))
    case.wrong["looks broken"] += [f"{what} {number} times" for what, number in broken.items()]


def _figures(records: Records, said: Sequence[Heard]) -> dict[str, int]:
    acks = Counter(line["envelope_id"] for line in records.acks if not line["timeout"])
    sent = [line for line in records.envelopes if line["type"] == "interactive"]
    kinds = Counter(one.press.action for one in said)
    changes = Counter(line["op"] for line in records.messages)
    limited = sum(line.get("error") == "ratelimited" for line in records.requests)
    return {"presses": len(said), "handed over twice": len(sent) - len(said), "commands": _commands(records.envelopes),
            "never acknowledged": sum(not one.sure for one in said), "acknowledged envelopes": len(acks),
            "connections cut": len(records.cut), "messages": changes["post"], "changes of messages": changes["update"],
            "private answers": changes["ephemeral"], "calls above the rate": limited, **dict(sorted(kinds.items()))}


def _commands(envelopes: Iterable[Line]) -> int:
    return sum(line["type"] == "slash_commands" for line in envelopes)
