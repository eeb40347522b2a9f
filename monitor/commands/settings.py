"""Configuration and rules, read together: a bot never runs with half of them."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from monitor.config import PACKS, check_references, load_settings
from monitor.errors import ConfigError
from rules import workbench
from rules.files import load_rules
from rules.problem import Problem

if TYPE_CHECKING:
    from pathlib import Path

    from monitor.settings import Settings
    from rules.files import RuleSet


def settings_and_rules(config: Path) -> tuple[Settings, RuleSet]:
    """Settings and rules that may run. Raises ConfigError with every problem of both, failing examples included."""
    settings = load_settings(config, os.environ)
    ruleset = load_rules(rule_sources(settings), datetime.now(UTC).date())
    problems = [*ruleset.errors, *check_references(settings, ruleset)]
    if not ruleset.errors:
        problems += failing_examples(ruleset)
    if problems:
        raise ConfigError(problems)
    return settings, ruleset


def rule_sources(settings: Settings) -> list[Path]:
    """The folders whose rules are active: shipped packs first, the team's own after them."""
    return [*(PACKS / name for name in settings.packs), *settings.rule_folders]


def failing_examples(ruleset: RuleSet) -> list[Problem]:
    """An example that comes out otherwise than it says makes its rule unfit to run."""
    return [
        Problem("E400", str(failure), failure.file, failure.line, help="mend the rule or the example")
        for failure in workbench.test(ruleset).failures
    ]
