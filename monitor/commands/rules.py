"""`dateline rules check` and `rules test`: quick, offline, and without the database."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from monitor.commands.settings import rule_sources
from monitor.config import check_references, load_settings
from rules import workbench

if TYPE_CHECKING:
    import argparse


def check(args: argparse.Namespace) -> int:
    """Print every problem of every rule file, then what was read."""
    settings = load_settings(args.config, os.environ)
    report = workbench.check(rule_sources(settings), datetime.now(UTC).date())
    print(report)
    references = check_references(settings, report.ruleset)
    for problem in references:
        print(f"\n{problem}", file=sys.stderr)
    return 0 if report.ok and not references else 1


def test(args: argparse.Namespace) -> int:
    """Run the examples and print those that came out otherwise than they say."""
    settings = load_settings(args.config, os.environ)
    report = workbench.check(rule_sources(settings), datetime.now(UTC).date())
    if not report.ok:
        print(report)
        return 1
    outcome = workbench.test(report.ruleset, args.rule)
    print(outcome)
    return 0 if outcome.ok else 1
