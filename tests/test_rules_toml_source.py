"""TOML with lines: every key is found again, every syntax error says what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rules.files.toml_source import parse_toml, read_toml

if TYPE_CHECKING:
    from pathlib import Path

SAMPLE = """\
title = 'x'
[table]
key = ['a',
  'b]', # ]
]
after = 1
[[rule]]
id = 'one'
query = '''
id = "not a key"
'''
  [[rule.example]]
  expect = 'match'
[[rule]]
id = 'two'
[[rule.example]]
expect = 'no match'
[[rule.example]]
text = \"\"\"x
y\"\"\"
last.dotted = 3
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 1),
        (("table", "key"), 3),
        (("table", "after"), 6),
        (("rule", 0, "id"), 8),
        (("rule", 0, "query"), 9),
        (("rule", 0, "example", 0, "expect"), 13),
        (("rule", 1, "id"), 15),
        (("rule", 1, "example", 0, "expect"), 17),
        (("rule", 1, "example", 1, "text"), 19),
        (("rule", 1, "example", 1, "last", "dotted"), 21),
        (("rule", 1, "example", 1, "absent"), 18),
        (("nowhere",), 1),
    ],
)
def test_every_key_has_its_line(path: tuple[str | int, ...], line: int) -> None:
    """Keys in tables, lists of tables and after long texts are found on the line they stand on."""
    assert line == parse_toml(SAMPLE, "f.toml").line_of(*path)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("name = ‘x’", 1, "straight quotes"),
        ("a = 1\nstate = NO\n", 2, "between quotes"),
        ("a = 1\na = 2\n", 2, "twice"),
        ("a\n", 1, "key = 'value'"),
        ("a = ['x'\n", 1, "missing ]"),
        ("a = 'x' y\n", 1, "line of its own"),
        ("a = '''x\n", 1, "three quotes"),
        ("a = '''x\n[[rule]]\nb = 1\n", 1, "line 1 is never closed"),
        ("a = '''x\n[[rule]]\nb = '''The y\n", 1, "opened with ''' in line 1 is still open in line 3"),
        ("a = '''x\n\nb''' c\n", 3, "further up (line 1) is not closed"),
        ("a = 'x\nb = 1\n", 1, "add the closing '"),
        ('a = "x\nb = 1\n', 1, 'add the closing "'),
        ("a = 'x", 1, "add the closing '"),
        ("[topics]\nx = 'X'\n[topics]\n", 3, "put both below the one [topics] in line 1"),
        ("[feed]\na = 1\n[[feed]]\n", 1, "write [[feed]] with double brackets in line 1"),
        ("[[rule]]\na = 1\n[rule]\n", 3, "write [[rule]] with double brackets in line 3"),
        ("[place]\na = 1\n[place]\n", 1, "write [[place]] with double brackets in line 1 and line 3"),
        ("[[rule]]\n[rule.example]\na = 1\n[rule.example]\n", 2, "write [[rule.example]]"),
        ("[[rule]\n", 1, "write [[rule]]"),
        ("[topics\n", 1, "write [topics]"),
        ("[rule]]\n", 1, "write [[rule]]"),
        ("```toml\na = 1\n", 1, "remove the lines that begin with ```"),
        ("// my rule\na = 1\n", 1, "write  # my rule"),
        ("id: 'x'\n", 1, "write  id ="),
        ("!\n", 1, "nor a note"),
        ("a = ['x' 'y']\n", 1, "a comma is missing"),
        ("a = [\n  'x'\n  'y',\n]\n", 3, "a comma is missing"),
        ("a = ['don't', 'y']\n", 1, "other kind of quotes"),
        ("a = [8am, 5pm]\n", 1, "quotes around each text"),
        ("slots = [08:00, 17:30]\n", 1, "write ['08:00', '17:30']"),
        ("slots = [8:00]\n", 1, "write ['08:00']"),
        ("a = [\n  'x',\n\n[[rule]]\n", 1, "add the missing ] to its end, above line 4"),
        ("a = [\n  'x'\n[[rule]]\n", 1, "add the missing ] to its end, above line 3"),
        ("a = ['x',\nb = 1\n", 1, "add the missing ] to its end, above line 2"),
        ('a = "C:\\x"\n', 1, "single quotes"),
        ("[ [rule] ]\n", 1, "write [[rule]]"),
        ("[]\n", 1, "a name is missing"),
        ("a = 2026-02-30\n", 1, "no such day"),
        ("a = 13/13/2026\n", 1, "no such day"),
        ("a = 05/06/2026\n", 1, "2026-05-06 or 2026-06-05"),
        ("a = 1\nb = 2\na = 3\n", 3, "first in line 1"),
        ("a = 'x\n  AND y\n", 1, "add the closing '"),
    ],
)
def test_a_syntax_error_names_line_and_remedy(text: str, line: int, words: str) -> None:
    """The classic slips are said in plain words, on the right line, with a remedy."""
    (problem,) = parse_toml(text, "f.toml").problems

    assert line == problem.line
    assert words in f"{problem.message} {problem.help}"
    assert "at line" not in problem.message


