"""Words, keys, sentences and zones: what a page says, whatever its punctuation and its furniture."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.article import text
from rules.article.document import Vocabularies, lay_out
from rules.model import Article


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("raid", "Raids"), ("raid", "RAID"), ("raid", "raid’s"), ("city", "cities"), ("church", "churches"),
        ("bus", "buses"), ("US", "U.S."), ("ICE", "I.C.E"), ("ICE", "ICEs"), ("detención", "detenciones"),
        ("orden", "órdenes"), ("ciudad", "ciudades"), ("cárcel", "cárceles"), ("redada", "redadas"),
        ("inmigracion", "inmigración"), ("año", "AÑO"), ("fe\u0301", "fé"), ("soft\u00adware", "software"),
        ("Mayor’s", "mayors"), ("O’Malley", "OMalley"),
        ("veto", "vetoes"), ("hero", "heroes"), ("tomato", "tomatoes"), ("cargo", "cargoes"), ("cargo", "cargos"),
        ("mosquito", "mosquitoes"), ("mosquito", "mosquitos"), ("canoe", "canoes"), ("toe", "toes"),
        ("headache", "headaches"), ("cache", "caches"), ("niche", "niches"), ("avalanche", "avalanches"),
        ("status", "statuses"), ("census", "censuses"), ("caucus", "caucuses"), ("use", "uses"), ("house", "houses"),
        ("clause", "clauses"), ("bias", "biases"), ("alias", "aliases"), ("case", "cases"), ("lens", "lenses"),
        ("waltz", "waltzes"), ("quiz", "quizzes"), ("prize", "prizes"), ("taxi", "taxis"), ("Somali", "Somalis"),
        ("menu", "menus"), ("bureau", "bureaus"), ("excuse", "excuses"), ("tax", "taxes"), ("movie", "movies"),
    ])
def test_spellings_of_one_word_share_a_key(one: str, other: str) -> None:
    """Plurals, possessives, case, accents, dots and invisible characters make no other word."""
    assert text.key(one) == text.key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("detain", "detainer"), ("raid", "raided"), ("raid", "Raiders"), ("new", "news"), ("custom", "customs"),
     ("ano", "año"), ("gas", "ga"), ("bus", "bu"), ("Texas", "Texa"), ("policy", "police"),
     ("hoe", "ho"), ("toe", "to"), ("shoes", "sho"), ("goes", "go"), ("does", "do"), ("attaché", "attach"),
     ("loses", "los"), ("cases", "cas"), ("bias", "bia"), ("corps", "corp"), ("used", "use"), ("status", "statu")])
def test_different_words_keep_different_keys(one: str, other: str) -> None:
    """Nothing is stemmed, and ñ is a letter of its own."""
    assert text.key(one) != text.key(other)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("anti-ICE/DHS protests", ["anti", "ICE", "DHS", "protests"]),
        ("the D.C. outlet", ["the", "D.C", "outlet"]),
        ("press@ice.gov or https://ice.gov/x.", ["press@ice.gov", "or", "https://ice.gov/x."]),
        ("see ice.gov today", ["see", "ice.gov", "today"]),
        ("a 287(g) deal", ["a", "287", "g", "deal"]),
        ("discussions.The end", ["discussions", "The", "end"]),
        ("‘ICE raids’", ["ICE", "raids"]),
        ("", []),
    ])
def test_words_of_a_line(line: str, words: list[str]) -> None:
    """Hyphens and brackets part words; addresses are one word, so they name nobody."""
    assert words == text.words(line)


@pytest.mark.parametrize(
    "sentences",
    [
        ["Mr. Ortiz met J.D. Lee in the U.S. ", "The deal, of Feb. 27, holds."],
        ["She left.", "The bus came late."],
        ["“Go!” ", "He went."],
        ["They moved to Salem, Ore. ", "The move was slow."],
        ["Gov. Lee of St. Paul, Minn., spoke at 5 p.m. ", "He left."],
        ["¿Quién llamó? ", "La Sra. Díaz no lo sabe."],
        ["It cost $3.50 in all."],
        ["Cpl. Smith of Ft. Meade met Ofc. A. Lee and Pvt. Jones at Mt. Airy. ", "They left."],
        ["Atty. Gen. Bonta sued Acme Mfg. Monday. ", "Police said so."],
        ["The Teachers Assn. Monday asked for No. 5 (No. 6) of vol. 3, est. 1912, with approx. 40 pages. ", "Fine."],
        ["Roe v. Wade, Rev. Dr. King, Msgr. Lee and Messrs. Roe and Doe. ", "So it goes."],
        ["They sold milk, eggs, etc. ", "Nobody bought any."],
        ["They sold milk, etc. and bread."],
        ["He lives on Main St. ", "The street is long."],
        ["Prosecutors charged J. D. Lee and J.R. Roe. ", "A. Doe was freed."],
        ["She loves art. ", "Mary said no. ", "He is off. ", "They read the Sun. ", "Police came."],
    ])
def test_sentences(sentences: list[str]) -> None:
    """Full stops of titles, months, states and initials end nothing; a missing space hides no end."""
    joined = "".join(sentences)
    starts = [*text.sentence_starts(joined), len(joined)]

    assert sentences == [joined[low:high] for low, high in pairwise(starts)]


@pytest.mark.parametrize(
    ("line", "zone"),
    [
        ("The council met on Monday to talk about buses.", "body"),
        ("The official told Reuters.", "body"),
        ("She signed the order after the story broke, and left.", "body"),
        ("Mayor Lee, second from right, greets riders at the depot.", "caption"),
        ("Riders wait in the rain. (AP Photo/Ann Example)", "caption"),
        ("Photo via the transit agency", "caption"),
        ("Riders wait in the rain. (Ann Example/Reuters)", "caption"),
        ("BALTIMORE (AP) — They voted.", "body"),
        ("Sign up for our morning newsletter", "boilerplate"),
        ("Ann Example contributed to this report.", "boilerplate"),
        ("This website uses cookies to improve your visit.", "boilerplate"),
        ("Related: ICE raid in Baltimore", "boilerplate"),
        ("Advertisement", "boilerplate"),
        ("X", "boilerplate"),
        ("12", "boilerplate"),
        ("•", "boilerplate"),
        ("ICE", "body"),
        ("Oil", "body"),
    ])
def test_zones(line: str, zone: str) -> None:
    """Captions and the furniture of a site are told from the story by their own words."""
    document = lay_out(Article("Title", line), Vocabularies())
    assert zone == document.blocks[1].zone


def test_a_short_heading_between_paragraphs_is_story() -> None:
    """A heading of one short word is read; the paragraphs around it stay what they were."""
    document = lay_out(Article("Title", "The council met on Monday.\nICE\nAgents came at noon."), Vocabularies())

    assert ["title", "body", "body", "body"] == [block.zone for block in document.blocks]
    assert "ice" in document.index("text")


def test_a_caption_printed_twice_is_a_caption_twice() -> None:
    """The copy without the credit is recognised by its neighbour."""
    line = "Mayor Ann Lee speaks at the depot in Columbus, Ohio."
    document = lay_out(Article("Title", f"{line}\n{line} AP Photo/Joe Example\nThe story."), Vocabularies())

    assert ["title", "caption", "caption", "body"] == [block.zone for block in document.blocks]


def test_a_consent_notice_takes_the_rest_of_the_page() -> None:
    """Behind it nothing is story, even lines that look like it; a mere mention of cookies takes nothing."""
    notice = "We use cookies.\nAccept all cookies\nCookie policy\nWe may arrest your scrolling.\n"
    document = lay_out(Article("Title", f"Girl scouts sell cookies.\n{notice}"), Vocabularies())

    assert ["title", "body", *["boilerplate"] * 4] == [block.zone for block in document.blocks]


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.text(st.characters(), max_size=300))
def test_offsets_fit_the_words(line: str) -> None:
    """For any text the offsets cut exactly the words, and padding entities keeps every length."""
    pieces = text.pieces(line)
    edges = text.edges(pieces)
    assert line == "".join(pieces)
    assert text.words(line) == [line[low:high] for low, high in pairwise(edges)][::2]
    assert len(line) == len(text.pad_entities(line))
    assert sorted(set(text.sentence_starts(line))) == text.sentence_starts(line)
