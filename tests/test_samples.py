"""Real articles through the whole program: the sample site's three feeds carry the same five stories.

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
    """Every (channel name, article) that was posted, as often as it was."""
    return [(running.CHANNELS[post["channel"]], name) for post in posts for name in EXPECTED
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
