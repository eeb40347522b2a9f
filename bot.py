"""The program: command line, signals, and the scheduler that ticks. Every decision is made elsewhere.

Commands import what they need when they run: `--help` and `rules check` must answer at once, and the database, HTTP and
Slack libraries cost more than all the rest together.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.errors import ConfigError, DatelineError
from monitor.logs import set_up_logging

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.cycle import House

VERSION = "0.1.0"
_EPILOG = """\
first steps:
  dateline demo          see what it does: no account, no network, no set-up
  dateline rules check   after every edit of a rule file
  dateline check         before the first start, and when something seems wrong
  dateline run           the bot itself

The Slack token is read from the environment variable SLACK_BOT_TOKEN.
"""

log = logging.getLogger("dateline")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 is success, 1 a problem that was printed, 2 a command line that was not understood."""
    parser = build_parser()
    args = parser.parse_args(argv)
    if "run" not in args:
        parser.print_help()
        return 2
    set_up_logging(verbose=args.verbose)
    try:
        return _dispatch(args)
    except ConfigError as error:
        print("\n\n".join(str(problem) for problem in error.problems), file=sys.stderr)
        print(f"\n{error}. Nothing was started.", file=sys.stderr)
    except DatelineError as error:
        print(f"error: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
    except BrokenPipeError:
        # `dateline status | head`: the reader has seen enough. Python would complain once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1


def build_parser() -> argparse.ArgumentParser:
    """The whole command line."""
    parser = argparse.ArgumentParser(
        prog="dateline", parents=[_shared(Path("config.toml"), verbose=False)], epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Watches news feeds, finds the articles your rules describe, and posts digests to Slack.")
    parser.add_argument("--version", action="version", version=f"dateline {VERSION}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    # Behind a command the options have no default, which would overwrite what stood in front of it.
    shared = _shared(argparse.SUPPRESS, verbose=argparse.SUPPRESS)
    _add_bot_commands(commands, shared)
    _add_desk_commands(commands, shared)
    return parser


def _shared(config: Path | str, *, verbose: bool | str) -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--config", metavar="FILE", type=Path, default=config,
                        help="the configuration to use (default: config.toml here)")
    shared.add_argument("--verbose", action="store_true", default=verbose, help="say more about what happens")
    return shared


if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # argparse has no public name for it


def _add_bot_commands(commands: Commands, shared: argparse.ArgumentParser) -> None:
    demo = commands.add_parser("demo", help="show the whole job on a made-up news site, offline",
                               description="Starts a small news site on this computer, polls it, matches its articles "
                               "and shows the digests as Slack would. Run it twice: the second time nothing is new.")
    demo.add_argument("--folder", type=Path, default=Path("demo-output"), metavar="DIR",
                      help="where the demo keeps its database and the HTML preview (default: demo-output)")
    demo.add_argument("--fresh", action="store_true", help="forget what earlier demos have seen")
    demo.add_argument("--stay", action="store_true", help="keep the site running afterwards, so that its links work")
    demo.set_defaults(run="demo:demo")
    commands.add_parser("run", parents=[shared], help="the bot: poll, match and post until it is stopped",
                        description="Polls the feeds of config.toml, matches, and posts digests to Slack until it is "
                        "stopped (Ctrl-C, or systemd). Without SLACK_BOT_TOKEN it prints digests instead of posting.",
                        ).set_defaults(run="bot:run")
    commands.add_parser("once", parents=[shared], help="one round of the same, for cron",
                        description="Polls what is due, matches, posts what is due, and ends.",
                        ).set_defaults(run="bot:once")


def _add_desk_commands(commands: Commands, shared: argparse.ArgumentParser) -> None:
    check = commands.add_parser("check", parents=[shared], help="is everything set up right? one line each",
                                description="Proves configuration, rules, database and Slack, and says in a line each "
                                "what is wrong and how to mend it.")
    check.add_argument("--post", action="store_true",
                       help="also send one test alert to every channel, and ask every feed for an answer")
    check.set_defaults(run="check:check")
    _add_rules_commands(_group(commands, shared, "rules", "write, check, test and try out rules"), shared)
    feeds = _group(commands, shared, "feeds", "look at the feeds")
    feeds.add_parser("list", parents=[shared], help="every feed, and how it is doing").set_defaults(run="feeds:listing")
    status = commands.add_parser("status", parents=[shared], help="what was collected and posted, and what needs you")
    status.add_argument("--health", action="store_true",
                        help="only say whether the bot is alive (for containers): exit 1 if it is not")
    status.set_defaults(run="status:status")
    _add_purge(commands, shared)


def _add_rules_commands(rules: Commands, shared: argparse.ArgumentParser) -> None:
    """The workbench, in the order in which a rule is made."""
    for add in (_add_rule_tests, _add_rule_trials, _add_rule_measures, _add_rule_writing):
        add(rules, shared)


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


def _add_rule_trials(rules: Commands, shared: argparse.ArgumentParser) -> None:
    explain = _verb(rules, shared, "rules_archive:explain", "why a rule did, or did not, find an article",
                    "Shows what of the rule was found in the article, what was ignored or rejected, and why.")
    explain.add_argument("rule", metavar="RULE", help="the id of a rule")
    explain.add_argument("article", metavar="ARTICLE", help="a stored article's number or address, another address, "
                         "a text file (its first line is the headline), or - for standard input")
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


def _add_purge(commands: Commands, shared: argparse.ArgumentParser) -> None:
    purge = commands.add_parser("purge", parents=[shared], help="erase stored articles for good",
                                description="Erases articles and the messages that showed them from the database and "
                                "overwrites where they stood. What was posted stays in Slack: delete it there. "
                                "Stop the bot first.")
    what = purge.add_mutually_exclusive_group(required=True)
    what.add_argument("--older-than", metavar="30d", help="articles first seen more than so many days ago")
    what.add_argument("--outlet", metavar="NAME", help="all articles of one outlet")
    what.add_argument("--everything", action="store_true", help="all of it, memory of seen articles included")
    purge.add_argument("--yes", action="store_true", help="do not ask")
    purge.set_defaults(run="purge:purge")


def _group(commands: Commands, shared: argparse.ArgumentParser, name: str, about: str) -> Commands:
    group = commands.add_parser(name, parents=[shared], help=about)
    return group.add_subparsers(title="commands", metavar="COMMAND", required=True)


def _dispatch(args: argparse.Namespace) -> int:
    room, name = args.run.split(":")
    if room == "bot":
        return asyncio.run(_bot(args.config, forever=name == "run"))
    command = getattr(import_module(f"monitor.commands.{room}"), name)
    status: int = command(args)
    return status


async def _bot(config: Path, *, forever: bool) -> int:
    from monitor.config import load_settings
    from monitor.cycle import opened, run_cycle

    settings = load_settings(config, os.environ)
    async with opened(settings, _clock) as house:
        log.info("started; feeds: %d, channels: %d%s", len(settings.feeds), len(settings.channels),
                 "; the first round may take minutes, Ctrl-C stops" if forever else "")
        if not forever:
            return 1 if (await run_cycle(house)).undelivered else 0
        await _tick_until_stopped(house)
    return 0


async def _tick_until_stopped(house: House) -> None:
    """APScheduler ticks; what is due stands in the database. SIGTERM and SIGINT end it.

    One job, never twice at once, and a missed tick is simply the next one: nothing depends on a tick's time.
    """
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    scheduler = AsyncIOScheduler(timezone=UTC)
    scheduler.add_job(_tick, "interval", args=[house], seconds=house.settings.polling.tick_seconds,
                      next_run_time=_clock(), max_instances=1, coalesce=True, misfire_grace_time=None)
    scheduler.start()
    await stop.wait()
    log.info("stopping")
    scheduler.pause()  # or the end of this round would start the next one
    await house.finish()
    scheduler.shutdown(wait=False)


async def _tick(house: House) -> None:
    """The scheduler's job boundary: whatever a round dies of is logged, and the next one starts from what is stored."""
    from monitor.cycle import run_cycle

    house.current = asyncio.create_task(run_cycle(house))
    await asyncio.wait([house.current])
    if house.current.cancelled():
        return
    error = house.current.exception()
    if isinstance(error, DatelineError):
        log.error("%s", error)
    elif error:
        log.error("this round failed; the next one starts from what is stored", exc_info=error)


def _clock() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    sys.exit(main())
