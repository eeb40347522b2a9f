"""The command line of the rules' workbench, in the order in which a rule is made."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from monitor.commands.parser import Commands


def add_rules_commands(rules: Commands, shared: argparse.ArgumentParser, article: str) -> None:
    """Check and test, then try, measure, write. `article` says what an ARTICLE may be."""
    _add_rule_tests(rules, shared)
    _add_rule_trials(rules, shared, article)
    _add_rule_measures(rules, shared)
    _add_rule_writing(rules, shared)


def _verb(
    rules: Commands, shared: argparse.ArgumentParser, run: str, about: str, more: str
) -> argparse.ArgumentParser:
    verb = rules.add_parser(run.rpartition(":")[2], parents=[shared], help=about, description=more)
    verb.add_argument("--json", action="store_true", help="print JSON, for other programs")
    verb.set_defaults(run=run)
    return verb


def _add_rule_tests(rules: Commands, shared: argparse.ArgumentParser) -> None:
    _verb(rules, shared, "rules:check", "find every mistake in the rule files",
          "Reads every rule file and lists every mistake with its line and a remedy.")
    test = _verb(rules, shared, "rules:test", "try the examples that stand in the rules",
                 "Runs the examples inside the rules and says which came out otherwise.")
    test.add_argument("rule", nargs="?", metavar="RULE", help="only this rule")


def _add_rule_trials(rules: Commands, shared: argparse.ArgumentParser, article: str) -> None:
    explain = _verb(rules, shared, "rules_archive:explain", "why a rule did, or did not, find an article",
                    "Shows what of the rule was found in the article, what was ignored or rejected, and why.")
    explain.add_argument("rule", metavar="RULE", help="the id of a rule")
    explain.add_argument("article", metavar="ARTICLE", help=article)
    backtest = _verb(rules, shared, "rules_archive:backtest", "try a rule on the stored articles",
                     "Runs a rule of the files, as they are now, over the articles that are stored.")
    backtest.add_argument("rule", metavar="RULE", help="the id of a rule")
    backtest.add_argument("--since", default="30d", metavar="30d", help="a number of days, or a date (default: 30d)")
    backtest.add_argument("--diff", action="store_true", help="compare with the rule as the bot uses it now")
    backfill = _verb(rules, shared, "rules_archive:backfill", "post what a new rule would have caught",
                     "Posts one digest of stored articles that a new rule finds, to the channels that want it.")
    backfill.add_argument("rule", metavar="RULE", help="the id of a rule")
    backfill.add_argument("--since", required=True, metavar="7d", help="a number of days, or a date")
    backfill.add_argument("--yes", action="store_true", help="do not ask")


def _add_rule_measures(rules: Commands, shared: argparse.ArgumentParser) -> None:
    score = _verb(rules, shared, "rules_measure:score", "how right the rules are on labelled articles",
                  "Precision, recall and F1 of topics, places and stance on a file of labelled articles.")
    score.add_argument("file", type=Path, metavar="FILE.jsonl", help="one labelled article a line (docs/rules.md)")
    score.add_argument("--clear", action="store_true", help="leave out articles that are labelled as unclear")
    score.add_argument("--folds", type=int, default=0, metavar="5",
                       help="also score with relevance learned from this file, each article by a model that never "
                       "saw it")
    learn = _verb(rules, shared, "rules_measure:learn", "learn from labelled articles which matches are news",
                  "Trains the relevance score and writes it, readable, beside your rules.")
    learn.add_argument("files", nargs="+", type=Path, metavar="FILE.jsonl", help="labelled articles")
    learn.add_argument("--out", type=Path, metavar="FILE", help="where to write it (default: your first rule folder)")


def _add_rule_writing(rules: Commands, shared: argparse.ArgumentParser) -> None:
    new = _verb(rules, shared, "rules_write:new", "write a rule by answering questions",
                "Asks for topic, words, places and examples, writes the rule, and tries it on the stored articles.")
    new.add_argument("--file", type=Path, metavar="FILE", help="the rule file to add to (default: in your rule folder)")
    fix = _verb(rules, shared, "rules_write:fix", "mend the mistakes that have one remedy",
                "Shows the corrections that `rules check` can make by itself.")
    fix.add_argument("--write", action="store_true", help="write them into the files")
    export = _verb(rules, shared, "rules_write:export", "make a pack of your rules for another group",
                   "Writes your rules, lists and places to a folder, without owners, comments and channels.")
    export.add_argument("folder", type=Path, metavar="FOLDER", help="a new folder")
