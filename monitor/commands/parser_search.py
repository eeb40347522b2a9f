"""The command line of a search in the stored articles."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from monitor.commands.parser import Commands


def add_search_command(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """The same search as in Slack."""
    search = commands.add_parser(
        "search", parents=[shared], help="stored articles with these words",
        description="Lists stored articles that hold all of the words in title, text or outlet, the newest first. "
        "Accents, case and plurals do not count. In single quotes: '\"stand together\" -without detain*'.")
    search.add_argument("words", metavar="WORDS", nargs="+", help="what to search for")
    search.add_argument("--all", action="store_true", help="all of them, not the newest ten (may take long)")
    search.add_argument("--json", action="store_true", help="print JSON, for other programs")
    search.set_defaults(run="search:search")
