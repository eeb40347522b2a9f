"""Layers: a team's files over a shipped pack, which nobody edits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rules.files.load import load_layers, load_rules, read_layers

if TYPE_CHECKING:
    from pathlib import Path

    from rules.model import RuleSet

PACK = """\
ignore = ['drug raid']
watch  = ['Baltimore, MD']
[topics]
raids = 'Raids'
[lists]
agents = ['ICE', 'INS', 'Border Patrol']
[[place]]
id    = 'baltimore-md'
name  = 'Baltimore'
state = 'MD'
[[rule]]
id       = 'raids'
topics   = ['raids']
query    = '@agents NEAR/5 raid'
graphic  = 'shot'
[[rule.escalate]]
when     = 'today AND place:watched'
[rule.stance.grows]
query    = 'grow'
[[rule.example]]
expect = 'match'
text   = 'An ICE raid.'
[[rule.example]]
expect = 'no match'
text   = 'A raid.'
"""
TABLE = "id,name,state,kind,within\nohio,Ohio,OH,state,\ndayton-oh,Dayton,OH,city,\n"


def layered(team: str, pack: str = PACK) -> RuleSet:
    return load_layers([{"pack/a.toml": pack}, {"team/b.toml": team}])


def only(team: str) -> tuple[str, str]:
    """The one problem of a team's file and its remedy."""
    (problem,) = [problem for problem in layered(team).problems if problem.file == "team/b.toml"]
    return f"{problem.code}:{problem.line}:{problem.column}", problem.help


def test_a_rule_with_a_query_replaces_the_shipped_one() -> None:
    """Whole: nothing of the earlier one stays."""
    loaded = layered("[[rule]]\nid = 'raids'\ntopics = ['raids']\nquery = 'sweep'\nallow = ['W301']\n")
    (rule,) = loaded.rules

    assert ((), "sweep", (), "", "team/b.toml") == (loaded.problems, rule.query, rule.examples, rule.graphic, rule.file)
    assert {} == loaded.clauses


def test_a_rule_without_a_query_changes_what_it_names() -> None:
    """Its examples are added; the other keys and queries stay."""
    loaded = layered("[[rule]]\nid = 'raids'\nalert_from = 'lead'\ngraphic = true\n"
                     "[[rule.example]]\nexpect = 'match'\ntext = 'INS raid'\n")
    (rule,) = loaded.rules

    assert ((), "lead", "*", "@agents NEAR/5 raid", 3) == (
        loaded.problems, rule.alert_from, rule.graphic, rule.query, len(rule.examples))
    assert [("raids", "escalate:0"), ("raids", "stance:grows")] == sorted(loaded.clauses)


def test_escalations_and_stances_are_replaced_as_a_whole() -> None:
    """Half of an old stance beside half of a new one would mean what nobody wrote."""
    loaded = layered("[[rule]]\nid = 'raids'\n[[rule.escalate]]\nwhen = 'now'\nseverity = 'high'\n"
                     "[rule.stance.shrinks]\nquery = 'shrink'\n")
    (rule,) = loaded.rules

    assert [("raids", "escalate:0"), ("raids", "graphic"), ("raids", "stance:shrinks")] == sorted(loaded.clauses)
    assert (["high"], ["shrinks"]) == (
        [one.severity for one in rule.escalate], [one.label for one in rule.stance.labels] if rule.stance else [])


def test_lists_ignore_and_watch_add_up() -> None:
    """A list of the same name is extended; '-word' takes a word of an earlier layer out."""
    loaded = layered("watch = ['Hazleton, PA']\nignore = ['-drug raid', 'air raid']\n"
                     "[lists]\nagents = ['la migra', '-INS', 'ICE']\n")

    assert () == loaded.problems
    assert {"agents": ("ICE", "Border Patrol", "la migra")} == loaded.lists
    assert (("air raid",), ("baltimore-md", "hazleton-pa")) == (loaded.ignore, loaded.watched)
    assert 3 == len(loaded.list_nodes["agents"])


def test_topics_are_relabelled_and_places_changed() -> None:
    """A place with a name replaces; one without changes what it names and keeps the rest."""
    loaded = layered("[topics]\nraids = 'Redadas'\n[[place]]\nid = 'baltimore-md'\naliases = ['Charm City']\n")
    (place,) = loaded.places

    assert ({"raids": "Redadas"}, "Baltimore, MD", ("Charm City",)) == (loaded.topics, place.label, place.aliases)
    assert "Baltimore City, MD" == layered(
        "[[place]]\nid = 'baltimore-md'\nname = 'Baltimore City'\nstate = 'MD'\n").places[0].label


def test_spanish_labels_are_laid_over_one_another() -> None:
    """A team gives those that the pack has not, and others for those it has; a topic may stay without."""
    loaded = layered("[topics]\ncourts = 'Courts'\n[topics_es]\nraids = 'Redadas'\n",
                     f"{PACK.partition('[lists]')[0]}jails = 'Jails'\n[topics_es]\nraids = 'Operativos'\n"
                     f"jails = 'Cárceles'\n[lists]{PACK.partition('[lists]')[2]}")

    assert () == loaded.problems
    assert {"raids": "Redadas", "jails": "Cárceles"} == loaded.topics_es
    assert ["raids", "jails", "courts"] == list(loaded.topics)


