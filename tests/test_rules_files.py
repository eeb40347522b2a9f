"""Rule files: what is read, and every mistake named with file, line, column and remedy in one run."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.files.load import load_rules, load_texts
from rules.files.rewrite import mended
from rules.workbench.trial import changed_rules

if TYPE_CHECKING:
    from pathlib import Path

    from rules.problem import Problem

TODAY = date(2026, 11, 23)
GOOD = """\
ignore = ['bus tour']
[topics]
buses = 'Buses'
[lists]
stops = ['bus stop', 'depot']
[[rule]]
id       = 'late-buses'
name     = 'Late buses'
why      = 'People wait.'
owner    = 'Ann'
tags     = ['transit']
topics   = ['buses']
severity = 'high'
ignore   = ['late bus tour']
expires  = 2030-01-31
query    = '''
  @stops NEAR/9 late
  AND place:"Denver, CO"
'''
[[rule.example]]
expect = 'match'
title  = 'A late bus'
text   = '''The bus stop in Denver: late again.'''
source = 'The Example Post'
home   = 'Denver, CO'
why    = 'plain'
places = ['denver-co']
about  = ['Denver']
[[rule.example]]
expect = 'no match'
text   = 'Nothing.'
[[place]]
id    = 'denver-co'
name  = 'Denver'
state = 'CO'
"""


TOPIC = "[topics]\nt = 'T'\n"


def problems(text: str) -> list[Problem]:
    return list(load_texts({"f.toml": text, "topics.toml": TOPIC}, TODAY).problems)


def test_a_whole_file_is_read() -> None:
    """Every key of every table arrives where it belongs."""
    loaded = load_texts({"f.toml": GOOD})
    (rule,) = loaded.rules

    assert () == loaded.problems
    assert ("late-buses", ("buses",), "high", ("late bus tour",), "f.toml", 6) == (
        rule.id, rule.topics, rule.severity, rule.ignore, rule.file, rule.line)
    assert ({"buses": "Buses"}, {"stops": ("bus stop", "depot")}, ("bus tour",)) == (
        loaded.topics, loaded.lists, loaded.ignore)
    assert ["Denver, CO"] == [place.label for place in loaded.places]
    assert ("The Example Post", ("denver-co",), ("Denver",), 20) == (
        rule.examples[0].outlet, rule.examples[0].places, rule.examples[0].about, rule.examples[0].line)


STANCE = """\
watch = ['Denver, CO']
[topics]
buses = 'Buses'
[[place]]
id     = 'denver-co'
name   = 'Denver'
state  = 'CO'
kind   = 'city'
within = ['colorado']
[[place]]
id   = 'colorado'
name = 'Colorado'
kind = 'state'
[[rule]]
id          = 'bus-fares'
topics      = ['buses']
alert_from  = 'lead'
max_per_day = 5
graphic     = 'crash OR killed'
query       = 'bus NEAR/5 fare AND place:colorado'
[[rule.escalate]]
when     = 'tonight AND about:watched'
severity = 'high'
[rule.stance]
background = 'previously'
reverses   = '"stop raising"'
[rule.stance.up]
says     = 'dearer'
says_es  = 'suben'
query    = 'raise'
opposite = 'down'
[rule.stance.down]
query = 'cut'
[[rule.example]]
expect     = 'match'
title      = 'Denver to raise bus fares'
severity   = 'normal'
prominence = 'headline'
stance     = 'up'
[[rule.example]]
expect = 'no match'
text   = 'Nothing.'
"""


def test_prominence_escalation_and_stance_are_read() -> None:
    """Queries of a rule beside the main one become clauses; what has no words of its own gets the label's."""
    loaded = load_texts({"f.toml": STANCE})
    (rule,) = loaded.rules

    assert () == loaded.problems
    assert ("lead", 5, "crash OR killed", ("high",)) == (
        rule.alert_from, rule.max_per_day, rule.graphic, tuple(one.severity for one in rule.escalate))
    assert {"graphic", "escalate:0", "stance:background", "stance:reverses", "stance:up", "stance:down"} == {
        part for _, part in loaded.clauses}
    assert rule.stance
    assert [("up", "dearer", "suben", "down"), ("down", "down", "", "")] == [
        (label.label, label.says, label.says_es, label.opposite) for label in rule.stance.labels]
    assert ("normal", "headline", "up") == (
        rule.examples[0].severity, rule.examples[0].prominence, rule.examples[0].stance)
    assert (("denver-co",), ("colorado",)) == (loaded.watched, loaded.places[0].within)


