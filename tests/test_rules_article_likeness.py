"""Whether two headlines, or two texts, are of one report."""

from __future__ import annotations

import pytest

from rules.article.likeness import alike, common, only_longer

FORM = "Agents carried out a raid in {0}. People were taken away in {1} vans. Witnesses in {0} said so on Monday."


@pytest.mark.parametrize(
    ("one", "other", "same", "longer"),
    [
        ("Raid at plant", "RAID  at plant", True, True),
        ("Raid at plant in Morton", "Raid at plant in Morton (updated)", True, True),
        ("Raid at plant in Morton, 40 held", "Raid at Morton plant: 40 workers held", True, True),
        ("Agents raid plant in Morton", "Plant in Morton raided by agents", True, False),
        ("Raid at plant Smithfield Dallas", "Raid at plant Koch Morton Mississippi", False, False),
        ("Raid in Dallas", "Raid in Houston, 40 held", False, False),
        ("Raid", "Raid in Dallas", False, False),
        ("", "Raid in Dallas", False, False),
        ("", "", True, True),
    ],
)
def test_headlines_of_one_report(one: str, other: str, *, same: bool, longer: bool) -> None:
    """Most content words of the shorter in common, or all of them; of very short ones nothing but the same will do."""
    assert (same, longer) == (alike(one, other), only_longer(one, other))
    assert (same, longer) == (alike(other, one), only_longer(other, one))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (FORM.format("Dallas", 4), FORM.format("Dallas", 4) + " Nobody was hurt, the county said later.", 1.0),
        (FORM.format("Dallas", 4), FORM.format("Houston", 5), 0.0),
        (FORM.format("Dallas", 4), FORM.format("Dallas", 5), 2 / 3),
        ("Agents carried out a raid in…", FORM.format("Dallas", 4), 1.0),
        ("Read more.", "Read more. And so on.", 0.0),
        ("", FORM, 0.0),
    ],
)
def test_texts_of_one_report(one: str, other: str, expected: float) -> None:
    """Whole sentences count: a form filled in for another town has all its words in common, and none of these."""
    assert expected == common(one, other) == common(other, one)
