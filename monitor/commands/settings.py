"""Configuration and rules, read together by commands: none of them works with half of either."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from monitor.config.load import load_settings
from monitor.errors import ConfigError
from monitor.ruleset.files import load
from monitor.ruleset.files import sources as rule_sources

if TYPE_CHECKING:
    from pathlib import Path

    from monitor.settings import Settings
    from rules.model import RuleSet

__all__ = ["rule_sources", "settings_and_rules"]


def settings_and_rules(config: Path) -> tuple[Settings, RuleSet]:
    """Settings and rules that may run. Raises ConfigError with every problem of both, failing examples included."""
    settings = load_settings(config, os.environ)
    loaded = load(settings, datetime.now(UTC).date())
    if loaded.problems:
        raise ConfigError(loaded.problems)
    return settings, loaded.ruleset