def test_a_town_with_its_state_needs_no_entry() -> None:
    """It becomes a place of the set, which counts where its state is told."""
    loaded = load_texts({"f.toml": f"{RULE}query = 'a AND place:\"Hazleton, PA\"'\n{EXAMPLES}{TOPIC}"})

    assert () == loaded.problems
    assert [("hazleton-pa", "Hazleton, PA", True)] == [
        (place.id, place.label, place.needs_state) for place in loaded.places]


RULE = "[[rule]]\nid = 'one'\n"
UNTITLED = ("[[rule.example]]\nexpect = 'match'\ntext = 'x'\n[[rule.example]]\nexpect = 'no match'\ntext = 'x'\n")
EXAMPLES = f"topics = ['t']\n{UNTITLED}"
USED = f"{RULE}query = '@x'\n{EXAMPLES}"

MISTAKES = [
    ("E101", "[topics]\nx = ‘x’\n", 2, 5, "straight"),
    ("E110", f"{RULE}query = 'a'\nseverty = 'low'\n{EXAMPLES}", 4, 1, 'did you mean "severity"'),
    ("E110", "rules = []\n", 1, 1, 'did you mean "rule"'),
    ("E111", f"{RULE}query = 'a'\ntopics = 'x'\n{UNTITLED}", 4, 1, "topics = ['x']"),
    ("E111", f"{RULE}query = 'a'\nenabled = 'off'\n{EXAMPLES}", 4, 1, "enabled = false"),
    ("E111", "[lists]\nx = 'a'\n", 2, 1, "['a']"),
    ("E111", "[lists]\nx = 'library, branch, reading room'\n", 2, 1, "['library', 'branch', 'reading room']"),
    ("E111", "[lists]\nx = 'equity, diversity and inclusion'\n", 2, 1, "   or   ['equity, diversity and inclusion']"),
    ("E111", "watch = 'Baltimore, MD, Hagerstown, Md.'\n", 1, 1, "['Baltimore, MD', 'Hagerstown, Md.']"),
    ("E111", f"{RULE}query = 'a'\ngraphic = 'true'\n{EXAMPLES}", 4, 1, "write graphic = true"),
    ("E111", f"{RULE}query = 'a'\nexpires = '05/06/2030'\n{EXAMPLES}", 4, 1, "2030-05-06 or 2030-06-05"),
    ("E210", f"[lists]\nx = ['a', 'tram!']\n{USED}", 2, 12, "write tram*"),
    ("E213", f"[lists]\nx = ['a', 'bus\ttram']\n{USED}", 2, 15, "an entry for each: 'bus', 'tram'"),
    ("W322", f"[lists]\nx = ['light rail, metro']\n{USED}", 2, 7, "'light rail', 'metro'; if it is one phrase"),
    ("E110", f"{RULE}query = 'a'\n{EXAMPLES}[stance.up]\nquery = 'x'\n", 11, 1,
     "write [rule.stance.up], below the [[rule]]"),
    ("E112", f"{RULE}\n{EXAMPLES}", 1, 1, "query = '''"),
    ("E112", f"[[rule]]\nquery = 'a'\n{EXAMPLES}", 1, 1, "id ="),
    ("E113", f"[[rule]]\nid = 'Late Buses'\nquery = 'a'\n{EXAMPLES}", 2, 1, "'late-buses'"),
    ("E115", f"{RULE}query = 'a'\n{EXAMPLES}owner = 'Ann'\n", 11, 1, "above the first [[rule.example]]"),
    ("E116", f"{RULE}query = 'a'\nseverity = 'hihg'\n{EXAMPLES}", 4, 1, '"high"'),
    ("E116", f"{RULE}query = 'a'\n{EXAMPLES}[[rule.example]]\nexpect = 'mach'\n", 12, 1, "'match'"),
    ("E116", "[[place]]\nid = 'x'\nname = 'X'\nstate = 'Ohio'\n", 4, 1, "'OH'"),
    ("E117", f"[topics]\nbuses = 'B'\n{RULE}query = 'a'\ntopics = ['busses']\n{UNTITLED}", 6, 1, '"buses"'),
    ("E118", f"{RULE}query = 'a'\nchannels = ['#x']\n{EXAMPLES}", 4, 1, "config.toml"),
    ("E130", f"{RULE}query = 'a'\n{EXAMPLES}[[rule.example]]\nexpect = 'match'\nfile = 'x'\n", 13, 1, "relative"),
    ("E200", f"{RULE}query = '''\n  a\n  OR b AND c\n'''\n{EXAMPLES}", 5, 3, "a OR (b AND c)"),
    ("E203", f"{RULE}query = '''a AND\n    (b'''\n{EXAMPLES}", 4, 5, ")"),
    ("E210", f'{RULE}query = "a W/5 b"\n{EXAMPLES}', 3, 12, "NEAR/4"),
    ("E212", f"{RULE}query = '''\n  a AND\n'''\n{EXAMPLES}", 4, 5, "right"),
    ("E220", f"[lists]\nfeds = ['a']\n{RULE}query = '''\n  b OR\n  @fed'''\n{EXAMPLES}", 7, 3, "@feds"),
    ("E221", f"{RULE}query = 'a AND place:nowhere'\n{EXAMPLES}", 3, 16, "[[place]]"),
    ("E222", f"[lists]\nu = ['@v']\nv = ['@u']\n{RULE}query = '@u'\n{EXAMPLES}", 2, 1, "out of"),
    ("E232", f"{RULE}query = 'a'\nignore = [\n  'b',  # 'no'\n  'ca*',\n]\n{EXAMPLES}", 6, 4, "letters"),
    ("W301", f"{RULE}query = 'a'\ntopics = ['t']\n", 1, 1, "[[rule.example]]"),
    ("W302", f"{RULE}query = 'a'\n{UNTITLED}", 1, 1, "topics = ['...']"),
    ("W303", "# nothing\n", 0, 0, "write a [[rule]]"),
    ("W304", f"{RULE}query = 'a'\nexpires = 2026-11-22\n{EXAMPLES}", 4, 1, "a later date"),
    ("W305", f"{RULE}query = 'a'\nallow = ['W999']\n{EXAMPLES}", 4, 1, "the numbers are W301"),
    ("E110", f"[[rules]]\nid = 'one'\nquery = 'a'\n{EXAMPLES}", 1, 1, "did you mean [[rule]]?"),
    ("E110", "\n[[example]]\nexpect = 'match'\n", 2, 1, "write [[rule.example]], below"),
    ("E110", f"{RULE}query = 'a'\n{EXAMPLES}[[rule.examples]]\n", 11, 1, "did you mean [[rule.example]]?"),
    ("E111", "\n[[rule.example]]\nexpect = 'match'\n", 2, 1, "write [[rule]] with its id"),
    ("E112", f"{RULE}query = 'a'\n{EXAMPLES}[[rule.example]]\nexpect = 'match'\ntext = ' '\n", 11, 1, "add  text ="),
    ("E115", "[topics]\nignore = ['x']\n", 2, 1, "above the first table"),
    ("E115", "[lists]\nignore = ['x']\n", 2, 1, "above the first table"),
    ("E117", f"[topics]\nraids = 'R'\n{RULE}query = 'a'\ntopics = ['libraries']\n{UNTITLED}", 6, 1,
     "declare it below [topics]: libraries = "),
    ("E118", f"{RULE}query = 'a'\n{EXAMPLES}[[channel]]\n", 11, 1, "config.toml"),
    ("W310", f"{RULE}query = 'a AND NOT \"b c\"'\n{EXAMPLES}", 3, 20, "ignore = [...]"),
    ("E111", "[topics_es]\nt = 3\n", 2, 1, "between quotes"),
    ("E113", "[topics_es]\n't t' = 'T'\n", 2, 1, "letters, digits and hyphens"),
    ("E115", "[topics_es]\nwatch = ['x']\n", 2, 1, "above the first table"),
    ("E117", "[topics]\nbuses = 'B'\n[topics_es]\nbusses = 'Autobuses'\n", 4, 1, '"buses"'),
    ("E110", f"{RULE}query = 'a'\ntopics = ['t']\n[[rule.escalate]]\nwen = 'b'\nwhen = 'c'\n{UNTITLED}", 6, 1,
     "the keys are when, severity"),
    ("E111", f"{RULE}query = 'a'\nmax_per_day = '9'\n{EXAMPLES}", 4, 1, "write max_per_day = 9"),
    ("E111", f"{RULE}query = 'a'\nexpires = '2027-01-31'\n{EXAMPLES}", 4, 1, "write expires = 2027-01-31"),
    ("E111", "[rule.stance]\nbackground = 'a'\n", 1, 1, "write [[rule]] with its id"),
    ("E112", f"{RULE}query = 'a'\ntopics = ['t']\n[[rule.escalate]]\nseverity = 'high'\n{UNTITLED}", 5, 1, "add  when"),
    ("E112", f"{RULE}query = 'a'\ntopics = ['t']\n[rule.stance.x]\nsays = 'b'\n{UNTITLED}", 5, 1, "add  query"),
    ("E113", f"{RULE}query = 'a'\ntopics = ['t']\n[rule.stance.mixed]\nquery = 'b'\n{UNTITLED}", 5, 1, "another name"),
    ("E115", f"{RULE}query = 'a'\ntopics = ['t']\n[rule.stance.x]\nquery = 'b'\nowner = 'c'\n{UNTITLED}", 7, 1,
     "above the first [rule.stance]"),
    ("E115", f"{RULE}query = 'a'\ntopics = ['t']\n[rule.stance.x]\nquery = 'b'\nreverses = 'c'\n{UNTITLED}", 7, 1,
     "above its first label"),
    ("E115", f"{RULE}query = 'a'\n{EXAMPLES}watch = ['x']\n", 11, 1, "above the first table"),
    ("E116", f"{RULE}query = 'a'\nalert_from = 'headlines'\n{EXAMPLES}", 4, 1, 'did you mean "headline"?'),
    ("E116", "[[place]]\nid = 'x'\nname = 'X'\nkind = 'conty'\n", 4, 1, 'did you mean "county"?'),
    ("E122", f"{RULE}query = 'a'\n{EXAMPLES}stance = 'x'\n", 11, 1, "give the rule a [rule.stance]"),
    ("E130", "place_tables = ['x.csv']\n", 1, 1, "relative to this rule file"),
    ("E200", f"{RULE}query = 'a'\ntopics = ['t']\n[[rule.escalate]]\nwhen = 'a OR b AND c'\n{UNTITLED}", 6, 11,
     "a OR (b AND c)"),
    ("E220", f"{RULE}query = 'a'\ngraphic = '@x'\n{EXAMPLES}", 4, 12, "define it"),
    ("E221", "[[place]]\nid = 'x'\nname = 'X'\nwithin = ['y']\n", 4, 1, "county or state"),
    ("W304", f"{RULE}query = 'a'\nexpires = 2026-11-24\n{EXAMPLES}", 4, 1, "a later date"),
    ("W311", f"{RULE}query = '\"a b\" OR c'\nignore = ['b']\n{EXAMPLES}", 3, 10, "out of the query"),
    ("W340", "[[place]]\nid = 'a-md'\nname = 'A'\n[[place]]\nid = 'a-va'\nname = 'A'\nneeds_state = true\n", 3, 1,
     "add  needs_state = true"),
    ("W320", f"[lists]\nx = ['b']\n{RULE}query = 'a'\n{EXAMPLES}", 2, 1, "@x"),
    ("W330", f"{RULE}query = 'a'\n{EXAMPLES}{RULE.replace('one', 'two')}query = ' a '\n{EXAMPLES}", 13, 1, "one of"),
]


