"""Article pages read in this process, and whether their text is believed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.collect.model import ExtractedPage
from monitor.collect.page import extract_page, usable
from monitor.errors import DocumentError

URL = "https://courier.example/news/jail-contract"
STORY = [
    "MILLBROOK - The council on Monday put off its vote on the jail contract until the summer, members said.",
    "Residents filled the chamber for three hours and spoke for and against the plan.",
    "“We want to read all of it first,” said the chair, who asked the sheriff for the figures of the last five years.",
]


def page(story: list[str], *, head: str = "", title: str = "Council delays vote on jail contract") -> str:
    """A page with a menu, a sidebar naming other towns, comments and a footer round its story."""
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in story)
    return f"""<!doctype html><html lang="en-US"><head><title>{title}</title>{head}</head><body>
    <nav><ul><li><a href="/">Home</a></li><li><a href="/riverton">Riverton</a></li></ul></nav>
    <main><article><h1>{title}</h1>{paragraphs}</article>
    <aside class="related sidebar"><h3>Related stories</h3><ul><li><a href="/r">Raid in Riverton</a></li></ul></aside>
    <section id="comments" class="comments"><div class="comment"><p>Same as in Oakfield last year!</p></div></section>
    </main><footer><p>Offices in Riverton and Oakfield. All rights reserved.</p></footer></body></html>"""


def extract(markup: str | bytes, content_type: str = "text/html; charset=utf-8") -> ExtractedPage:
    body = markup.encode() if isinstance(markup, str) else markup
    return extract_page(body, url=URL, content_type=content_type)


def test_the_story_is_found_among_the_furniture() -> None:
    """Every paragraph on a line of its own; no town of the sidebar, comments or footer."""
    found = extract(page(STORY))
    assert STORY == found.text.splitlines()
    assert not {"Riverton", "Oakfield"} & set(found.text.replace("!", " ").split())
    assert ("Council delays vote on jail contract", "en-us") == (found.title, found.language)


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:published_time" content="2026-03-02T09:15:00-05:00">',
        '<meta content="2026-03-02T14:15:00Z" property="article:published_time"/>',
        '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2026-03-02T14:15:00Z"}</script>',
    ],
)
def test_the_hour_of_publication_is_read(head: str) -> None:
    """From meta elements and from JSON-LD, in UTC."""
    assert datetime(2026, 3, 2, 14, 15, tzinfo=UTC) == extract(page(STORY, head=head)).published_at


def test_a_damaged_date_costs_no_page() -> None:
    """An escape that JSON does not know leaves the story and no hour."""
    head = r'<script type="application/ld+json">{"datePublished": "2026-03-02T14\q15"}</script>'
    found = extract(page(STORY, head=head))
    assert (STORY, datetime(2026, 3, 2, 12, tzinfo=UTC)) == (found.text.splitlines(), found.published_at)


def test_a_bare_day_is_noon() -> None:
    """So that it stays the same day in American time zones."""
    head = '<meta property="article:published_time" content="2026-03-02">'
    assert datetime(2026, 3, 2, 12, tzinfo=UTC) == extract(page(STORY, head=head)).published_at


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ('<link rel="canonical" href="/news/jail?id=1&amp;x=2">', "https://courier.example/news/jail?id=1&x=2"),
        ("<link href=https://other.example/a rel=canonical>", "https://other.example/a"),
        ('<link rel="canonical" href="https://courier.example/">', ""),
        ('<link rel="canonical" href="javascript:x">', ""),
        ("", ""),
    ],
)
def test_the_pages_own_address(head: str, expected: str) -> None:
    """As the page states it, unless every page of the site would state the same."""
    assert expected == extract(page(STORY, head=head)).canonical_url


@pytest.mark.parametrize(
    ("encoding", "content_type", "head"),
    [
        ("utf-8", "text/html", ""),
        ("utf-8", "text/html; charset=iso-8859-1", ""),
        ("cp1252", "text/html; charset=windows-1252", ""),
        ("cp1252", "text/html", '<meta charset="iso-8859-1">'),
        ("cp1252", "text/html", '<meta charset="no-such-thing">'),
        ("cp1252", "text/html", ""),
        ("utf-16", "text/html", ""),
    ],
)
def test_accents_of_pages_survive(encoding: str, content_type: str, head: str) -> None:
    """By what the bytes are, the header, the meta element, or a browser's guess."""
    story = [*STORY, "La señora pidió más café “para todos”."]
    assert story[-1] in extract(page(story, head=head).encode(encoding), content_type).text


