"""Foreign words in Slack's markup, cutting and marking: nothing a feed writes may do anything."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.slack.render.limits import Size, cut, cut_at, excerpt, fit, pack, runs, tidy
from monitor.slack.render.mrkdwn import Token, bold, code, date, escape, inert, link, plain, safe_url, tokens
from tests.digest_samples import EASTERN, NOW


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Smith & Sons <b>", "Smith &amp; Sons &lt;b&gt;"),
        ("&amp; stays", "&amp;amp; stays"),
        ("<!channel> <@U012AB3CD>", "&lt;!channel&gt; &lt;@U012AB3CD&gt;"),
        ("*bold* _it_ ~no~ `code`", "∗bold∗ ＿it＿ ∼no∼ ‘code‘"),
        ("max_per_day _a_b_ c__d _ é_e", "max_per_day ＿a_b＿ c＿＿d ＿ é＿e"),
        ("two\nlines\tand\u2028more", "two lines and more"),
        ("evil\u202egnp.exe\u200f", "evilgnp.exe"),
        ("[x](https://evil.example)", "[x] (https://evil.example)"),
        ("a|b \x1b[31m", "a¦b [31m"),
        ("half \ud800 pair", "half  pair"),
        ("\u200b\u2060\u3164\u200d", ""),
    ],
)
def test_inert(words: str, expected: str) -> None:
    """Markup, mentions, controls and direction overrides come out as readable, powerless words."""
    assert expected == inert(words)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/x?a=1&b=2", "https://a.example/x?a=1&b=2"),
        ("https://a.example/a|b>c d", "https://a.example/a%7Cb%3Ec%20d"),
        ("https://a.example/x?utm_source=rss&id=7&fbclid=1&gclid=2&mc_cid=3#top", "https://a.example/x?id=7"),
        ("https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC"),
        ("javascript:alert(1)", None),
        ("//a.example/x", None),
        ("https://", None),
        ("https://bank.example@evil.example/", None),
        ("https://[broken/", None),
        ("https://a.example/\u202egnp", None),
        ("https://a.example/\nx", None),
        ("https://a.example/" + "x" * 3_000, None),
    ],
)
def test_safe_url(url: str, expected: str | None) -> None:
    """Only a web address that cannot break out of a link becomes one."""
    assert expected == safe_url(url)


def test_link_and_bold_need_words() -> None:
    """A link without a usable address is its label; emphasis of nothing is nothing."""
    assert "<https://a.example/?a=1|Q&amp;A>" == link("https://a.example/?a=1&utm_medium=rss", "Q&A")
    assert "Q&amp;A" == link("ftp://a.example", "Q&A")
    assert "" == bold(" \u202e ")


def test_date_carries_a_fallback_in_the_channels_zone() -> None:
    """Slack shows the reader's time, everything else the channel's."""
    assert "<!date^1795438800^{date_short_pretty} {time}|Mon 23 Nov, 08:00 EST>" == date(NOW, EASTERN)
    assert date(NOW, ZoneInfo("Asia/Kathmandu"), "es").endswith("|lun 23 nov, 18:45 +0545>")


def test_tokens_read_back_what_is_written() -> None:
    """Bold, links, dates and plain words come back as a reader sees them."""
    text = f"{bold('A & B')} · {link('https://a.example/?x=1', 'more')} · {date(NOW, EASTERN)}"
    expected = [
        Token("A & B", bold=True),
        Token(" · "),
        Token("more", url="https://a.example/?x=1"),
        Token(" · "),
        Token("Mon 23 Nov, 08:00 EST"),
    ]
    assert expected == list(tokens(text))


def test_markup_holds_no_address_with_an_ampersand() -> None:
    """Slack's app for iOS would open another page: the headline stands alone there."""
    assert "Q&amp;A" == link("https://a.example/?a=1&b=2", "Q&A")


def test_commands_are_read_back() -> None:
    """A command in backticks is one piece."""
    assert [Token("say "), Token("dateline why", code=True)] == list(tokens("say `dateline why`"))
    written = code("why `x_y` & <z> _")
    assert "`why ‘x_y‘ &amp; &lt;z&gt; _`" == written
    assert [Token("why ‘x_y‘ & <z> _", code=True)] == list(tokens(written))


