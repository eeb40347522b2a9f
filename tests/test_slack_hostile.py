"""Whatever a feed, a rule or a channel is called, no payload carries markup, mentions or addresses that were not ours.

DATELINE_EXAMPLES sets the number of digests tried (300 by default), DATELINE_SEED the seed, so that processes can
share a large number; examples come from hypothesis, and Slack's own limits from the stand-in.
"""

from __future__ import annotations

import os
import random
import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from monitor.digest.model import Aside, Digest, Item, More, Point, Section
from monitor.slack.render.blocks import body, render
from monitor.slack.render.html import to_html
from monitor.slack.render.mrkdwn import safe_url
from monitor.slack.render.notice import note
from monitor.slack.render.preview import all_to_terminal
from monitor.stories.model import Count, Growth, Tally
from monitor.words.stories import WORDS as OF_STORIES
from rules.model import PROMINENCES, Quote
from tests.digest_samples import EASTERN, NOW
from tests.slack_checks import CONTROL, STAND_IN, addresses, bared, markup, pieces, refused, strings, within_limits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.digest.model import DigestKind, Message

EXAMPLES = int(os.environ.get("DATELINE_EXAMPLES", "300"))
SEED = int(os.environ.get("DATELINE_SEED", "20261123"))
HOSTILE = (
    "<!channel>", "<!here|here>", "<@U012AB3CD>", "@channel", "<#C012AB3CD|general>", "<!subteam^S012|all>",
    "<!date^1^{date}|x>", "<https://evil.example|https://bank.example>", "[x](https://evil.example)", "*b* _i_ ~s~ `c`",
    "```\ncode\n```", "> quote", "a|b", "&amp;lt;!channel&amp;gt;", "&lt;!channel&gt;", "& < >", "&#39;&nbsp;&quot;",
    "\u202egnp.exe\u202c", "\u2066x\u2069", "\x1b[31mred\x1b]8;;https://evil.example\x07", "\x00\x08\x7f\x9b", "\ud800",
    "\udfff", "\u200b", "\u3164", "\ufeff", "🔴", "👩‍👩‍👧‍👦", "🇺🇸", "e\u0301" * 40, "ﷺ" * 30, "漢字" * 300,
    "x" * 900, "word " * 90, "]( " * 50, "<<<>>>", "&" * 400, ":rotating_light:", "”“‘’", "{}", "{0}", "%s", "\\",
    "\u2028\u2029\x85", "", " ", "\n",
)
ADDRESSES = (
    "https://a.example/x", "https://a.example/x?a=1&b=2", "https://a.example/" + "y" * 1_990 + "&z=1",
    "https://a.example/?utm_source=<!here>&fbclid=1&q=|x",
    "https://a.example/x|<!channel>?a=1", "https://a.example/" + "y" * 2_900,
    "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//a.example/x", "https://", "https:///x",
    "https://bank.example@evil.example/", "https://[::1", "https://a.example:port/", "https://a.example/\u202egnp",
    "https://a.example/\nx", "https://a.example/ \t<b>", "HTTPS://A.EXAMPLE/%", "http://xn--a.example/ü?ñ=漢", "slack://x",
    "https://a.example/(x)*y*_z_`w`", "mailto:a@b.example", "https://a.example/\ud800", "https://ünï.example/", "ftp://a/",
)
WORDS = st.one_of(
    st.text(max_size=60),
    st.sampled_from(HOSTILE),
    st.text(alphabet=st.sampled_from("<>&|*_~`!@#^[](){}\n\u202e\ud800\u200b ab"), max_size=50),
    st.lists(st.sampled_from(HOSTILE), min_size=2, max_size=4).map(" ".join),
)
LINKS = st.one_of(
    st.sampled_from(ADDRESSES), st.text(max_size=40), WORDS.map(lambda words: f"https://a.example/{words}")
)
CASES = settings(max_examples=EXAMPLES, deadline=None, derandomize="DATELINE_SEED" not in os.environ, database=None,
                 suppress_health_check=list(HealthCheck))
COUNTS = (*(1, 2, 3, 4, 5) * 6, 9, 30)  # articles: long digests are slow, and hold no more kinds of words
FURTHER = (*(0, 0, 0, 1, 2, 5) * 9, 60)  # articles of the same story
KINDS: tuple[DigestKind, ...] = (*("digest", "alert", "update") * 2, "digest", "rollup", "silence")


@st.composite
def digests(draw: st.DrawFn) -> Digest:
    """A digest of any kind, language and length whose every foreign word is random or hostile."""
    # Drawing each of a hundred fields costs 30 ms: the words are drawn, a seed that is drawn too spreads them.
    words, links = draw(st.lists(WORDS, min_size=4, max_size=9)), draw(st.lists(LINKS, min_size=1, max_size=4))
    return _Dealt(random.Random(draw(st.integers(0, 2**32))), words, links).digest()


