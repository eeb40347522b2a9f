"""The part of the command line that is about what readers said back: mutes, what they judged, what they look for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.commands.parser_feedback import add_feedback_commands
from monitor.commands.parser_search import add_search_command

if TYPE_CHECKING:
    import argparse

    from monitor.commands.parser import Commands


def add_talk_commands(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Each with what it says of itself; they run elsewhere."""
    for add in (add_feedback_commands, _add_mutes, add_search_command):
        add(commands, shared)


def _add_mutes(commands: Commands, shared: argparse.ArgumentParser) -> None:
    mutes = commands.add_parser("mutes", parents=[shared], help="what channels muted, until when, and what that held",
                                usage="dateline mutes [-h] [--config FILE] [--verbose] [--json] [CHANNEL | undo ID]",
                                description="Lists the mutes that hold now, of one channel or of all, and how many "
                                "articles each has kept back. `undo ID` ends one; what it kept back stays untold.")
    mutes.add_argument("words", metavar="CHANNEL | undo ID", nargs="*",
                       help="a channel's name or id, as in config.toml; or undo and the number of a mute")
    mutes.add_argument("--json", action="store_true", help="print JSON, for other programs")
    mutes.set_defaults(run="mutes:mutes")