@pytest.mark.parametrize(("code", "text", "line", "column", "remedy"), MISTAKES)
def test_each_mistake_is_named(code: str, text: str, line: int, column: int, remedy: str) -> None:
    """Code, line and column in the file, also inside a query of several lines, and what to write instead."""
    found = problems(text)[0]

    assert (code, line, column) == (found.code, found.line, found.column)
    assert remedy in found.help
    assert found.level == ("warning" if code.startswith("W") else "error")


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ("'bus|tram', 'ferry'", "'bus', 'tram', 'ferry'"), ("'light rail;metro'", "'light rail', 'metro'"),
        ("\"bus\ttram\ttrolley\"", "'bus', 'tram', 'trolley'"), ("'federal agents W/5 raid'",
                                                           "'\"federal agents\" NEAR/4 raid'"),
        ("'tram!'", "'tram*'"), ("'light rail, metro'", "'light rail, metro'"), ("'x -y'", "'x -y'"),
    ])
def test_entries_of_a_list_are_taken_apart(entries: str, expected: str) -> None:
    """Where signs leave no doubt that several were meant, or a distance; never at a comma."""
    changed, _ = mended([{"f.toml": f"[lists]\nx = [{entries}]\n"}], ["f.toml"])

    assert f"[lists]\nx = [{expected}]\n" == changed.get("f.toml", f"[lists]\nx = [{entries}]\n")


