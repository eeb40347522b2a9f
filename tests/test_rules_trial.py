"""Trying rules on articles: what is found, lost and kept, what decides a rule, what prefixes stood for; the chart."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from rules.engine.engine import Engine
from rules.files.load import load_texts
from rules.model import Article, RuleSet
from rules.workbench import trial
from rules.workbench.chart import chart
from rules.workbench.trial import Dated, RuleChanges

NOW = datetime(2026, 3, 9, 15, 30, tzinfo=UTC)
LISTS = "[lists]\nverbs = ['raid', 'sweep*']\n"
PLACES = "[[place]]\nid = 'salem-or'\nname = 'Salem'\nstate = 'OR'\n"
RAIDS = "[[rule]]\nid = 'raids'\nquery = '''@verbs'''\n"
WEATHER = "[[rule]]\nid = 'weather'\nquery = '''storm AND place:salem-or'''\n"


def rules(*parts: str) -> RuleSet:
    """A set without problems."""
    ruleset = load_texts({"team.toml": "\n".join(parts)})
    assert () == ruleset.errors
    return ruleset


def dated(number: int, title: str, text: str = "Nothing more is known.") -> Dated:
    """An article of `number` days ago."""
    return Dated(number, Article(title, text, outlet="Ledger", language="en"), NOW - timedelta(days=number))


ARTICLES = [dated(3, "A raid in town"), dated(1, "A quiet day"), dated(2, "Sweeps begin", "A sweeping plan.")]


def test_found_lost_and_kept() -> None:
    """Beside an older engine, articles are newly found, lost or kept, each newest first."""
    old, new = rules(RAIDS, "[lists]\nverbs = ['raid', 'quiet']\n"), rules(LISTS, RAIDS)
    found = trial.compare(ARTICLES, Engine(old), Engine(new), {"raids"})["raids"]

    assert ([2], [1], [3]) == tuple([hit.article_id for hit in part] for part in (found.found, found.lost, found.kept))
    assert [2, 3] == [hit.article_id for hit in found.now]


def test_one_engine_alone_finds() -> None:
    """Without an older engine everything counts as found, with what a reader wants to see of it."""
    article = dated(1, "A raid in town", "The raid was long.\nIt was cold.")
    (hit,) = trial.try_out([article], Engine(rules(LISTS, RAIDS)), "raids").found

    assert ("A raid in town", "Ledger", "The raid was long.") == (hit.title, hit.outlet, hit.sentence)
    assert (NOW - timedelta(days=1), "headline") == (hit.at, hit.prominence)


def test_a_rule_that_is_gone_loses_all() -> None:
    """A deleted rule has found nothing now, and what it found before is listed."""
    found = trial.compare(ARTICLES, Engine(rules(LISTS, RAIDS)), None, {"raids"})["raids"]

    assert ((), [2, 3]) == (found.now, [hit.article_id for hit in found.lost])


def test_only_alerts_count() -> None:
    """A match below `alert_from` is counted apart: nobody would be told of it."""
    strict = rules(LISTS, RAIDS, "alert_from = 'headline'\n")
    deep = dated(1, "A quiet day", "\n".join(["It was calm in town, they said."] * 12 + ["There was a raid once."]))
    found = trial.compare([deep, *ARTICLES], Engine(rules(LISTS, RAIDS)), Engine(strict), {"raids"})["raids"]

    assert (1, [1], 2) == (found.silent, [hit.article_id for hit in found.lost], len(found.kept))


def test_what_each_prefix_stood_for() -> None:
    """Only words of articles that were found count, once an article, the most frequent first."""
    articles = [*ARTICLES, dated(4, "Sweepstakes won", "Sweeping success, sweeping change.")]
    found = trial.try_out(articles, Engine(rules(LISTS, RAIDS)), "raids")

    assert {"sweep": {"sweeping": 2, "sweeps": 1, "sweepstakes": 1}} == found.words


def test_rules_are_asked_as_of_then() -> None:
    """A rule that expired since still finds what came before."""
    engine = Engine(rules(LISTS, RAIDS, "expires = 2026-03-06\n"))

    assert [3] == [hit.article_id for hit in trial.try_out(ARTICLES, engine, "raids").found]


def test_days_are_local() -> None:
    """An evening's article counts for that evening, wherever Greenwich is."""
    engine = Engine(rules(LISTS, RAIDS))
    late = Dated(1, Article("A raid", "", language="en"), datetime(2026, 3, 9, 2, 0, tzinfo=UTC))
    found = trial.try_out([late, late], engine, "raids").found

    assert {date(2026, 3, 8): 2} == trial.per_day(found, ZoneInfo("America/New_York"))


