"""An article kept as an example of a rule: as little of it as the rule still judges like the whole of it.

Rule files are shared, so a whole article has no place in them; and an example that shows only what matters tells the
next reader what went wrong. Pure: texts in, texts out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules.files.load import load_layers
from rules.files.toml_lines import scan
from rules.files.toml_text import block, quoted
from rules.model import Article, Example
from rules.workbench import examples

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from rules.engine.engine import Engine
    from rules.model import Match
    from rules.problem import Problem

    Layer = Mapping[str, str]  # file name to text

OPENING = 3  # paragraphs
MOST = 100  # paragraphs that are asked about, one by one, at some 10 ms each
PARAGRAPH = 800  # characters of one; a page without paragraphs is one long line
FILE = "examples.toml"  # where examples of rules go that stand in none of the team's own files


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of a layer with the new example in it. It may be written where there are no `problems` and no `failure`.

    `failure` says why the example does not come out as it should.
    """

    layer: int
    name: str
    text: str
    problems: tuple[Problem, ...] = ()
    failure: str = ""


def example_of(engine: Engine, rule_id: str, article: Article, expect: str, why: str) -> Example:
    """The article as an example: its headline and the shortest excerpt that is judged like the whole.

    The outlet's home is kept, because it decides between places of the same name.
    """
    whole = _found(engine, rule_id, article)

    def is_same(text: str) -> bool:
        excerpt = Article(article.title, text, outlet=article.outlet, home=article.home)
        return _alerts(_found(engine, rule_id, excerpt)) == _alerts(whole)

    paragraphs = [_cut(one) for one in article.text.split("\n") if one.strip()]
    usual = list(_excerpts(paragraphs, whole))
    text = next(filter(is_same, usual), None)
    if text is None:
        text = _reduced(paragraphs, is_same) if is_same("\n".join(paragraphs)) else usual[-1]
    return Example(expect, text, article.title, article.outlet, article.home, why)


def keep(layers: Sequence[Layer], own: int, folder: str, rule_id: str, example: Example) -> Kept:
    """The example written into the team's own layers, of which `own` is the first, and tried there.

    It goes below the rule where that stands in a file of theirs; else into the `folder` of that first layer, below a
    [[rule]] in `examples.toml` that names the shipped rule and changes nothing else of it.
    """
    at, name = _place(layers, own, rule_id) or (own, f"{folder}/{FILE}")
    text = inserted(layers[at].get(name, ""), rule_id, example)
    ruleset = load_layers([*layers[:at], {**layers[at], name: text}, *layers[at + 1:]])
    if ruleset.errors:
        return Kept(at, name, text, ruleset.errors)
    result = [result for result in examples.test(ruleset, rule_id).results if result.file == name][-1]
    return Kept(at, name, text, failure="" if result.passed or result.is_todo else result.reason)


def inserted(text: str, rule_id: str, example: Example) -> str:
    """A rule file with one more example behind those of the rule; whatever else stands in it stays as it is."""
    rows = text.splitlines()
    lines = example_lines(example)
    tables = scan(rows)
    rule = _number(rows, rule_id)
    if rule is None:
        before = [*rows, ""] if rows else ["# Examples for rules that stand elsewhere, added with dateline why. They "
                                           "are tests: dateline rules test", ""]
        return "\n".join([*before, "[[rule]]", f"id = {quoted(rule_id)}", *lines]) + "\n"
    # The rule ends where a table begins that is not below it; notes above that table belong to it.
    later = [line for path, line in tables.items() if line > tables["rule", rule] and path[:2] != ("rule", rule)]
    end = min(later, default=len(rows) + 1) - 1
    while later and rows[end - 1].lstrip()[:1] in ("", "#"):
        end -= 1
    gap = [""] if "".join(rows[end:end + 1]).strip() else []
    return "\n".join([*rows[:end], *lines, *gap, *rows[end:]]).rstrip() + "\n"


def example_lines(example: Example) -> list[str]:
    """An example as a person would write it."""
    texts = {"title": example.title, "outlet": example.outlet, "home": example.home, "why": example.why}
    given = {"expect": quoted(example.expect)} | {key: quoted(text) for key, text in texts.items() if text}
    given["text"] = block(example.text)
    order = ("expect", "title", "text", "outlet", "home", "why")
    written = "\n".join(f"{key:<6} = {given[key]}" for key in order if key in given)
    return ["", "[[rule.example]]", *written.split("\n")]


def _excerpts(paragraphs: Sequence[str], match: Match | None) -> Iterator[str]:
    """What usually does: the sentences that were found, the opening, or both."""
    quotes = [quote.text for quote in match.quotes if quote.zone != "title"] if match else []
    yield from (["\n".join(quotes)] if quotes else [])
    opening = "\n".join(paragraphs[:OPENING])
    yield from (opening, "\n".join([opening, *(quote for quote in quotes if quote not in opening)]))


def _reduced(paragraphs: Sequence[str], is_same: Callable[[str], bool]) -> str:
    """Without every paragraph that makes no difference, asked from the last to the first."""
    left = list(paragraphs[:MOST])
    for at in range(len(left) - 1, -1, -1):
        without = "\n".join([*left[:at], *left[at + 1:]])
        if without and is_same(without):
            del left[at]
    return "\n".join(left)


def _cut(paragraph: str) -> str:
    if len(paragraph) <= PARAGRAPH:
        return paragraph
    end = paragraph.rfind(". ", 0, PARAGRAPH)
    return paragraph[:end + 1] if end > 0 else paragraph[:PARAGRAPH].rpartition(" ")[0]


def _found(engine: Engine, rule_id: str, article: Article) -> Match | None:
    return next((match for match in engine.match(article) if match.rule_id == rule_id), None)


def _alerts(match: Match | None) -> bool:
    return match is not None and match.alerts


def _place(layers: Sequence[Layer], own: int, rule_id: str) -> tuple[int, str] | None:
    """The layer and file of the team's that hold the rule."""
    return next(((at, name) for at in range(own, len(layers)) for name, text in layers[at].items()
                 if name.endswith(".toml") and _number(text.splitlines(), rule_id) is not None), None)


def _number(rows: Sequence[str], rule_id: str) -> int | None:
    """Which [[rule]] of a file has this id."""
    ids = (f"'{rule_id}'", f'"{rule_id}"')
    return next((number for path, line in scan(rows).items()
                 if len(path) == 3 and path[0] == "rule" and path[2] == "id" and isinstance(number := path[1], int)
                 and rows[line - 1].partition("=")[2].strip().startswith(ids)), None)
