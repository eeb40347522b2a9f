"""The payload as a terminal and as a page show it."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from monitor.digest.model import Message
from monitor.slack.render.blocks import body, render
from monitor.slack.render.html import to_html
from monitor.slack.render.notice import note
from monitor.slack.render.preview import all_to_terminal, to_terminal
from tests.digest_samples import digest, item, large_digest, update, urgent_alert

HOSTILE = "</a><script>alert(1)</script>\" onmouseover=x & <b>"


def frozen(**changes: object) -> dict[str, object]:
    return body(render(replace(digest(item(7, **changes)), talks=True))[0], "C1", "d", "digest", "i1")


def test_terminal_shows_the_digest() -> None:
    """Topic, headline with its address below, quote, origin and reason, found words between asterisks."""
    lines = to_terminal(frozen(), 60).split("\n")
    assert "Morning digest, Mon 23 Nov · 1 story" == lines[0]
    expected = [
        "── Topic 0 " + "─" * 49,
        "",
        "  *Agents arrest* 7 at bakery",
        "  https://ledger.example/a?id=7&s=1",
        "  │ *Agents* led twelve workers away in vans, two neighbors",
        "  │ said.",
        "  Harbor Ledger · Baltimore, MD · Mon 23 Nov, 07:00 EST ⋯",
        "  Why: “agents” near “arrest” in the headline · rule: Raids",
    ]
    start = lines.index(expected[0])
    assert expected == lines[start : start + 8]


def test_terminal_colours_mark_what_was_found() -> None:
    """With colour there are no asterisks, and without the codes the words are the same."""
    coloured = to_terminal(frozen(), 60, color=True)
    assert "\x1b[1;30;43mAgents arrest\x1b[0m" in coloured
    assert to_terminal(frozen(), 60).replace("*", "") == re.sub(r"\x1b\[[\d;]*m", "", coloured)


@pytest.mark.parametrize("width", [30, 60, 100])
def test_terminal_keeps_its_width(width: int) -> None:
    """Only addresses are longer than the terminal is wide."""
    lines = to_terminal(frozen(why="words and more words " * 12), width).split("\n")
    assert [] == [line for line in lines if len(line) > width and "https://" not in line]


def test_terminal_is_told_nothing_by_a_feed() -> None:
    """Escape sequences of a headline do not reach the terminal."""
    assert "\x1b" not in to_terminal(frozen(title="\x1b[2J\x1b]8;;https://evil.example\x07x", title_marks=()))


def test_terminal_shows_a_thread() -> None:
    """The replies stand indented below their number, with all their lines."""
    lines = all_to_terminal(render(digest(*(item(number) for number in range(5)))), 60).split("\n")
    below = lines.index("   ┗ 1 reply")
    assert "Morning digest, Mon 23 Nov · 5 stories" == lines[0]
    assert "   ┃ Topic 0 · 5 stories" == lines[below + 2]
    assert {"   ┃ "} == {line[:5] for line in lines[below + 2:]}


def test_terminal_keeps_the_lines_of_top_stories_apart() -> None:
    """Topic, headline and source of a top story stand on lines of their own, stories an empty line apart."""
    text = all_to_terminal(render(digest(*(item(number) for number in range(10)), per_section=2)), 60)
    expected = ["", "  Topic 0 · 2 stories", "  Agents arrest 0 at bakery", "  https://ledger.example/a?id=0&s=1",
                "  Harbor Ledger · Baltimore, MD · Mon 23 Nov, 07:00 EST", "", "  Topic 2 · 2 stories"]
    assert "\n".join(expected) in text


def test_terminal_shows_buttons() -> None:
    """What can be pressed stands in brackets."""
    (message,) = render(replace(urgent_alert(), talks=True))
    assert "  [ Relevant ] [ Not relevant ] [ I'm on it ] [ ⋯ ]" == to_terminal(message).split("\n")[-1]


def test_terminal_shows_commands_in_backticks() -> None:
    """A command reads as it is typed."""
    (message,) = render(large_digest(3))
    assert "`dateline digest more C0DIGEST01 --day 2026-11-23`" in to_terminal(message, 200)


def test_page_shows_a_thread() -> None:
    """Replies stand below their number, whether they are known as messages or as frozen bodies."""
    made = render(digest(*(item(number) for number in range(5))))
    frozen_ones = [body(message, "C1", "d", "digest", "i") for message in made]
    for payloads in (made, frozen_ones):
        text = to_html(payloads, "Preview")
        assert '<section class="thread">\n<p class="replies">1 reply</p>\n<article' in text
        assert text.count('class="message"') == 2


@pytest.mark.parametrize("as_body", [True, False])
def test_update_stands_in_the_thread_of_an_earlier_message(as_body: bool) -> None:
    """Not in that of the message before it; a mark says so, and whether the channel sees it too."""
    shows, quiet = update(further=60), update(growth=None)
    made = [body(message, "C1", one.id, one.kind, "i") if as_body else message
            for one in (urgent_alert(), shows, quiet) for message in render(one)]
    text, page = all_to_terminal(made, 60), to_html(made, "Preview")
    assert "   ┗ in the thread of an earlier message, and in the channel\n   ┃   More on: Agents arrest 28" in text
    assert "   ┗ in the thread of an earlier message\n   ┃   More on: Agents" in text
    assert 0 == text.count("replies") == page.count("replies</p>") and 2 == page.count('<section class="thread">')
    assert '<p class="replies">in the thread of an earlier message, and in the channel</p>\n<article' in page


def test_printed_update_is_marked() -> None:
    """Where messages are printed one by one, too; the further parts of a long one stand below it."""
    first, second, *_ = (to_terminal(message) for message in render(update(further=60, address=1_500)))
    assert first.startswith("   ┗ in the thread of an earlier message, and in the channel\n   ┃ ")
    assert second.startswith("   ┃   More on: ")


def test_page_shows_what_can_be_pressed() -> None:
    """Buttons and menus look like some, and a menu tells its choices."""
    made = [replace(one, talks=True) for one in (urgent_alert(), digest(item()))]
    text = to_html([message for one in made for message in render(one)], "Preview")
    assert '<span class="button">Not relevant</span>' in text
    assert 'class="menu" title="Relevant · Not relevant · I&#x27;m on it · Why did this match? · Mute…"' in text


def test_note_shows_its_list() -> None:
    """Sentences stand on lines of their own, points under a bullet, long ones indented."""
    text = to_terminal(note("Test alert", ["One.", "Two."], ["a point that needs two lines", "b"]), 24)
    expected = ["  One.", "  Two.", "  • a point that needs", "    two lines", "  • b"]
    assert expected == text.split("\n")[3:]


def test_unknown_block_is_named() -> None:
    """A block that the preview cannot draw is not silently left out."""
    assert "  [image]" == to_terminal(Message("", ({"type": "image"},)))


class Page(HTMLParser):
    """Collects what a browser would see of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[dict[str, str | None]] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "a":
            self.links.append(dict(attrs))

    def handle_data(self, data: str) -> None:
        self.words += data