@pytest.mark.parametrize("content_type", ["application/pdf", "application/json", "text/plain", ""])
def test_other_documents_are_refused(content_type: str) -> None:
    """A link to something else is not read as a page."""
    with pytest.raises(DocumentError, match="not a web page") as caught:
        extract("%PDF-1.7 text", content_type)
    assert "not-a-page" == caught.value.kind


@pytest.mark.parametrize("content_type", ["application/octet-stream", ""])
def test_a_page_without_its_type_is_read(content_type: str) -> None:
    """What begins as HTML is a page."""
    assert STORY[0] in extract(page(STORY), content_type).text


def test_a_page_without_a_story_is_not_believed() -> None:
    """Its menu and headings are no report, although the headline stands among them."""
    found = extract(page([]))
    assert not usable(found, "Council delays vote on jail contract", "")


def test_all_of_a_page_in_one_paragraph_is_no_story() -> None:
    """The last resort of the extractor, furniture and all, is left out."""
    furniture = "".join(f"<div><span>Offices in Riverton {number}.</span></div>" for number in range(40))
    assert "" == extract(page(["Log in to read this."]).replace("<aside", furniture + "<aside")).text


def test_a_report_of_one_paragraph_is_read() -> None:
    """A single long paragraph that the page sets as one."""
    story = " ".join(STORY)
    assert story == extract(page([story])).text


def test_a_long_story_is_cut_and_said_so() -> None:
    """200,000 characters are kept."""
    found = extract(page([f"Chapter {number}. " + "It was a long report. " * 100 for number in range(120)]))
    assert (True, True) == (found.cut, len(found.text) <= 200_000)


def read(text: str, title: str = "") -> ExtractedPage:
    return ExtractedPage(title=title, text=text)


STORY_TEXT = "\n".join(STORY)


@pytest.mark.parametrize(
    ("found", "title", "summary", "expected"),
    [
        (read(STORY_TEXT), "Council delays vote on jail contract", "", True),
        (read(STORY_TEXT, "Chamber full, decision none"), "Chamber full, decision none | Courier", "", True),
        (read(STORY_TEXT), "What happened last night", "The council put off its vote on the jail contract.", True),
        (read(STORY_TEXT), "Home team wins again", "Three to one before a full house.", False),
        (read("", "Council delays vote"), "Council delays vote", "", False),
        (read("Council delays vote\nRiverton\nRaid in Riverton"), "Council delays vote", "", False),
        (read("Offices in Riverton and Oakfield are open daily.", "Council delays"), "Council delays", "", False),
        (read("Council delays vote."), "Council delays vote", "A much longer summary of it.", False),
        (read("Council delays vote. Subscribe to read on."), "Council delays vote", "", False),
        (read("We and our partners in Riverton value your vote."), "Vote in Riverton", "", False),
        (read("Aceptar todo. Las cookies del concejo."), "Concejo y cookies", "", False),
        (read(STORY_TEXT + "\nSubscribe to our letter." + " More of the story." * 60), "Council delays vote", "", True),
    ],
)
def test_a_page_is_believed_where_it_agrees_with_its_entry(
    found: ExtractedPage, title: str, summary: str, *, expected: bool
) -> None:
    """Another story, a wall, a stub or nothing leaves the feed's own text."""
    assert expected == usable(found, title, summary)


@pytest.mark.parametrize("head", [
    '<meta property="article:modified_time" content="2026-03-02T11:15:00-05:00">',
    '<script type="application/ld+json">{"@type": "NewsArticle", "dateModified": "2026-03-02T16:15:00Z"}</script>',
])
def test_the_hour_of_an_update_is_read(head: str) -> None:
    """Where a page says one; else nobody knows of any."""
    assert datetime(2026, 3, 2, 16, 15, tzinfo=UTC) == extract(page(STORY, head=head)).updated_at
    assert extract(page(STORY)).updated_at is None
