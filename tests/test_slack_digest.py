"""A digest with a thread: a parent that reads well alone, and one reply for each topic."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.channels import kind_of
from monitor.digest.model import Aside, Section
from monitor.slack.render.blocks import body, render
from tests.digest_samples import digest, item, large_digest, told_digest
from tests.slack_checks import addresses, refused, shown, titles, within_limits


def many_topics(count: int, **changes: object) -> list[Section]:
    """Topics with long names, one article each."""
    return [Section(f"t{at}", f"Topic number {at} with a name of some length", (item(at, **changes),))
            for at in range(count)]


@pytest.mark.parametrize(("count", "threads", "expected"), [(3, True, 0), (4, True, 1), (9, False, 0)])
def test_threads_begin_with_four_stories(count: int, threads: bool, expected: int) -> None:
    """Fewer need none, and a channel that wants none has none."""
    made = render(replace(digest(*(item(number) for number in range(count))), threads=threads))
    assert expected == sum(message.in_thread for message in made)


def test_parent_tells_top_stories() -> None:
    """Topic, number of stories, and the most prominent one first: linked headline, outlet, place and time."""
    told = (item(1), item(2, prominence="headline"), item(3), item(4), item(5))
    parent = render(digest(*told, per_section=3))[0]
    story = next(block for block in parent.blocks if block["block_id"].startswith("s:"))["elements"][0]["elements"]
    assert ["Topic 0", " · 3 stories", "\n", "Agents arrest 2 at bakery", "\nHarbor Ledger · Baltimore, MD · "] == [
        part["text"] for part in story[:5]]
    assert ("date", "Mon 23 Nov, 07:00 EST") == (story[5]["type"], story[5]["fallback"])
    assert ["Agents arrest 2 at bakery", "Agents arrest 1 at bakery", "Agents arrest 3 at bakery"] == [
        part["text"] for part in story if part["type"] == "link"]


@pytest.mark.parametrize(("topics", "each"), [(1, 8), (2, 4), (3, 2), (8, 1), (12, 1)])
def test_topics_share_eight_stories(topics: int, each: int) -> None:
    """Few topics show several stories each, many show one."""
    parent = render(digest(*(item(number) for number in range(10 * topics)), per_section=10))[0]
    stories = [story for block in parent.blocks if block["block_id"].startswith("s:") for story in block["elements"]]
    assert [each] * topics == [sum(part["type"] == "link" for part in story["elements"]) for story in stories]


def test_long_addresses_leave_fewer_stories() -> None:
    """A parent stays one message, also where addresses are as long as they may be."""
    told = [item(number, url=f"https://a.example/{number}/" + "x" * 2_000) for number in range(8)]
    parent = render(digest(*told, per_section=8))[0]
    links = [part for block in parent.blocks if block["block_id"].startswith("s:")
             for part in block["elements"][0]["elements"] if part["type"] == "link"]
    assert within_limits(parent) and 1 <= len(links) < 8


def test_parent_leads_with_numbers() -> None:
    """How many articles and topics, from when to when, and where they are."""
    parent = render(large_digest())[0]
    summary = parent.blocks[1]["elements"][0]["text"].split("\n")
    assert "Morning digest, Mon 23 Nov · 200 stories" == titles((parent,))[0]
    assert "12 topics · the articles are in this thread" == summary[0]
    assert summary[1].startswith("Articles from <!date^")


def test_parent_counts_articles_where_they_are_more() -> None:
    """Stories in the title, both below it; a top story says in how many outlets it is."""
    made = render(told_digest("en", 9, 0, 2, 14))
    assert "Morning digest, Mon 23 Nov · 4 stories" == titles(made)[0]
    summary = made[0].blocks[1]["elements"][0]["text"].split("\n")
    assert "29 articles in 4 stories · 1 topic · the articles are in this thread" == summary[0]
    tops = [part["text"] for block in made[0].blocks if block["block_id"].startswith("s:")
            for part in block["elements"][0]["elements"] if "outlets" in part.get("text", "")]
    assert [" · 3 outlets", " · 10 outlets", " · 15 outlets"] == tops


def test_spanish_parent_counts_articles_too() -> None:
    """In the channel's language."""
    parent = render(told_digest("es", 9, 0, 2, 14))[0]
    assert "29 artículos en 4 noticias · 1 tema" in shown([parent]) and " · 10 medios" in shown([parent])


def test_few_stories_of_many_articles_have_a_thread() -> None:
    """One message in the channel is enough of them; where there are no threads they go on in the channel."""
    told = told_digest("en", 60, copies=20, address=1_800)
    made, flat = render(told), render(replace(told, threads=False))
    assert [False, *[True] * (len(made) - 1)] == [message.in_thread for message in made]
    assert 1 < len(flat) and not any(message.in_thread for message in flat)
    for messages in (made, flat):
        ids = [number for message in messages for number in message.article_ids]
        assert sorted(one.article_id for item in told.items for one in (item, *item.also)) == sorted(ids)
        assert all(map(within_limits, messages))
        assert [] == [found for message in messages for found in refused(message)]