def test_the_caret_stands_below_what_is_meant_behind_a_tab() -> None:
    """A row pasted from a spreadsheet is indented by the same tabs."""
    (found, *_) = problems(f"[lists]\n\tx = ['bus\ttram']\n{RULE}query = '@x'\n{EXAMPLES}")

    assert "\n2 | \tx = ['bus\ttram']\n  | \t         ^\n" in str(found)


def test_ignore_is_no_query_either() -> None:
    """A distance of Nexis would be a phrase that no article has."""
    found = problems(f"ignore = ['ICE W/5 x']\n{RULE}query = 'a'\n{EXAMPLES}")

    assert ["E210"] == [problem.code for problem in found]


@pytest.mark.parametrize(
    ("table", "expected"),
    [("[stance.up]\nquery = 'x'\n[stance.down]\nquery = 'y'\n",
      "[rule.stance.up]\nquery = 'x'\n[rule.stance.down]\nquery = 'y'\n"),
     ("[[example]]\nexpect = 'match'\ntext = 'x'\n", "[[rule.example]]\nexpect = 'match'\ntext = 'x'\n")])
def test_parts_of_a_rule_find_their_rule(table: str, expected: str) -> None:
    """Below a rule they are its own; above the first one nobody knows whose."""
    rule = f"{TOPIC}{RULE}query = 'a'\n{EXAMPLES}"
    changed, remaining = mended([{"f.toml": f"{rule}{table}"}], ["f.toml"])

    assert {"f.toml": f"{rule}{expected}"} == changed
    assert () == remaining
    assert {} == mended([{"f.toml": f"{table}{rule}"}], ["f.toml"])[0]