def test_only_switches_on() -> None:
    """A rule that is switched off can be tried, and no other comes with it."""
    ruleset = trial.only(rules(LISTS, RAIDS, "enabled = false\n", PLACES, WEATHER), {"raids"})

    assert [("raids", True)] == [(rule.id, rule.enabled) for rule in ruleset.rules]


SALEM_MA = "[[place]]\nid = 'salem-ma'\nname = 'Salem'\nstate = 'MA'\n"
DOVER = "[[place]]\nid = 'dover-de'\nname = 'Dover'\nstate = 'DE'\n"


@pytest.mark.parametrize(("parts", "expected"), [
    ([LISTS, RAIDS, PLACES, WEATHER], RuleChanges()),
    ([LISTS, RAIDS, "name = 'Raids'\nwhy = 'Because.'\n", PLACES, WEATHER], RuleChanges()),
    ([LISTS, RAIDS.replace("@verbs", "( @verbs )"), PLACES, WEATHER], RuleChanges()),
    ([LISTS, "calm = ['quiet']\n", RAIDS, PLACES, WEATHER], RuleChanges()),
    ([LISTS.replace("raid'", "raid', 'rout'"), RAIDS, PLACES, WEATHER], RuleChanges(changed=("raids",))),
    ([LISTS, RAIDS, "alert_from = 'lead'\n", PLACES, WEATHER], RuleChanges(changed=("raids",))),
    ([LISTS, RAIDS, "severity = 'high'\n", PLACES, WEATHER], RuleChanges(changed=("raids",))),
    ([LISTS, RAIDS, PLACES, "aliases = ['Cherry City']\n", WEATHER], RuleChanges(changed=("weather",))),
    ([LISTS, RAIDS, PLACES, SALEM_MA, WEATHER], RuleChanges(changed=("weather",))),
    ([LISTS, RAIDS, PLACES, DOVER, WEATHER], RuleChanges()),
    (["ignore = ['raid boss']\n", LISTS, RAIDS, PLACES, WEATHER], RuleChanges(changed=("raids", "weather"))),
    ([LISTS, RAIDS, "enabled = false\n", PLACES, WEATHER], RuleChanges(removed=("raids",))),
    ([LISTS, RAIDS, PLACES, WEATHER, RAIDS.replace("'raids'", "'more'")], RuleChanges(added=("more",))),
])
def test_what_changes_a_rule(parts: list[str], expected: RuleChanges) -> None:
    """A rule changes with its query, its lists, its places and their homonyms, not with how it is described."""
    assert expected == trial.changed_rules(rules(LISTS, RAIDS, PLACES, WEATHER), rules(*parts))


def test_a_chart_of_one_month() -> None:
    """The highest bar is full, no count is invisible, dates stand below, and no line is wider than a terminal."""
    first, last = date(2026, 2, 1), date(2026, 3, 3)
    lines = chart({date(2026, 2, 2): 40, date(2026, 3, 3): 1}, first, last)

    assert "40 ┤  █" == lines[0]
    assert "   ┤  █" + " " * 57 + "▁" == lines[3]
    assert "Sun 1 Feb" in lines[5]
    assert lines[5].endswith("Tue 3 Mar")
    assert "1.3 a day; most on Mon 2 Feb: 40; none on 29 of 31 days" == lines[-1]
    assert 80 > max(map(len, lines))


def test_a_chart_of_a_year() -> None:
    """Longer times are drawn in spans of several days, and nothing is left out."""
    first = date(2025, 3, 9)
    lines = chart({first + timedelta(days=at): 2 for at in range(366)}, first, first + timedelta(days=365))

    assert "one bar is 6 days; 2.0 a day" in lines[-1]
    assert lines[0].startswith("12 ┤")
    assert 80 > max(map(len, lines))


def test_a_chart_of_nothing() -> None:
    """Without any count one line says so."""
    assert ["none from Sun 8 Mar to Mon 9 Mar"] == chart({}, date(2026, 3, 8), date(2026, 3, 9))
