"""The classic mistakes: one folder, one run, and each is named on its line with what to write instead."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from rules.files.load import load_rules, read_layers
from rules.files.rewrite import mended
from rules.problem import Problem

FOLDER = Path(__file__).parent / "data" / "mistakes"
# File, code, line and the heart of the remedy.
MISTAKES = [
    ("01_and_or_mixed", "E200", 6, "library AND (closing OR branch) AND closing"),
    ("02_small_and", "E201", 5, "write AND"),
    ("03_single_quotes", "E202", 6, 'write "city library"'),
    ("04_bracket_left_open", "E203", 6, "add the missing )"),
    ("05_nexis_distance", "E210", 5, "write NEAR/4"),
    ("06_nexis_ending", "E210", 5, "write clos*"),
    ("07_nexis_sentence", "E210", 5, "write sentence((library OR branch) AND closing)"),
    ("08_google_minus", "E210", 5, "write AND NOT football"),
    ("09_google_title", "E210", 5, "write title:library"),
    ("10_meltwater_near", "E210", 5, "write NEAR/4"),
    ("11_brandwatch_case", "E210", 5, "write exact(Reading)"),
    ("12_lucene_slop", "E210", 5, "write library NEAR/5 closing"),
    ("13_words_side_by_side", "E213", 5, '"library closing"   or   library AND closing'),
    ("14_commas", "E213", 5, "library OR branch OR bookmobile"),
    ("15_field_of_one_word", "E213", 5, 'title:"library closing"'),
    ("16_nothing_after_and", "E212", 5, "write a term on its right"),
    ("17_second_near", "E214", 5, "(library NEAR/3 closing) NEAR/3"),
    ("18_short_stem", "E232", 5, "write more letters"),
    ("19_only_not", "E250", 5, "what the article must contain"),
    ("20_unknown_list", "E220", 5, "did you mean @libraries?"),
    ("21_unknown_place", "E221", 5, "did you mean place:clearwater-ks"),
    ("22_misspelled_key", "E110", 5, 'did you mean "severity"?'),
    ("23_unknown_severity", "E116", 5, 'did you mean "urgent"?'),
    ("24_topic_without_brackets", "E111", 5, "write tags = ['books']"),
    ("25_unknown_topic", "E117", 4, 'did you mean "libraries"?'),
    ("26_channel_in_a_rule", "E118", 5, "channels choose rules and topics in config.toml"),
    ("27_key_below_example", "E115", 14, "move this line up"),
    ("28_id_with_blanks", "E113", 3, "id = 'closing-libraries'"),
    ("29_id_twice", "E114", 3, "give one of the two another name"),
    ("30_curly_quotes", "E101", 3, "type straight quotes"),
    ("31_single_brackets", "E102", 2, "write [[rule]] with double brackets"),
    ("32_colon", "E102", 3, "write  novels = '...'"),
    ("33_list_left_open", "E102", 3, "add the missing ]"),
    ("34_comma_left_out", "E102", 3, "put a comma between"),
    ("35_paper_excluded", "W310", 5, 'add "Clearwater Times" to ignore'),
    ("36_ignored_by_itself", "W311", 5, "take 'library' out of ignore"),
    ("37_opposite_unknown", "E122", 9, "did you mean 'opens'?"),
    ("38_nothing_expected", "E116", 8, "write expect = 'match'"),
]


@cache
def found() -> tuple[Problem, ...]:
    """The problems of the whole folder, in one run."""
    return load_rules([FOLDER]).problems


@pytest.mark.parametrize(("name", "code", "line", "remedy"), MISTAKES)
def test_each_mistake_is_named_once(name: str, code: str, line: int, remedy: str) -> None:
    """The right code, the right line, a remedy that can be pasted, and nothing else said about the file."""
    (problem,) = [problem for problem in found() if problem.file == f"mistakes/{name}.toml"]

    assert (code, line) == (problem.code, problem.line)
    assert remedy in problem.help


def test_every_file_holds_a_mistake() -> None:
    """All files but the shared one are in the table, and the shared one is good."""
    names = {path.stem for path in FOLDER.glob("*.toml")}

    assert {name for name, *_ in MISTAKES} == names - {"00_shared"}
    assert [] == [str(problem) for problem in found() if problem.file == "mistakes/00_shared.toml"]


def test_the_parser_never_speaks() -> None:
    """No word of the grammar or of the TOML library reaches an admin."""
    said = " ".join(str(problem) for problem in found())

    assert [] == [word for word in ("Token(", "RPAR", "Expected one of", "lark", "tomllib", "at line") if word in said]


def test_what_has_one_remedy_is_mended() -> None:
    """More than half of them, and no correction makes another file worse."""
    (texts,) = read_layers([FOLDER])
    changed, remaining = mended([texts], texts.keys())

    assert len(changed) > len(MISTAKES) / 2
    assert {problem.file for problem in remaining if problem.level == "error"}.isdisjoint(changed)


def test_only_own_files_are_mended() -> None:
    """Files of a shipped pack are read and never changed."""
    (texts,) = read_layers([FOLDER])
    changed, _ = mended([texts], ["mistakes/05_nexis_distance.toml"])

    assert ["mistakes/05_nexis_distance.toml"] == list(changed)
    assert "'library NEAR/4 closing'" in changed["mistakes/05_nexis_distance.toml"]