def test_a_slip_that_can_be_mended_hides_nothing() -> None:
    """Every curly quote is told, and what is wrong in a file that reads well without them; one round mends the quotes.
    """
    text = f"[topics]\nt = ‘T’\n[[rule]]\nid = ‘one’\nquery = 'a AND @x'\n{EXAMPLES}"
    found = load_texts({"f.toml": text}, TODAY).problems
    changed, remaining = mended([{"f.toml": text}], ["f.toml"])

    assert [("E101", 2), ("E101", 4), ("E220", 5)] == [(problem.code, problem.line) for problem in found]
    assert [True, True, False] == [problem.fix is not None for problem in found]
    assert text.replace("‘", "'").replace("’", "'") == changed["f.toml"]
    assert ["E220"] == [problem.code for problem in remaining]


def test_all_mistakes_of_all_files_come_in_one_run() -> None:
    """One file's syntax error hides no problem of the others, and good rules are still read."""
    files = {f"{at}.toml": text.replace("'one'", f"'one-{at}'") for at, (_, text, *_) in enumerate(MISTAKES)}
    loaded = load_texts({"good.toml": GOOD, **files}, TODAY)

    assert {code for code, *_ in MISTAKES} - {"W320"} <= {problem.code for problem in loaded.problems}
    assert set(files) <= {problem.file for problem in loaded.problems}
    assert "late-buses" in loaded.queries