@dataclass(frozen=True)
class _Dealt:
    """Words and addresses, dealt out at random."""

    chance: random.Random
    words: list[str]
    links: list[str]

    def word(self) -> str:
        return self.chance.choice(self.words) * self.chance.choice((1, 1, 1, 1, 2, 40))

    def few(self, most: int = 6) -> tuple[str, ...]:
        return tuple(self.word() for _ in range(self.chance.randrange(most)))

    def marks(self) -> tuple[tuple[int, int], ...]:
        few = range(self.chance.randrange(4))
        return tuple((self.chance.randint(-5, 90), self.chance.randint(-5, 90)) for _ in few)

    def flag(self) -> bool:
        return self.chance.random() < 0.3

    def item(self, number: int) -> Item:
        """An article."""
        at = NOW + timedelta(minutes=self.chance.randint(-90_000, 90_000))
        return Item(
            number, self.word(), self.marks(), self.chance.choice(self.links), self.word(), at, self.flag(),
            self.few(), None if self.flag() else Quote("body", self.word(), self.marks()), self.word(), self.few(3),
            also_topics=self.few(), summary_only=self.flag(), stance=self.word(), stance_quote=self.word(),
            graphic=self.flag(), terms=self.few(), prominence=self.chance.choice(PROMINENCES),
            language=self.chance.choice(("", "en", "es", "xx", "<!here>")), seen_at=self.chance.choice((None, NOW)),
        )

    def story(self, number: int) -> Item:
        """An article with others of its story, copies among them."""
        also = tuple(
            replace(self.item(number + at), local=self.flag(), copy=self.flag(),
                    copy_of=self.chance.choice((None, number, number + 1, 77)))
            for at in range(1, 1 + self.chance.choice(FURTHER))
        )
        return replace(self.item(number), also=also, tally=self.chance.choice((None, self.tally())),
                       local=self.flag(), copy=self.flag(), copy_of=self.chance.choice((None, number + 1)))

    def tally(self) -> Tally:
        spread = tuple((self.chance.choice(("en", "es", "pt", self.word())), self.chance.randrange(9))
                       for _ in range(self.chance.randrange(6)))
        return Tally(self.chance.randrange(70), self.chance.randrange(9), spread)

    def growth(self) -> Growth:
        """What is new, some of it without words of ours."""
        counted = [*OF_STORIES["en"].counts, self.word()]
        counts = [(Count(self.chance.randrange(10**self.chance.randrange(7)), self.chance.choice(counted)),
                   self.chance.choice((None, 0, 1, 2_500))) for _ in range(self.chance.choice((0, 1, 3, 30)))]
        voices = self.chance.choices([*OF_STORIES["en"].voices, self.word()], k=self.chance.choice((0, 1, 3, 30)))
        return Growth(tuple(counts), self.few(7), tuple(voices))

    def digest(self) -> Digest:
        """A digest of up to 30 stories."""
        count, together = self.chance.choice(COUNTS), self.chance.choice((1, 3, 1_000))
        items = [self.story(number * 100) for number in range(count)]
        sections = tuple(Section(f"t{at}", self.word(), tuple(items[at:at + together]))
                         for at in range(0, count, together))
        asides = tuple(Aside(9_000 + at, self.word(), self.chance.choice(self.links))
                       for at in range(self.chance.choice((0, 0, 1, 7, 20))))
        return Digest("d", "C1", self.word(), self.word(), EASTERN, NOW, sections, self.few(4), asides,
                      kind=self.chance.choice(KINDS), language=self.chance.choice(("en", "es")),
                      threads=not self.flag(), more=tuple(More(name, (1, 2), 1) for name in self.few(3)),
                      number=self.chance.choice((0, 412)), later=self.flag(), broadcast=self.flag(),
                      talks=not self.flag(),
                      growth=self.chance.choice((None, self.growth())), story=self.word())


def harmless(messages: Sequence[Message]) -> None:
    """Within limits, without controls or foreign markup, every link a plain web address, accepted by the stand-in."""
    for message in messages:
        assert within_limits(message)
        texts = [message.text, *strings(list(message.blocks))]
        assert [] == [text for text in texts if CONTROL.search(text)]
        assert [] == [text for text in markup(message) if re.search(r"[<>]|&(?!amp;|lt;|gt;)|\]\(", text)]
        assert [] == [piece for piece in pieces(list(message.blocks)) if piece.get("type") in _MENTIONS]
        labels = [piece["text"] for piece in pieces(list(message.blocks)) if piece.get("type") == "plain_text"]
        assert [] == [label for label in labels if "<" in label or ">" in label]
        linked = re.findall(r"<(https?:[^|>]*)\|", message.text)
        assert [] == [url for url in linked if "&" in url]
        assert all(map(_web, [*addresses([message]), *linked]))
        assert not STAND_IN.exists() or [] == refused(message)


