"""The command line: every command with its options and what it says of itself, and nothing that they need to run.

Commands are named by module and function ("why:why") and imported when they run: `--help` and `rules check` must
answer at once, and the database, HTTP and Slack libraries cost more than all the rest together.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.commands.parser_rules import add_rules_commands
from monitor.commands.parser_talk import add_talk_commands

VERSION = "0.1.0"
MOST_DAYS = 3650
_EPILOG = """\
first steps:
  dateline demo          see what it does: no account, no network, no set-up
  dateline rules check   after every edit of a rule file
  dateline check         before the first start, and when something seems wrong
  dateline run           the bot itself
  dateline why ADDRESS   why an article was alerted, or was not

The Slack token is read from the environment variable SLACK_BOT_TOKEN.
"""
_ARTICLE = ("a stored article's number or address, another address, a text file (its first line is the headline), or "
            "- for standard input")
_CHANNEL = "a channel's name or id, as in config.toml"

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # argparse has no public name for it


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
    for add in (_add_bot, _add_check, _add_why, _add_stories, _add_rules, _add_feeds, _add_channels, _add_digest,
                _add_deliveries, add_talk_commands, _add_status, _add_purge):
        add(commands, shared)
    return parser


def _shared(config: Path | str, *, verbose: bool | str) -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--config", metavar="FILE", type=Path, default=config,
                        help="the configuration to use (default: config.toml here)")
    shared.add_argument("--verbose", action="store_true", default=verbose, help="say more about what happens")
    return shared


def _group(commands: Commands, shared: argparse.ArgumentParser, name: str, about: str) -> Commands:
    group = commands.add_parser(name, parents=[shared], help=about)
    return group.add_subparsers(title="commands", metavar="COMMAND", required=True)


def _add_bot(commands: Commands, shared: argparse.ArgumentParser) -> None:
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


def _add_check(commands: Commands, shared: argparse.ArgumentParser) -> None:
    check = commands.add_parser("check", parents=[shared], help="is everything set up right? one line each",
                                description="Proves configuration, rules, database and Slack, and says in a line each "
                                "what is wrong and how to mend it.")
    check.add_argument("--post", action="store_true",
                       help="also send one test alert to every channel, and ask every feed for an answer")
    check.set_defaults(run="check:check")


def _add_why(commands: Commands, shared: argparse.ArgumentParser) -> None:
    why = commands.add_parser("why", parents=[shared], help="why an article was alerted, or was not",
                              description="Follows an article from its feed to the channels and says where it stands "
                              "or stopped, and what to do. An address that is not stored is tried on the spot.")
    why.add_argument("article", metavar="URL", help="the article's address, or its number")
    why.add_argument("--offline", action="store_true", help="look only at what is stored, fetch nothing")
    why.add_argument("--post", metavar="CHANNEL", help="post the article to this channel now")
    why.add_argument("--keep", metavar="RULE", help="keep it as an example of this rule, in your rule folder")
    why.add_argument("--as", dest="expect", choices=("match", "no-match", "todo-match", "todo-no-match"),
                     help="with --keep: what the rule should make of it; todo: it does not yet")
    why.add_argument("--json", action="store_true", help="print JSON, for other programs")
    why.set_defaults(run="why:why")


def _add_stories(commands: Commands, shared: argparse.ArgumentParser) -> None:
    stories = _group(commands, shared, "stories", "the events behind the articles")
    listing = stories.add_parser("list", parents=[shared], help="the stories that had coverage of late",
                                 description="Lists the stories with an article in the last days, the latest first.")
    listing.add_argument("--days", type=_days, default=7, metavar="N", help="how many days back (default: 7)")
    listing.set_defaults(run="stories:listing")
    show = stories.add_parser("show", parents=[shared], help="one story: who reported what, and who was told",
                              description="Shows the reports of a story in their order, what each added, why it "
                              "joined, and which channels were told.")
    show.add_argument("story", metavar="STORY", help="its number in the list")
    show.set_defaults(run="stories:show")
    explain = stories.add_parser("explain", parents=[shared], help="why two articles are one story, or are not",
                                 description="Says whether two articles are one story, with every reason for and "
                                 "against, and how many points are enough.")
    for name in ("a", "b"):
        explain.add_argument(name, metavar=name.upper(), help="a stored article's number or address")
    explain.set_defaults(run="stories:explain")
    for verb in (listing, show, explain):
        verb.add_argument("--json", action="store_true", help="print JSON, for other programs")


def _days(text: str) -> int:
    """A number of days that a calendar has."""
    number = int(text) if text.isdecimal() and len(text) <= 5 else 0
    if not 1 <= number <= MOST_DAYS:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of days from 1 to {MOST_DAYS}")
    return number


def _add_rules(commands: Commands, shared: argparse.ArgumentParser) -> None:
    add_rules_commands(_group(commands, shared, "rules", "write, check, test and try out rules"), shared, _ARTICLE)


def _add_feeds(commands: Commands, shared: argparse.ArgumentParser) -> None:
    feeds = _group(commands, shared, "feeds", "what is read: look at it, add to it, take it elsewhere")
    listing = feeds.add_parser("list", parents=[shared], help="every feed and watched page, and how it is doing",
                               description="Lists every source with its last news, its rhythm and how much of its "
                               "articles could be read.")
    listing.add_argument("word", metavar="WORD", nargs="?", default="", help="only those with it in name or address")
    listing.set_defaults(run="feeds:listing")
    health = feeds.add_parser("health", parents=[shared], help="those that need somebody, and what to do",
                              description="Says of every source that is in trouble what is wrong and what to do.")
    health.add_argument("--all", action="store_true", help="also those that are well")
    health.set_defaults(run="feeds:health")
    for verb in (listing, health):
        verb.add_argument("--json", action="store_true", help="print JSON, for other programs")
    _add_more_feeds(feeds, shared)


def _add_more_feeds(feeds: Commands, shared: argparse.ArgumentParser) -> None:
    add = feeds.add_parser("add", parents=[shared], help="look what can be read at an address, and add it",
                           description="Shows the feeds behind the address of a feed or of a whole site, asks which "
                           "one to read, and writes it at the end of config.toml. A page without a feed can be watched "
                           "for changes.")
    add.add_argument("url", metavar="URL", help="of a site, a feed or a page")
    add.add_argument("--outlet", metavar="NAME", help="what the outlet is called (default: the site's own name)")
    add.add_argument("--home", metavar="PLACE", help="where it is at home: 'Baltimore, MD' or 'MD'")
    add.add_argument("--page", action="store_true", help="watch the page itself, also where it names a feed")
    add.add_argument("--selector", metavar="CSS", help="watch this part of the page, such as '#policy'")
    add.add_argument("--yes", action="store_true", help="do not ask: take what is found first")
    add.set_defaults(run="feeds_add:add")
    bring = feeds.add_parser("import", parents=[shared], help="add the feeds of another reader (OPML)",
                             description="Adds the feeds of an OPML file, as other feed readers export it, at the end "
                             "of config.toml. Those that are there already are left out.")
    bring.add_argument("file", metavar="FILE", type=Path)
    bring.add_argument("--home", metavar="PLACE", help="where those are at home of which the list does not say it: "
                       "'Baltimore, MD' or 'MD'")
    bring.add_argument("--check", action="store_true", help="ask each feed first, and leave out those that do not work")
    bring.add_argument("--yes", action="store_true", help="do not ask")
    bring.set_defaults(run="feeds_opml:bring")
    take = feeds.add_parser("export", parents=[shared], help="the list as OPML, for another reader or another team",
                            description="Writes the list of feeds and watched pages as OPML.")
    take.add_argument("file", metavar="FILE", type=Path, nargs="?", help="where to (default: print it)")
    take.set_defaults(run="feeds_opml:take")


def _add_channels(commands: Commands, shared: argparse.ArgumentParser) -> None:
    channels = _group(commands, shared, "channels", "what each channel gets, and when")
    listing = channels.add_parser("list", parents=[shared], help="every channel, with its choices in words")
    listing.set_defaults(run="channels:listing")
    test = channels.add_parser("test", parents=[shared], help="where an article would go, and why",
                               description="Says for every channel whether an article goes there, when, and why or "
                               "why not, by the rules and choices of the files as they are now.")
    test.add_argument("article", metavar="ARTICLE", help=_ARTICLE)
    test.set_defaults(run="channels:test")
    for verb in (listing, test):
        verb.add_argument("--json", action="store_true", help="print JSON, for other programs")


def _add_digest(commands: Commands, shared: argparse.ArgumentParser) -> None:
    digest = _group(commands, shared, "digest", "see the next digest, or post it now")
    preview = digest.add_parser("preview", parents=[shared], help="the next digest as it would be posted",
                                description="Shows what waits for a channel as its next digest would show it. Nothing "
                                "is posted or changed.")
    preview.add_argument("--html", type=Path, metavar="FILE", help="also write it as a web page, as Slack shows it")
    preview.set_defaults(run="digest:preview")
    now = digest.add_parser("now", parents=[shared], help="post what waits, without waiting for the slot",
                            description="Posts what waits for a channel now. Its next slot brings what comes later.")
    now.set_defaults(run="digest:now")
    more = digest.add_parser("more", parents=[shared], help="articles that were counted and not shown",
                             description="Lists the articles of a day that a digest only counted, because their rule "
                             "had found more than its max_per_day, or because they were muted.")
    more.add_argument("--day", metavar="2026-11-23", help="which day, by the channel's clock (default: today)")
    more.set_defaults(run="digest:more")
    for verb in (preview, now, more):
        verb.add_argument("channel", metavar="CHANNEL", help=_CHANNEL)


def _add_deliveries(commands: Commands, shared: argparse.ArgumentParser) -> None:
    deliveries = commands.add_parser("deliveries", parents=[shared], help="what was posted, what was not, and why",
                                     description="Lists messages: what needs you first, then what waits, then what was "
                                     "posted in the last day.")
    deliveries.add_argument("--all", action="store_true", help="everything, however long ago")
    deliveries.add_argument("--channel", metavar="CHANNEL", help=_CHANNEL)
    deliveries.set_defaults(run="deliveries:listing")
    verbs = deliveries.add_subparsers(title="commands", metavar="COMMAND")
    retry = verbs.add_parser("retry", parents=[shared], help="post a message again that is uncertain or was refused")
    retry.add_argument("--yes", action="store_true", help="do not ask")
    retry.set_defaults(run="deliveries:retry")
    abandon = verbs.add_parser("abandon", parents=[shared], help="give a message up: it is not posted any more")
    abandon.set_defaults(run="deliveries:abandon")
    found = verbs.add_parser("found", parents=[shared], help="a message that is uncertain stands in the channel",
                             description="Settles a message that somebody saw in the channel, where the bot cannot "
                             "look; replies to it then go into its thread.")
    found.set_defaults(run="deliveries:found")
    for verb in (retry, abandon, found):
        verb.add_argument("id", metavar="ID", type=int, help="its number in the list")
    found.add_argument("link", metavar="LINK", nargs="?", help="in Slack: Copy link, in the message's menu. Needed "
                       "where replies wait for the message")
    resume = verbs.add_parser("resume", parents=[shared], help="go on posting to a channel that was stopped",
                              description="Goes on with a channel that was stopped because messages stand in it which "
                              "the database does not know, as after putting back a backup.")
    resume.add_argument("channel", metavar="CHANNEL", help=_CHANNEL)
    resume.set_defaults(run="deliveries:resume")


def _add_status(commands: Commands, shared: argparse.ArgumentParser) -> None:
    status = commands.add_parser("status", parents=[shared], help="what was collected and posted, and what needs you")
    status.add_argument("--health", action="store_true",
                        help="only say whether the bot is alive (for containers): exit 1 if it is not")
    status.set_defaults(run="status:status")


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