@pytest.mark.parametrize("table", ["[[rule]]\nid = 'x'\nquery = 'a'\n", "[[place]]\nid = 'x'\nname = 'X'\n",
                                   "[lists]\nx = ['a']\n", "[topics]\nx = 'X'\n"])
def test_names_are_unique_over_all_files(table: str) -> None:
    """The second one is an error that names the first."""
    doubled = [problem for problem in load_texts({"a.toml": table, "b.toml": table}).problems if problem.code == "E114"]

    assert ["b.toml"] == [problem.file for problem in doubled]
    assert "a.toml:" in doubled[0].message


def test_a_place_that_is_known_already_names_where() -> None:
    """The first one may be a shipped pack's, which nobody should edit."""
    place = "[[place]]\nid = 'x'\nname = 'X'\n"
    (found,) = load_texts({"pack.toml": place, "mine.toml": place}).problems

    assert 'place "x" is known already, from pack.toml:2' == found.message
    assert found.help.startswith("remove yours")


def test_a_warning_can_be_silenced_by_number() -> None:
    """`allow` is for one rule and one number."""
    text = f"{RULE}query = 'a AND NOT \"b c\"'\nallow = ['W301', 'W302', 'W310']\n"
    assert [] == problems(text)


def test_a_place_shared_by_two_is_ambiguous() -> None:
    """`place:Portland` asks which one; the ids answer."""
    places = "".join(f"[[place]]\nid = 'portland-{code.lower()}'\nname = 'Portland'\nstate = '{code}'\n"
                     "needs_state = true\n"
                     for code in ("OR", "ME"))
    found = problems(f"{places}{RULE}query = 'a AND place:portland'\n{EXAMPLES}")

    assert "write one of place:portland-or, place:portland-me" == found[0].help
    assert [] == problems(f"{places}{RULE}query = 'a AND place:\"Portland, ME\"'\n{EXAMPLES}")


def test_the_hash_names_what_decides_a_match() -> None:
    """A new example keeps it; a changed query, list, place or mask changes it."""
    hashes = {
        load_texts({"f.toml": GOOD.replace(*change)}).hash
        for change in [("NEAR/9", "NEAR/8"), ("'depot'", "'garage'"), ("'CO'\n", "'KS'\n"), ("bus tour", "tour")]
    }
    assert 4 == len(hashes - {load_texts({"f.toml": GOOD}).hash})
    assert load_texts({"f.toml": GOOD}).hash == load_texts({"g.toml": GOOD.replace("Nothing.", "Little.")}).hash


