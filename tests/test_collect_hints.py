"""What feeds say of their rhythm, and how little of it is believed."""

from __future__ import annotations

import pytest

from monitor.collect.feed import parse_feed
from monitor.collect.hints import hints_of
from monitor.collect.model import Hints


def hints(head: str) -> Hints:
    return hints_of(f"<rss><channel>{head}<item><ttl>999</ttl></item></channel></rss>".encode())


@pytest.mark.parametrize(
    ("head", "minutes"),
    [
        ("<ttl>60</ttl>", 60),
        ("<ttl> 30 </ttl>", 30),
        ("<ttl>525600</ttl>", 1_440),
        ("<ttl>0</ttl>", None),
        ("<ttl>0.1</ttl>", None),
        ("<ttl>-5</ttl>", None),
        ("<ttl>always</ttl>", None),
        ("<ttl>1.2.3</ttl>", None),
        ("<sy:updatePeriod>\n hourly </sy:updatePeriod><sy:updateFrequency> 2 </sy:updateFrequency>", 30),
        ("<sy:updatePeriod>daily</sy:updatePeriod>", 1_440),
        ("<sy:updatePeriod>weekly</sy:updatePeriod><sy:updateFrequency>1</sy:updateFrequency>", 1_440),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", None),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>60</sy:updateFrequency>", None),
        ("<sy:updatePeriod>often</sy:updatePeriod>", None),
        ("<ttl>15</ttl><sy:updatePeriod>hourly</sy:updatePeriod>", 60),
        ("", None),
    ],
)
def test_the_pause_between_changes_is_believed_within_reason(head: str, minutes: int | None) -> None:
    """From ten minutes to a day; of two statements the longer one; never what stands in an entry."""
    assert minutes == hints(head).minutes


@pytest.mark.parametrize(
    ("head", "hours", "days"),
    [
        ("<skipHours><hour>0</hour><hour>23</hour><hour>7</hour></skipHours>", (0, 7, 23), ()),
        ("<skipHours><hour>24</hour><hour>25</hour></skipHours>", (0,), ()),
        ("<skipDays><day>Sunday</day><day>Sat</day><day>Someday</day></skipDays>", (), (5, 6)),
        ("".join(f"<hour>{hour}</hour>" for hour in range(24)), (), ()),
        ("".join(f"<day>{day}day</day>" for day in ("Mon", "Tues", "Wednes", "Thurs", "Fri", "Satur", "Sun")), (), ()),
    ],
)
def test_quiet_hours_and_days_are_read(head: str, hours: tuple[int, ...], days: tuple[int, ...]) -> None:
    """A feed that skips all of them says nothing: it would never be polled."""
    found = hints(head)
    assert (hours, days) == (found.skip_hours, found.skip_days)


@pytest.mark.parametrize("damage", ["", "<b>"])
def test_both_readers_give_hints(damage: str) -> None:
    """Of a whole feed, and of one that only feedparser reads."""
    document = f'<rss version="2.0"><channel><ttl>45</ttl><title>T{damage}</title></channel></rss>'
    assert Hints(minutes=45) == parse_feed(document.encode(), url="http://a.example/", content_type="").hints