@pytest.mark.parametrize(
    ("team", "where", "remedy"),
    [
        ("[lists]\nagents = ['x', '-ins']\n", "W321:2:17", "did you mean '-INS'?"),
        ("[lists]\nagents = ['-FBI']\n", "W321:2:12", "remove '-FBI'"),
        ("ignore = ['-drug raids']\n", "W321:1:12", "did you mean '-drug raid'?"),
        ("[[rule]]\nid = 'raid'\nenabled = false\n", "E121:2:1", 'did you mean "raids"? write a query to make it'),
        ("[[place]]\nid = 'baltimore'\naliases = ['B']\n", "E112:1:1", 'did you mean "baltimore-md"?'),
        ("watch = ['Baltimroe, MD']\n", "W341:1:11", "did you mean 'baltimore-md'?"),
        ("watch = ['Baltimroe']\n", "E221:1:11", "did you mean baltimore-md?"),
    ])
def test_changes_of_what_is_not_there_are_named(team: str, where: str, remedy: str) -> None:
    """In the team's file, at the word, with what was probably meant."""
    found, told = only(team)

    assert where == found
    assert remedy in told


def test_a_first_layer_has_nothing_to_take_words_from() -> None:
    """Somebody who thinks of Google's minus is told where such a word goes."""
    (problem,) = load_layers([{"a.toml": PACK.replace("'INS'", "'-INS'")}]).problems

    assert "E120" == problem.code
    assert "ignore = [...]" in problem.help


def test_two_files_of_a_layer_share_one_name_space() -> None:
    """Only a later layer may change; a second file of the same one has made a copy."""
    twice = "[[rule]]\nid = 'raids'\nenabled = false\n"
    loaded = load_layers([{"pack/a.toml": PACK}, {"team/b.toml": twice, "team/c.toml": twice}])

    assert [("E114", "team/c.toml")] == [(problem.code, problem.file) for problem in loaded.problems]
    assert not loaded.rules[0].enabled


def test_a_team_is_told_that_it_watches_nothing() -> None:
    """Where a rule of a pack asks for place:watched; the pack by itself cannot know."""
    unwatched = PACK.replace("watch  = ['Baltimore, MD']\n", "")

    assert [] == [str(problem) for problem in load_layers([{"a.toml": unwatched}]).problems]
    assert ["W342"] == [problem.code for problem in layered("ignore = ['x']\n", unwatched).problems]


def test_stored_texts_make_the_same_set(tmp_path: Path) -> None:
    """Rule files, spreadsheets and texts of examples, read once, are all that a set is made of."""
    pack, team = tmp_path / "pack", tmp_path / "team"
    pack.mkdir()
    (team / "sub").mkdir(parents=True)
    (pack / "a.toml").write_text(f"place_tables = ['us.csv']\n{PACK}")
    (pack / "us.csv").write_text(TABLE)
    (team / "sub" / "b.toml").write_text(
        "[[rule]]\nid = 'raids'\n[[rule.example]]\nexpect = 'match'\nfile = '../x.txt'\n")
    (team / "x.txt").write_text("Another ICE raid.")
    (team / "relevance.toml").write_text("anything = 1\n")
    texts = read_layers([pack, team])
    loaded = load_rules([pack, team])

    assert [{"pack/a.toml", "pack/us.csv"}, {"team/sub/b.toml", "team/x.txt"}] == [set(layer) for layer in texts]
    assert ((), loaded.hash, loaded.rules) == (loaded.problems, load_layers(texts).hash, load_layers(texts).rules)
    assert [("ohio", ()), ("dayton-oh", ("ohio",))] == [
        (place.id, place.within) for place in loaded.places if place.state == "OH"]


def test_a_file_cannot_bring_in_what_lies_outside(tmp_path: Path) -> None:
    """Somebody may edit rules in a browser and must not read the server's files with them."""
    (tmp_path / "secret.txt").write_text("password")
    (tmp_path / "team").mkdir()
    (tmp_path / "team" / "a.toml").write_text(f"place_tables = ['../secret.txt']\n{PACK}[[rule.example]]\n"
                                              f"expect = 'match'\nfile = '{tmp_path}/secret.txt'\n")

    assert ["E130", "E130"] == [problem.code for problem in load_rules([tmp_path / "team"]).problems]
    assert [{"team/a.toml"}] == [set(layer) for layer in read_layers([tmp_path / "team"])]


def test_an_emptied_team_folder_leaves_the_pack(tmp_path: Path) -> None:
    """Deleting the last own file deletes its rules, and stops nothing."""
    (tmp_path / "pack").mkdir()
    (tmp_path / "team").mkdir()
    (tmp_path / "pack" / "a.toml").write_text(PACK)
    loaded = load_rules([tmp_path / "pack", tmp_path / "team"])

    assert ([("W303", "warning")], 1) == ([(one.code, one.level) for one in loaded.problems], len(loaded.rules))
