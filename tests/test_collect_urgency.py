"""Which sources are asked as often as is polite, because something may have to be told at once."""

from __future__ import annotations

from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from monitor.collect.urgency import serves_urgent
from monitor.settings import ChannelSettings, FeedSettings
from rules.model import Escalation, Rule

FEED = FeedSettings("https://c.example/feed", "The Ledger")
RAIDS = Rule("raids", "raid", topics=("raids",), severity="urgent")
POLICY = Rule("policy", "policy", topics=("policy",))
RISING = Rule("detainers", "detainer", topics=("policy",), escalate=(Escalation("raid"),))
MORNING = (time(8),)


def channel(wants: dict[str, Any]) -> ChannelSettings:
    return ChannelSettings("C1", "alerts", ZoneInfo("UTC"), **({"slots": MORNING} | wants))


@pytest.mark.parametrize(("wants", "rules", "expected"), [
    ({}, [RAIDS], True),
    ({}, [POLICY], False),
    ({}, [RISING], True),
    ({}, [], False),
    ({"urgent": False}, [RAIDS], False),
    ({"slots": ()}, [POLICY], True),
    ({"slots": (), "urgent": False}, [RAIDS], True),
    ({"slots": (), "severity": "high"}, [POLICY], False),
    ({"rules": ("policy",)}, [RAIDS, POLICY], False),
    ({"topics": ("raids",)}, [RISING], False),
    ({"topics": ("raids",)}, [RAIDS], True),
    ({"outlets": ("THE LEDGER",)}, [RAIDS], True),
    ({"outlets": ("Another",)}, [RAIDS], False),
    ({"places": ("Baltimore, MD",), "languages": ("es",), "prominence": "headline"}, [RAIDS], True),
])
def test_a_source_is_urgent_where_somebody_is_told_at_once(
    wants: dict[str, Any], rules: list[Rule], *, expected: bool
) -> None:
    """By what rules and channels say before an article is read; a channel without slots is told everything at once."""
    assert expected == serves_urgent(FEED, [channel(wants)], rules)


def test_the_configuration_may_say_no() -> None:
    """`urgent = false` of a feed holds, whatever the rules are."""
    calm = FeedSettings(FEED.url, FEED.outlet, urgent=False)
    assert not serves_urgent(calm, [channel({})], [RAIDS])


def test_one_channel_of_many_is_enough() -> None:
    """And none is not."""
    assert serves_urgent(FEED, [channel({"urgent": False}), channel({})], [POLICY, RAIDS])
    assert not serves_urgent(FEED, [], [RAIDS])
