"""A hundred made-up articles that one rule alerts on, sixty of them raids, and two hundred presses of readers.

The false friend is ice: rinks where people raid the snack bar. Made through the functions that collecting and pressing
use, so that a report reads what a bot would have stored.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.stories.identity import url_key
from storage import articles, feedback, feeds
from storage.articles import NewEntry
from storage.feedback import Judgement
from storage.feeds import WantedFeed

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from storage.database import Database

CHANNEL = "C0000RAIDS"
FEED = "https://ledger.example/feed"
PEOPLE = [f"U{number:02}" for number in range(20)]
RULES = """\
# our own rules
[topics]
raids = 'Raids'
buses = 'Buses'

[[rule]]
id     = 'ice-raids'
name   = 'ICE raids'
topics = ['raids']
query  = 'ice AND (raid OR raided OR arrested)'

[[rule.example]]
expect = 'match'
text   = '''ICE agents raided a bakery at dawn.'''

[[rule.example]]
expect = 'no match'
text   = '''The council talked about buses.'''
"""
_TOWNS = ("Alden", "Bray", "Corley", "Dunmore", "Elk Ridge", "Fenton", "Gale", "Harlow", "Inwood", "Jessup", "Kent",
          "Lorne", "Mapleton", "Norris", "Oakdale", "Perry", "Quill", "Rowan", "Selby", "Truro")
_RAIDS = (
    "ICE agents raided a meat plant in {town} on Monday. Nine people were led away, a lawyer said.",
    "Families in {town} waited for news after a raid by ICE. The county had not been told.",
    "Officers of ICE arrested four roofers near {town}. Neighbors filmed the vans.",
    "In {town} the school stayed open after the raid. ICE said that it had a warrant.",
)
_SKATING = (
    "The ice skating season begins in {town}. Visitors may raid the snack bar after nine.",
    "Ice skating is free for pupils of {town} this week. Teachers hope that nobody will raid the lost property.",
    "A thief who raided lockers beside the ice skating hall of {town} was seen by a trainer.",
    "Mice raided the kitchen of the ice skating club in {town}. The cook was not amused.",
)
_HOCKEY = (
    "The ice hockey team of {town} raided its neighbor for a new goalkeeper.",
    "Fans of ice hockey in {town} raid the shop before every game.",
)
_OTHERS = (
    "Bears raid bins in {town} when the ice melts.",
    "Rain and ice kept {town} at home. Many raided the freezer.",
    "A truck with crushed ice was raided by gulls in {town}.",
)
# A raid at the rink is found by its other words; a rink with ice elsewhere stays found.
_RAID_AT_THE_RINK = "ICE agents arrested two cooks at the ice skating hall of {town}. The raid took an hour."
_STILL_FOUND = "Ice skating is off in {town}: the ice is thin, and somebody raided the till."


@dataclass(frozen=True, slots=True)
class Story:
    """An article of the hundred, and whether it is what the rule is for."""

    title: str
    text: str
    is_raid: bool


def stories() -> list[Story]:
    """Sixty raids, one of them at the rink; thirty-one rinks, one of which has ice elsewhere; six games; three more."""
    raids = [*(_RAIDS[at % 4] for at in range(59)), _RAID_AT_THE_RINK]
    friends = [*(_SKATING[at % 4] for at in range(30)), _STILL_FOUND, *(_HOCKEY[at % 2] for at in range(6)), *_OTHERS]
    made = [Story(f"News from {_TOWNS[at % 20]}, no. {at}", text.format(town=_TOWNS[at % 20]), at < 60)
            for at, text in enumerate([*raids, *friends])]
    random.Random(11).shuffle(made)
    return made


def collect(database: Database, found: list[Story], now: datetime) -> list[int]:
    """The stories as a feed brought them, one an hour: their ids."""
    new = [NewEntry(f"e{at}", url_key(f"https://ledger.example/{at}"), f"https://ledger.example/{at}", story.title, "",
                    story.text, now - timedelta(hours=at), "", "en", quiet=False, fetch_page=False)
           for at, story in enumerate(found)]
    with database.write() as connection:
        feeds.sync(connection, [WantedFeed(FEED, "Ledger", "")], now)
        (feed,) = feeds.active(connection)
        articles.store_entries(connection, feed, new, now)
        keys = [entry.entry_key for entry in new]
        known = articles.known_entries(connection, keys)
    return [article_id for key in keys if (article_id := known[key].article_id)]


def press(
    connection: Connection, article_id: int, person: str, at: datetime, *, relevant: bool, rule: str = "ice-raids",
) -> bool:
    """One person's press, as the bot writes it; false where it changed nothing."""
    stamp = f"{at.timestamp():.6f}"
    key = f"{person} {article_id} {stamp}"
    judgement = Judgement(CHANNEL, article_id, rule, "Ledger", relevant, person, stamp)
    return feedback.is_new(connection, key, at) and feedback.judge(connection, judgement, at)


def press_all(database: Database, ids: list[int], found: list[Story], now: datetime) -> int:
    """Two hundred presses of twenty people: one to three an article. A third one often errs, on four a second does."""
    chosen = random.Random(5)
    pressed = 0
    with database.write() as connection:
        for at, (article_id, story) in enumerate(zip(ids, found, strict=True)):
            people = chosen.sample(PEOPLE, (1, 2, 3)[at % 3] if at < 99 else 2)
            for number, person in enumerate(people):
                says = at % 2 == 0 if number == 2 else story.is_raid is not (number == 1 and at % 30 == 1)
                pressed += press(connection, article_id, person, now - timedelta(days=at % 80, minutes=number),
                                 relevant=says)
    return pressed
