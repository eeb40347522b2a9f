"""The command line of feedback: what readers said of the alerts, and what follows for the rules."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor.commands.parser import Commands

DAYS = 90  # as long as the text of articles is kept, unless config.toml says otherwise
_MOST = 3650


def add_feedback_commands(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Report, then the labelled file, then the change to a rule."""
    feedback = commands.add_parser(
        "feedback", parents=[shared], help="what readers said of the alerts, and what misled the rules",
        description="Reports precision by rule, outlet and channel from what readers pressed in Slack, and names the "
        "phrases behind what they rejected, with what ignoring each would have done.")
    feedback.add_argument("--days", type=_days, default=DAYS, metavar="N", help=f"how many days back (default: {DAYS})")
    feedback.add_argument("--json", action="store_true", help="print JSON, for other programs")
    feedback.set_defaults(run="feedback:report")
    verbs = feedback.add_subparsers(title="commands", metavar="COMMAND")
    labels = verbs.add_parser("labels", parents=[shared], help="write a file for rules score and rules learn",
                              description="Writes the judged articles as a labelled file, one a line. What readers did "
                              "not judge is neither measured nor taught.")
    labels.add_argument("file", type=Path, metavar="FILE.jsonl", help="where to")
    labels.set_defaults(run="feedback:labels")
    offer = verbs.add_parser("offer", parents=[shared], help="a change to a rule that would have helped",
                             description="Shows, as a diff to a file in your rule folder, phrases for a rule to ignore "
                             "that would have removed rejected articles and lost none that were kept.")
    offer.add_argument("rule", metavar="RULE", help="the id of a rule")
    offer.add_argument("--apply", action="store_true", help="write it into the file")
    offer.set_defaults(run="feedback_offer:offer")
    for verb in (labels, offer):
        verb.add_argument("--days", type=_days, default=argparse.SUPPRESS, metavar="N",
                          help=f"how many days back (default: {DAYS})")


def _days(text: str) -> int:
    """A number of days that a calendar has."""
    if not text.isdecimal() or not 1 <= int(text[:9]) <= _MOST:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of days from 1 to {_MOST}")
    return int(text)