def test_usual_parent_is_short() -> None:
    """Twelve blocks at most for twelve topics, with what was left out and what was read at its end."""
    parent = render(large_digest(200, 12))[0]
    assert len(parent.blocks) <= 12
    end = parent.blocks[-1]["elements"][0]["text"]
    for phrase in ("41 more from “Arrests near home or work” today", "412 articles read", "Down since Saturday"):
        assert phrase in end


@pytest.mark.parametrize("count", [1, 8, 9, 60, 300])
def test_parent_names_every_topic_it_has_room_for(count: int) -> None:
    """One message whatever the number of topics; those without a top story are named with their numbers."""
    made = render(replace(digest(), sections=tuple(many_topics(max(count, 4), url="https://a.example/" + "x" * 150))))
    assert within_limits(made[0]) and not made[0].in_thread
    named = [at for at in range(count) if f"Topic number {at} with" in shown(made[:1])]
    assert min(count, 60) <= len(named) or "more topics" in shown(made[:1])


def test_each_topic_has_a_reply() -> None:
    """Every article stands in exactly one reply, under a title with its topic and number, in order."""
    made = render(digest(*(item(number) for number in range(9)), per_section=4))
    assert ["Topic 0 · 4 stories", "Topic 4 · 4 stories", "Topic 8 · 1 story"] == titles(made)[1:]
    assert [(), (0, 1, 2, 3), (4, 5, 6, 7), (8,)] == [message.article_ids for message in made]
    assert [(at, 4) for at in range(4)] == [(message.part, message.of) for message in made]


def test_long_topic_goes_on_in_the_next_reply() -> None:
    """Split between articles, and each reply says which of how many it is."""
    made = render(digest(*(item(number) for number in range(40))))
    replies = made[1:]
    assert [f"Topic 0 · 40 stories ({at + 1} of {len(replies)})" for at in range(len(replies))] == titles(replies)
    assert list(range(40)) == [number for message in replies for number in message.article_ids]
    for message in replies:
        pairs = [block["block_id"].split(":") for block in message.blocks[1:]]
        assert [["i", "w"]] * (len(pairs) // 2) == [[one[0], other[0]] for one, other in
                                                   zip(pairs[::2], pairs[1::2], strict=True)]


def test_nothing_is_lost_between_parent_and_thread() -> None:
    """200 articles in 12 topics: every one in a reply, every aside and every footnote somewhere, all within limits."""
    made = large_digest()
    messages = render(made)
    assert sorted(one.article_id for one in made.items) == sorted(
        number for message in messages for number in message.article_ids)
    assert {aside.url for aside in made.asides} <= set(addresses(messages))
    assert all(map(within_limits, messages))


def test_asides_without_room_are_counted_and_go_into_the_thread() -> None:
    """The parent says how many there are and where; the thread links them all."""
    asides = [Aside(number, f"Headline {number}", f"https://a.example/{number}") for number in range(300)]
    notes = tuple(f"Down: {'x' * 90} {number}." for number in range(90))
    made = render(digest(*(item(number) for number in range(5)), asides=asides, footnotes=notes))
    assert "300 more are probably not about this: listed in this thread" in shown(made[:1])
    assert [aside.url for aside in asides] == [url for url in addresses(made) if url.startswith("https://a.example")]
    assert all(note in shown(made) for note in notes)
    assert "Morning digest, Mon 23 Nov · Further lines (1 of " in titles(made)[2]
    assert all(map(within_limits, made))


def test_reply_says_so_in_its_marker() -> None:
    """A preview of frozen bodies knows which go into the thread; Slack is told when the parent stands."""
    made = [body(message, "C1", "d", "digest", "i") for message in render(digest(*map(item, range(4))))]
    assert [None, True] == [one["metadata"]["event_payload"].get("reply") for one in made]


def test_stand_in_accepts_threads() -> None:
    """Parent and replies, in both languages, with many topics too, have nothing to refuse."""
    digests = [large_digest(), large_digest(60, 5, "es"), replace(digest(), sections=tuple(many_topics(60)))]
    assert [] == [found for one in digests for message in render(one) for found in refused(message)]


def test_a_webhook_has_no_threads() -> None:
    """It gets no answer to which a reply could be made, whatever the digest allows."""
    assert not any(message.in_thread for message in kind_of("hook:NEWS").digest(large_digest()))
    assert any(message.in_thread for message in kind_of("C0DIGEST01").digest(large_digest()))
