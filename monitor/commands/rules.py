"""`dateline rules check` and `rules test`: quick, offline, and without the database."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from monitor.commands.settings import rule_sources
from monitor.config.load import load_settings
from monitor.config.references import check_references
from monitor.ruleset.files import refused
from rules.files.load import read_layers
from rules.workbench import examples as workbench
from rules.workbench import overrides

if TYPE_CHECKING:
    import argparse


def check(args: argparse.Namespace) -> int:
    """Print every problem of every rule file, then what was read."""
    settings = load_settings(args.config, os.environ)
    sources = rule_sources(settings)
    report = workbench.check(sources, datetime.now(UTC).date())
    report = report.with_others([*check_references(settings, report.ruleset), *refused(settings)])
    if report.ok and len(sources) > 1:
        report = report.with_others(overrides.judged(report.ruleset, read_layers(sources)).warnings)
    print(json.dumps(report.to_json(), ensure_ascii=False) if args.json else report)
    return 0 if report.ok else 1


def test(args: argparse.Namespace) -> int:
    """Run the examples and print those that came out otherwise than they say."""
    settings = load_settings(args.config, os.environ)
    sources = rule_sources(settings)
    report = workbench.check(sources, datetime.now(UTC).date())
    outcome = overrides.judged(report.ruleset, read_layers(sources), args.rule) if report.ok else report
    print(json.dumps(outcome.to_json(), ensure_ascii=False) if args.json else outcome)
    return 0 if outcome.ok else 1