def test_page_is_self_contained() -> None:
    """No script, nothing loaded from anywhere, and a policy that forbids both."""
    text = to_html([frozen()], "Preview")
    page = Page(text)
    assert set() == {"script", "img", "link", "iframe"} & set(page.tags)
    assert "default-src 'none'" in text
    assert None is re.search(r"url\(|@import", text)


def test_page_links_and_marks() -> None:
    """A headline is one link to its article, without a referrer, its found words marked inside."""
    text = to_html([frozen()], "Preview")
    (link,) = Page(text).links
    expected = {"href": "https://ledger.example/a?id=7&s=1", "target": "_blank", "rel": "noreferrer noopener"}
    assert expected == link
    assert "<mark>Agents arrest</mark> 7 at bakery</a>" in text


def test_page_escapes_everything() -> None:
    """Whatever a feed, a title or a channel is called, the page shows it as words."""
    text = to_html([frozen(title=HOSTILE, outlet=HOSTILE, why=HOSTILE, title_marks=())], HOSTILE, {"C1": HOSTILE})
    page = Page(text)
    assert "script" not in page.tags and "b" not in page.tags
    assert 1 == len(page.links)
    assert 6 == page.words.count("<script>alert(1)</script>")  # title, its heading, channel, headline, outlet, reason


def test_page_names_channels_once() -> None:
    """Messages of one channel stand together under its name; an unknown one has no heading."""
    text = to_html([frozen(), frozen(), {**frozen(), "channel": "C2"}], "Preview", {"C1": "#alerts"})
    assert 1 == text.count('class="channel"') == text.count("# alerts")
    assert 3 == text.count('class="message"')


def test_page_draws_lists() -> None:
    """The points of a note are one list."""
    text = to_html([note("T", ["x"], ["a", "b"])], "Preview")
    assert '<ul>\n<li class="bullet">a</li>\n<li class="bullet">b</li>\n</ul>' in text