def test_what_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    """A folder, a missing file, bytes that are no text and a huge file are named, not raised."""
    (tmp_path / "latin.toml").write_bytes(b"a = '\xe9'")
    (tmp_path / "huge.toml").write_bytes(b"#" * 5_000_001)

    for name in ("", "absent.toml", "latin.toml", "huge.toml"):
        (problem,) = read_toml(tmp_path / name).problems
        assert problem.message
        assert problem.help


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a = ‘x’\n", "a = 'x'\n"),
        ("id: 'x'\n", "id = 'x'\n"),
        ("a = ['x' 'y']\n", "a = ['x', 'y']\n"),
        ("[[rule]\n", "[[rule]]\n"),
        ("[rule]\na = 1\n[rule]\n", "[[rule]]\na = 1\n[[rule]]\n"),
        ("[ [rule] ]\n", "[[rule]]\n"),
        ("a = 'x\n  AND y' # z\nb = 1\n", "a = '''x\n  AND y''' # z\nb = 1\n"),
        ('a = "x\n\n  AND y"\n', "a = '''x\n\n  AND y'''\n"),
        ("expires = 12/31/2026 # end\n", "expires = 2026-12-31 # end\n"),
        ("expires = 31.12.2026\n", "expires = 2026-12-31\n"),
        ("expires = Dec 31, 2026\n", "expires = 2026-12-31\n"),
        ("expires = 2026-1-5\n", "expires = 2026-01-05\n"),
        ("enabled = no\n", "enabled = false\n"),
        ("a = True\n", "a = true\n"),
        ("```toml\na = 1\n", "\na = 1\n"),
        ("// mine\na = 1\n", "# mine\na = 1\n"),
        ("a = 'x\nb = 1\n", "a = 'x'\nb = 1\n"),
    ])
def test_slips_with_one_remedy_carry_it(text: str, expected: str) -> None:
    """A correction that can be made without asking, in characters of the text."""
    (problem,) = parse_toml(text, "f.toml").problems

    assert problem.fix
    assert expected == text[:problem.fix.start] + problem.fix.text + text[problem.fix.end:]


@pytest.mark.parametrize("text", ["a = ‘Prince George’s’\n", "a = 05/06/2026\n", "a = 'x\n  AND y\n", "state = NO\n",
                                  "a = 'x\n  don't\n", "a = ['don't', 'y']\n", "a = ['x'\n", "a = 'x # y\n"])
def test_slips_that_may_mean_two_things_carry_none(text: str) -> None:
    """Where a quote or a bracket belongs is for a person to say."""
    assert [None] == [problem.fix for problem in parse_toml(text, "f.toml").problems]


def test_several_slips_are_told_at_once() -> None:
    """As far as each can be mended without asking; each correction is in characters of the text as it is."""
    text = "a = ‘x’\nb: 'y'\nc = [1 2]\nd = 12/31/2026\ne = ?\nf = ‘z’\n"
    found = parse_toml(text, "f.toml").problems

    assert [1, 2, 3, 4, 5] == [problem.line for problem in found]
    assert ["a = ‘x’", "b: 'y'", "c = [1 2]", "d = 12/31/2026"] == [
        text[problem.fix.start:problem.fix.end] for problem in found if problem.fix]


def test_a_file_that_can_be_mended_is_read_on() -> None:
    """Keys keep the lines they have in the file; what a person must mend first leaves nothing to read."""
    mendable = parse_toml("a = ‘x’\nb = 'y\nz'\nc = 1\n", "f.toml")

    assert ({"a": "x", "b": "y\nz", "c": 1}, 4) == (mendable.values, mendable.line_of("c"))
    assert {} == parse_toml("a = ‘x’\nb = ?\n", "f.toml").values


def test_a_letter_of_another_encoding_has_its_place(tmp_path: Path) -> None:
    """Line and column count letters, not bytes."""
    (tmp_path / "latin.toml").write_bytes("\ufeffa = 1\r\n".encode() + "b = 'ñ ".encode() + b"Caf\xe9'\r\nc = 1\r\n")
    (problem,) = read_toml(tmp_path / "latin.toml").problems

    assert ("E100", 2, 11, "b = 'ñ Café'") == (problem.code, problem.line, problem.column, problem.source)
