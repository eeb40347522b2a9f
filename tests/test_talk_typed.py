"""What people type behind the name of the command: any case, odd spaces, Slack's marks, mistakes."""

from __future__ import annotations

import pytest

from monitor.talk.typed import Typed, is_now, typed, unescaped


@pytest.mark.parametrize(("words", "verb", "rest"), [
    ("", "help", ""),
    ("   ", "help", ""),
    ("HELP", "help", ""),
    ("search raid", "search", "raid"),
    ("  SEARCH \u00a0 no\tbail ", "search", "no bail"),
    ("search “no bail” –ice", "search", '"no bail" -ice'),
    ("why <https://ledger.example/a?b=1&amp;c=2|ledger.example>", "why", "https://ledger.example/a?b=1&c=2"),
    ("<https://ledger.example/a>", "why", "https://ledger.example/a"),
    ("rules: <#C0123ABC|raids>", "rules", "raids"),
    ("Feeds\u200b ledger", "feeds", "ledger"),
    ("Digest NOW", "digest", "NOW"),
    ("Buscar redadas", "search", "redadas"),
    ("¿Por qué https://ledger.example/a", "why", "https://ledger.example/a"),
    ("Añadir https://ledger.example", "add", "https://ledger.example"),
])
def test_commands(words: str, verb: str, rest: str) -> None:
    """The command is known by its word in either language, and what stands behind it is plain text."""
    found = typed(words)

    assert (verb, rest) == (found.verb, found.rest)


@pytest.mark.parametrize(("words", "near"), [
    ("serch raid", "search"), ("FEEDZ", "feeds"), ("muets", "mutes"), ("hello", None), ("🙂", None),
    ("drop table", None),
])
def test_an_unknown_word_has_the_nearest(words: str, near: str | None) -> None:
    """What is near to a command is offered, and what is near to nothing is not."""
    word, _, rest = words.partition(" ")

    assert Typed(None, rest, word, near) == typed(words)  # type: ignore[arg-type]  # the table holds plain strings


@pytest.mark.parametrize(("rest", "now"), [
    ("now", True), (" NOW! ", True), ("ahora", True), ("", False), ("no", False),
])
def test_a_digest_is_asked_for_at_once(rest: str, now: bool) -> None:
    """Only "now", in either language."""
    assert now is is_now(rest)


def test_entities_are_resolved_once() -> None:
    """What Slack escaped comes back, and what a person wrote escaped stays."""
    assert "a & b < c &amp;" == unescaped("a &amp; b &lt; c &amp;amp;")