_MENTIONS = {"user", "usergroup", "channel", "broadcast", "team"}


def _web(url: str) -> bool:
    parts = urlsplit(url)
    odd = re.search(r"[\s<>|\"`]|utm_|fbclid", parts.geturl())
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc and not odd


@CASES
@seed(SEED)
@given(digests())
def test_no_digest_does_anything_but_read(digest: Digest) -> None:
    """No control sequence, mention or broken link, everything within limits, every article linked in one message.

    The strict validator, where it lies beside the checkout, has nothing to refuse, and its lint finds nothing broken.
    """
    messages = render(digest)
    harmless(messages)
    assert body(messages[0], "C1", "d", digest.kind, "i")["unfurl_links"] is False
    if not re.search("&(?:amp|lt|gt);", repr(digest)):  # else one that is there twice may have been written so
        said = [text for message in messages for text in markup(message)]
        assert [] == [text for text in said if re.search("&amp;(?:amp|lt|gt);", text)]
    ids = sorted(number for message in messages for number in message.article_ids)
    shown = sorted(one.article_id for item in digest.items for one in (item, *item.also))
    assert ([] if digest.kind == "silence" else shown) == ids
    for message in messages:
        told = [one for item in digest.items for one in (item, *item.also) if one.article_id in message.article_ids]
        assert {url for one in told if (url := safe_url(one.url))} <= set(addresses([message]))
        assert message.in_thread or not message.broadcast


@settings(CASES, max_examples=min(EXAMPLES, 2_000))
@given(st.lists(WORDS, min_size=4, max_size=4), LINKS)
def test_no_note_does_anything_but_read(words: list[str], url: str) -> None:
    """The same for notes to admins: names of rules and feeds come from outside too."""
    points: list[str | Point] = [words[1], Point(words[2], ((words[3], url), (words[1] * 9, words[2])))]
    message = note(words[0], words, points, [*words, words[1] * 99])
    assert [] == [text for text in [message.text, *strings(list(message.blocks))] if CONTROL.search(text)]
    assert [] == [text for text in markup(message) if re.search(r"[<>]", text)]
    assert within_limits(message)


@settings(CASES, max_examples=min(EXAMPLES, 2_000))
@given(digests())
def test_no_refused_digest_does_anything_but_read(digest: Digest) -> None:
    """The same for what is posted in its stead; it links what the digest linked."""
    messages = render(digest)
    simple = bared(messages)
    harmless(simple)
    assert [set(addresses([message])) for message in messages] == [set(addresses([message])) for message in simple]


@settings(CASES, max_examples=min(EXAMPLES, 2_000))
@given(digests())
def test_previews_are_told_nothing(digest: Digest) -> None:
    """Neither a terminal nor a browser gets anything from a feed but words."""
    messages = render(digest)
    page = to_html(messages, digest.title)
    assert "\x1b" not in all_to_terminal(messages)
    assert [] == re.findall(r"<(?:script|img|iframe|link|svg)\b", page)
    assert page.count("<a ") == page.count("</a>") == page.count('<a href="http')


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_stand_in_accepts_each_known_trick(words: str) -> None:
    """Every trick as headline, outlet, place and rule of an alert, an update and a digest: nothing to refuse."""
    made = Item(1, words, ((0, 2),), ADDRESSES[0], words, NOW, True, (words,), None, words, (words,))
    made = replace(made, also=tuple(replace(made, article_id=at, copy=at > 4, language=words) for at in range(2, 8)),
                   tally=Tally(7, 2, ((words, 3),)))
    one = Digest("d", "C1", words, words, EASTERN, NOW, (Section("t", words, (made,)),), story=words,
                 growth=Growth(((Count(3, words), 1),), (words, words), (words, "mayor")))
    messages = (*render(one), *render(replace(one, kind="alert")), *render(replace(one, kind="update")))
    assert [] == [found for message in messages for found in refused(message)]


@pytest.mark.parametrize("field", ["title", "outlet", "why", "stance"])
@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_each_known_trick_in_each_place(words: str, field: str) -> None:
    """Every trick of the list, alone and doubled, in a flat digest, a thread, an alert and an update."""
    plain: dict[str, Any] = {"title": "T", "outlet": "O", "why": "W", "stance": "S"} | {field: words * 2}
    made = tuple(
        Item(at, plain["title"], ((0, 2),), ADDRESSES[at], plain["outlet"], NOW, True, (words,),
             Quote("body", words, ((0, 1),)), plain["why"], (words,), stance=plain["stance"])
        for at in range(5)
    )
    ways: tuple[tuple[DigestKind, bool], ...] = (("digest", True), ("digest", False), ("alert", True), ("update", True))
    for kind, threads in ways:
        one = Digest("d", "C1", words, words, EASTERN, NOW, (Section("t", words, made),), threads=threads)
        harmless(render(replace(one, kind=kind, talks=True)))