@pytest.mark.parametrize("change", [
    ("'dearer'", "'costs more'"), ("'suben'", "'cuestan más'"), ("[[place]]\nid     = 'denver-co'",
     "[topics_es]\nbuses = 'Autobuses'\n[[place]]\nid     = 'denver-co'")])
def test_words_for_readers_decide_nothing(change: tuple[str, str]) -> None:
    """Other words of a stance, or a label in Spanish, keep the hash, and no rule decides otherwise."""
    before, after = load_texts({"f.toml": STANCE}), load_texts({"f.toml": STANCE.replace(*change)})

    assert (before.hash, ()) == (after.hash, changed_rules(before, after).every)
    assert (before.rules, before.topics_es) != (after.rules, after.topics_es)


def test_a_spanish_label_stands_once_in_a_folder() -> None:
    """The second of two files of one layer is told where the first is."""
    loaded = load_texts({"a.toml": f"{TOPIC}[topics_es]\nt = 'Uno'\n", "b.toml": "[topics_es]\nt = 'Dos'\n"})
    told = [problem for problem in loaded.problems if problem.code == "E114"]

    assert [('Spanish label of "t" is defined twice, first at a.toml:4', "b.toml")] == [
        (one.message, one.file) for one in told]


def test_folders_are_read_in_order_with_example_files(tmp_path: Path) -> None:
    """All .toml files below, sorted, but hidden ones; the text of an example may stand in a file beside."""
    (tmp_path / "pack" / "sub").mkdir(parents=True)
    text = f"{TOPIC}{RULE}query = 'a'\n{EXAMPLES}".replace("text = 'x'", "file = 'x.txt'")
    (tmp_path / "pack" / "b.toml").write_text(text)
    (tmp_path / "pack" / "x.txt").write_text("See a.")
    (tmp_path / "pack" / ".b.toml").write_text("broken")
    (tmp_path / "pack" / ".git").mkdir()
    (tmp_path / "pack" / ".git" / "x.toml").write_text("broken")
    (tmp_path / "pack" / "sub" / "a.toml").write_text("ignore = ['z']")
    loaded = load_rules([tmp_path / "pack"])

    assert (("pack/b.toml", "pack/sub/a.toml"), ()) == (loaded.files, loaded.problems)
    assert "See a." == loaded.rules[0].examples[0].text


@pytest.mark.parametrize("name", ["absent", "empty", "absent.toml", "no_rules"])
def test_no_rules_is_a_problem(tmp_path: Path, name: str) -> None:
    """A missing or empty folder, or files without a rule, never pass for a rule set."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "no_rules").mkdir()
    (tmp_path / "no_rules" / "a.toml").write_text("ignore = ['z']")

    assert ["E119"] == [problem.code for problem in load_rules([tmp_path / name]).errors]


def test_a_folder_in_place_of_a_file_is_named(tmp_path: Path) -> None:
    """What cannot be read is reported like any other problem."""
    (tmp_path / "a.toml").mkdir()
    (tmp_path / "b.toml").write_text(f"{TOPIC}{RULE}query = 'a'\n{EXAMPLES}")
    loaded = load_rules([tmp_path])

    assert ["E100"] == [problem.code for problem in loaded.problems]
    assert ["one"] == list(loaded.queries)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.sampled_from([GOOD, STANCE]), st.integers(0, 900), st.integers(0, 40),
       st.one_of(st.text(max_size=12),
                 st.sampled_from(["[", "]]", "'", "\n", "=", "[[rule]]\n", "query = 1\n", "@", '"'])))
def test_no_edit_crashes_the_reader(text: str, at: int, gone: int, put: str) -> None:
    """Any slip in a good file gives a set, with problems that have places and remedies; corrections crash nothing."""
    broken = text[:at] + put + text[at + gone:]
    loaded = load_texts({"f.toml": broken})
    changed, _ = mended([{"f.toml": broken}], ["f.toml"])

    assert all(problem.message and problem.help for problem in loaded.problems)
    assert set(changed) <= {"f.toml"}
