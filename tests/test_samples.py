"""Real articles: judged by the shipped rules one by one, and sent through the whole program by the sample site's feeds.

The samples are not part of this repository; without them these tests are skipped.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from monitor.demo.site import DemoFeed, Site
from rules.engine.engine import Engine
from rules.files.load import load_rules
from rules.model import Article
from tests import running

if TYPE_CHECKING:
    from collections.abc import Iterator

RIGS = Path(__file__).resolve().parents[2] / "shared" / "rigs"
pytestmark = pytest.mark.skipif(not RIGS.is_dir(), reason="the sample articles are not beside this checkout")

# By the last part of an article's address: topics in which it may alert, the first being the one it must, and a place.
EXPECTED = {
    "mayor-commissioner-support-immigrants": ({"policy"}, "Baltimore, MD"),
    "cities-refuse-cooperate-raids": ({"raids", "policy"}, "Chicago, IL"),
    "doj-demands-information-four-cities": ({"policy"}, "Baltimore, MD"),
    "montgomery-county-reversal": ({"policy"}, "Montgomery County, MD"),
    "ice-arrests-28-baltimore": ({"raids", "policy"}, "Baltimore, MD"),
}
SEEDS = RIGS.parent / "seeds"
PACK = Path(__file__).parent.parent / "rules" / "packs" / "immigration"
# By the first letters of a file: its headline where the file has none, the topics it alerts for, which cities and
# counties it is about, which it merely mentions (some of them), and which way it says things go.
TRUTH = [
    ("000", "", {"cooperation-policy"}, {"Baltimore, MD"}, set(), "restricts"),
    ("001", "", {"raids", "cooperation-policy"}, {"Chicago, IL", "Denver, CO", "San Francisco, CA"},
     {"Miami, FL", "Atlanta, GA", "Houston, TX"}, "restricts"),
    ("002", "", {"cooperation-policy"}, {"Albuquerque, NM", "Baltimore, MD"},
     {"San Bernardino, CA", "Stockton, CA"}, "federal_pressure"),
    ("003", "Montgomery County, Maryland, Reverses Policy and Will Work With ICE", {"cooperation-policy", "detainers"},
     {"Montgomery County, MD"}, set(), "expands"),
    ("004", "ICE Arrests 28 in Baltimore in Operation Safe City", {"raids", "detainers", "cooperation-policy"},
     {"Baltimore, MD"}, {"Philadelphia, PA", "Denver, CO", "Cook County, IL"}, "federal_pressure"),
]
NOT_NAMED = {"Columbus, OH"}  # stands in a caption of 002 only
FURNITURE = ("El Paso", "Laredo", "Fresno", "Tulsa", "Boise", "Spokane", "Sacramento", "Tucson")


@pytest.fixture(scope="module")
def posts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[dict[str, Any]]]:
    """What reached Slack after two rounds over the three feeds."""
    folder = tmp_path_factory.mktemp("samples")
    ready = folder / "ready.json"
    server = subprocess.Popen([sys.executable, str(RIGS / "feed_server.py"), "--port", "0", "--quiet",
                               "--ready-file", str(ready)], stdout=subprocess.DEVNULL, env={**os.environ})
    running.wait_until(lambda: ready.exists() and ready.read_text().strip())
    base = json.loads(ready.read_text())["base"]
    feeds = tuple(DemoFeed(f"{base}/seeds/{name}", "The Baltimore Sun", "Baltimore, MD")
                  for name in ("feed.xml", "atom.xml", "page2.xml"))
    with running.slack() as slack:
        config = running.write_config(folder, Site(base, feeds), slack.url)
        for _ in range(2):
            assert 0 == running.run(["once"], config).returncode
        yield slack.posts
    server.terminate()
    server.wait()


def shown(posts: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Every (channel name, article) that was posted, as often as it was; what opens a thread only announces it."""
    opening = {post["metadata"]["event_payload"]["delivery_id"] for post in posts if "thread_ts" in post}
    parents = [post for post in posts if post["metadata"]["event_payload"]["delivery_id"] in opening
               and "thread_ts" not in post]
    return [(running.CHANNELS[post["channel"]], name) for post in posts if post not in parents for name in EXPECTED
            if f"/seeds/article/{name}" in json.dumps(post["blocks"])]


def test_each_sample_alerts_once_in_its_topics(posts: list[dict[str, Any]]) -> None:
    """Three feeds carry the five stories; each reaches each channel that wants it exactly once."""
    wanted = {(channel, name) for name, (channels, _) in EXPECTED.items() for channel in channels}

    assert wanted == set(shown(posts))
    assert len(shown(posts)) == len(set(shown(posts)))


def test_places_are_those_of_the_story(posts: list[dict[str, Any]]) -> None:
    """The story's place is named; cities that stand only in sidebars and outlets' names are not."""
    everything = json.dumps(posts, ensure_ascii=False)

    assert [] == [place for _, place in EXPECTED.values() if place not in everything]
    assert [] == [city for city in FURNITURE if city in everything]


@pytest.mark.parametrize("sample", TRUTH, ids=[sample[0] for sample in TRUTH])
def test_each_sample_is_judged_right(sample: tuple[str, str, set[str], set[str], set[str], str]) -> None:
    """Topic, places, what it is about and which way things go: all five are right."""
    file, title, topics, about, mentioned, stance = sample
    text = next(SEEDS.glob(f"{file}_*.txt")).read_text("utf-8")
    if not title:
        title, _, text = text.partition("\n")
    found = [match for match in Engine(load_rules([PACK])).match(Article(title, text)) if match.alerts]
    places = {place.label: place.about for match in found for place in match.places if "," in place.label}

    assert topics == {topic for match in found for topic in match.topics}
    assert about == {label for label, is_about in places.items() if is_about}
    assert mentioned <= {label for label, is_about in places.items() if not is_about}
    assert NOT_NAMED.isdisjoint(places)
    assert {stance} == {match.stance.label for match in found if match.stance}