def test_underscores_inside_words_are_no_italics() -> None:
    """As Slack reads them, so that a key is shown whole."""
    assert [Token("max_per_day "), Token("so", italic=True)] == list(tokens("max_per_day _so_"))


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(alphabet=st.sampled_from("ab&<>!@#|*_~`[]()\n\t\u202e\u2066;^{}date"), max_size=60))
def test_no_words_become_markup(words: str) -> None:
    """Whatever a feed writes, reading the mrkdwn back gives one plain stretch of it."""
    written = inert(words)
    assert all(token == Token(token.text) for token in tokens(written))
    assert written.count("<") == written.count(">") == 0


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("short enough", 12, "short enough"),
        ("one two three", 10, "one two…"),
        ("a & b & c", 11, "a & b…"),  # five characters for each & once it is escaped
        ("unbroken" * 4, 11, "unbrokenun…"),
    ],
)
def test_cut_by_words(text: str, limit: int, expected: str) -> None:
    """A cut falls between words, counts escaped characters, and shows."""
    assert expected == cut(text, limit)
    assert len(escape(expected)) <= limit


def test_excerpt_keeps_the_first_mark() -> None:
    """A long sentence is cut around what matched, and the marks move with it."""
    text = "word " * 100 + "raid here " + "tail " * 100
    shown, marks = excerpt(text, ((500, 504),), 120)
    assert ["raid"] == [shown[start:end] for start, end in marks]
    assert ("…", "…", True) == (shown[0], shown[-1], len(shown) <= 120)


def test_excerpt_leaves_a_short_sentence_alone() -> None:
    """What fits is quoted whole, with tidied marks."""
    assert ("A raid.", ((2, 6),)) == excerpt("A raid.", ((2, 4), (3, 6), (9, 12)), 100)


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        (((5, 8), (0, 3)), ((0, 3), (5, 8))),
        (((0, 4), (2, 6)), ((0, 6),)),
        (((-3, 2), (8, 99), (4, 4)), ((0, 2), (8, 10))),
    ],
)
def test_tidy(marks: tuple[tuple[int, int], ...], expected: tuple[tuple[int, int], ...]) -> None:
    """Marks come out in order, merged, inside the text."""
    assert expected == tidy(marks, 10)


@pytest.mark.parametrize(
    ("text", "marks", "expected"),
    [
        ("ICE raid today", ((0, 3), (4, 8)), [("ICE raid", True), (" today", False)]),
        ("  raid", ((2, 6),), [("raid", True)]),
        ("raid\u202e", ((0, 4),), [("raid", True)]),
        ("\x00\n", (), []),
    ],
)
def test_runs(text: str, marks: tuple[tuple[int, int], ...], expected: list[tuple[str, bool]]) -> None:
    """Stretches are cleaned, never blank, and neighbouring marks make one phrase."""
    assert expected == runs(text, marks)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(max_size=80), st.lists(st.tuples(st.integers(-5, 90), st.integers(-5, 90)), max_size=5))
def test_runs_lose_no_words(text: str, marks: list[tuple[int, int]]) -> None:
    """Marking changes nothing about the words themselves."""
    assert plain(text).split() == "".join(words for words, _ in runs(text, tuple(marks))).split()


@given(st.text(alphabet="ab &<", max_size=60), st.integers(2, 40))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_cut_keeps_its_limit(text: str, limit: int) -> None:
    """No cut text is longer than its limit once escaped, and what stays is the beginning."""
    assert len(escape(cut(text, limit))) <= limit
    assert text.startswith(text[: cut_at(text, limit)])


def test_pack_splits_in_order() -> None:
    """Pages fill up in order; what is too big alone stands alone."""
    pages = pack([3, 4, 9, 1, 1], lambda _, number: Size(1, number), Size(2, 7))
    assert [[3, 4], [9], [1, 1]] == pages


def test_fit_counts_what_is_left() -> None:
    """A list that is too long says by how much."""
    assert (["aa", "bb"], 2) == fit(["aa", "bb", "cc", "d"], 7, joint=2)
