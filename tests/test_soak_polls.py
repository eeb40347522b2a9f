"""Three hundred polls, good and bad: what a process opens for them it closes again. `make soak` does 100,000."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.soak_polls import FILES, Weight, growth, soak

if TYPE_CHECKING:
    from pathlib import Path


def test_no_file_stays_open(tmp_path: Path) -> None:
    """Also not of connections that were cut, answers that were nonsense, and redirects that never end."""
    weights = asyncio.run(soak(tmp_path, 300))

    assert 300 <= weights[-1].polls
    assert growth(weights)[1] <= FILES


@pytest.mark.parametrize(("mb", "files", "grown"), [
    ([60.0] * 8, [9, 16, 16, 16, 16, 16, 16, 16], (0.0, 0)),
    ([60.0, 70, 71, 71, 82, 83, 84, 80], [9, 16, 17, 16, 20, 16, 22, 16], (14.0, 6)),
])
def test_growth_is_judged_after_the_warm_up(
    mb: list[float], files: list[int], grown: tuple[float, int]
) -> None:
    """What is reached at the start is no growth; what is exceeded later is, even where it goes down again."""
    weights = [Weight(number, *pair, 2) for number, pair in enumerate(zip(mb, files, strict=True))]

    assert grown == growth(weights)
