"""The JSON Schema of rule files: the same as the reader's own list of keys, and right on every file there is."""

from __future__ import annotations

import json
import re
import tomllib
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from rules.files import schema, shapes
from rules.files.toml_source import parse_toml

ROOT = Path(__file__).parent.parent
PACKS = sorted((ROOT / "rules" / "packs").rglob("*.toml"))
SNIPPETS = re.findall(r"^```toml\n(.*?)^```", (ROOT / "docs" / "rules.md").read_text("utf-8"), re.DOTALL | re.MULTILINE)
REFUSED = {"22_misspelled_key", "23_unknown_severity", "24_topic_without_brackets", "26_channel_in_a_rule",
           "27_key_below_example", "28_id_with_blanks", "38_nothing_expected"}


def readable(path: Path) -> bool:
    """Of the rest an editor says by itself that it is no TOML."""
    return not parse_toml(path.read_text("utf-8"), path.name).problems


MISTAKES = sorted(filter(readable, (ROOT / "tests" / "data" / "mistakes").glob("*.toml")))


def plain(value: object) -> object:
    """A parsed file as editors show it to a schema: dates are texts."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def refusals(text: str) -> list[str]:
    validator = jsonschema.Draft7Validator(schema.schema(), format_checker=jsonschema.FormatChecker())
    return [error.message for error in validator.iter_errors(plain(tomllib.loads(text)))]


def test_the_shipped_schema_is_the_one_that_the_keys_make() -> None:
    """A new key in shapes needs:  python -c "from rules import schema; print(schema.text(), end='')"  to be written."""
    shipped = (ROOT / "rules" / "rules.schema.json").read_text("utf-8")

    assert schema.text() == shipped
    jsonschema.Draft7Validator.check_schema(json.loads(shipped))


def test_every_key_is_explained() -> None:
    """Completion shows what a key is for."""
    keys = {key for shape in (shapes.TOP, shapes.RULE, shapes.ESCALATE, shapes.STANCE, shapes.LABEL, shapes.EXAMPLE,
                              shapes.PLACE) for key in shape}

    assert set() == keys - {name.rpartition(" ")[2] for name in schema.ABOUT}


@pytest.mark.parametrize("path", PACKS, ids=lambda path: path.name)
def test_shipped_files_are_good(path: Path) -> None:
    """Every file of every pack."""
    assert [] == refusals(path.read_text("utf-8"))


@pytest.mark.parametrize("snippet", SNIPPETS, ids=range(len(SNIPPETS)))
def test_examples_of_the_guide_are_good(snippet: str) -> None:
    """What people copy from docs/rules.md."""
    assert [] == refusals(snippet)


@pytest.mark.parametrize("path", MISTAKES, ids=lambda path: path.stem)
def test_mistakes_of_keys_and_values_are_refused(path: Path) -> None:
    """An unknown key, a word that is none of the known ones, a text in place of a list; not what queries mean."""
    assert (path.stem in REFUSED) == bool(refusals(path.read_text("utf-8")))


@pytest.mark.parametrize("text", [
    "watch = ['a']\nplace_tables = ['x.csv']\n", "[[rule]]\nid = 'a'\nexpires = 2027-01-31\ngraphic = true\n",
    "[[rule]]\nid = 'a'\n[[rule.escalate]]\nwhen = 'b'\n[rule.stance]\nreverses = 'c'\n[rule.stance.x]\nquery = 'd'\n"])
def test_all_of_the_language_is_let_in(text: str) -> None:
    """Also what changes a rule of an earlier layer, which has no query."""
    assert [] == refusals(text)


@pytest.mark.parametrize("text", [
    "[[rule]]\nid = 'a'\nmax_per_day = 0\n", "[[rule]]\nid = 'a'\n[rule.stance.mixed]\nquery = 'd'\n",
    "[[rule]]\nid = 'a'\n[rule.stance.x]\nsay = 'd'\nquery = 'd'\n", "[[rule]]\nquery = 'a'\n", "[rule]\nid = 'a'\n"])
def test_what_the_reader_refuses_is_refused(text: str) -> None:
    """Numbers out of bounds, reserved labels, unknown keys deep down, a missing id, single brackets."""
    assert [] != refusals(text)
