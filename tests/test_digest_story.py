"""Articles that become stories: which is the card, what stands below it, and how far it says the story is carried."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.digest.compose import compose
from monitor.digest.story import Stories, as_alert, grouped, item_of, placed
from monitor.stories.model import Features, Member, Tally
from storage.digests import ToldStory
from tests.digest_samples import NOW, TOPICS, channel, match
from tests.digest_stories import LEAD, one

if TYPE_CHECKING:
    from monitor.digest.compose import Standing
    from monitor.settings import Language

def test_articles_of_a_story_are_one() -> None:
    """What nothing grouped stands alone, also where its number is that of a story; the order is that of the first."""
    stories = grouped([one(7, story=None), one(1), one(2, story=8), one(3), one(4, story=None)], "en")
    assert [(7,), (1, 3), (2,), (4,)] == [tuple(sorted(story.article_ids)) for story in stories]
    assert [None, 7, 8, None] == [story.id for story in stories]


def test_the_best_report_is_the_card() -> None:
    """The local one; below it the others in order of publication, each marked for what it is."""
    (story,) = grouped([one(1, hours=2), one(2, copy_of=1, hours=1), one(3, home="Baltimore, MD", hours=9),
                        one(4, hours=3)], "en")
    item = item_of(story)
    assert (3, [4, 1, 2]) == (item.article_id, [other.article_id for other in item.also])
    assert (True, [False, False, False]) == (item.local, [other.local for other in item.also])
    assert [(False, None), (True, 1)] == [(other.copy, other.copy_of) for other in item.also[1:]]
    assert Tally(outlets=4, local=1, copies=1) == item.tally


def test_one_article_has_no_tally() -> None:
    """Grouped or not: there is nothing to count, unless the channel knows of others."""
    (alone,), (bare,) = grouped([one(1)], "en"), grouped([one(2, story=None)], "en")
    assert (None, None) == (item_of(alone).tally, item_of(bare).tally)
    known = (Member(9, 7, Features(NOW, outlet="Outlet 9")),)
    assert Tally(outlets=2) == item_of(replace(alone, known=known)).tally


@pytest.mark.parametrize(("standing", "card"), [
    ([one(1), one(2, LEAD)], 2),  # urgent before not
    ([one(1, LEAD, home="Baltimore, MD"), one(2, replace(LEAD, prominence="headline"))], 1),  # local before prominent
    ([one(1, LEAD), one(2, replace(LEAD, prominence="headline"))], 2),
    ([one(1, LEAD), one(2, LEAD)], 2),  # the earliest
    ([one(1, home="Baltimore, MD"), one(2, LEAD)], 2),
])
def test_the_card_of_an_alert(standing: list[Standing], card: int) -> None:
    """Of what is urgent a local report, then what makes most of it, then the earliest; nothing is left out."""
    (story,) = grouped(standing, "en")
    alert = as_alert(story)
    assert (card, {1, 2}) == (alert.card.article.article_id, set(alert.article_ids))


@pytest.mark.parametrize(("language", "card"), [("es", 2), ("en", 1)])
def test_the_card_of_an_alert_speaks_the_language_of_the_channel(language: Language, card: int) -> None:
    """Before what makes most of it, and before the town's own paper in another language; national ones stay behind."""
    urgent = replace(LEAD, prominence="headline")
    standing = [one(1, urgent, home="Baltimore, MD", language="en"), one(2, LEAD, home="MD", language="es"),
                one(3, urgent, language=language)]
    (story,) = grouped(standing, language)
    assert card == as_alert(story).card.article.article_id


def test_a_story_is_as_severe_as_its_severest_article() -> None:
    """Also where another one is the card."""
    (story,) = grouped([one(1, home="Baltimore, MD"), one(2, match(severity="high"))], "en")
    assert (1, "high") == (story.card.article.article_id, story.severity)


def test_stories_of_a_section_are_newest_first() -> None:
    """By their latest article; a story stands under the topic of its card."""
    standing = [one(1, hours=5, story=1), one(2, hours=9, story=2, home="Baltimore, MD"),
                one(3, match("p", ("policy",)), hours=1, story=2)]
    made = compose(grouped(standing, "en"), channel(), TOPICS, title="T", delivery_id="d", now=NOW)
    assert [("raids", [2, 1])] == [
        (section.topic, [item.article_id for item in section.items]) for section in made.sections]
    assert (2, 3, 1) == made.article_ids


def test_how_articles_are_written_down() -> None:
    """The card as the item, which is what is counted; the others below it, under their own rules."""
    stories = grouped([one(1, hours=2), one(2, match("other"), hours=1), one(3, story=None)], "en")
    assert {1: ("item", "raid-rule"), 2: ("also", "other"), 3: ("item", "raid-rule")} == placed(stories)


def test_what_is_known_of_a_story() -> None:
    """What the channel was told of it; articles whose marks are gone are left out."""
    told = ToldStory(7, "alert:1", "alert", NOW - timedelta(hours=1), NOW, (1, 2))
    known = Stories({1: Member(1, 7, Features(NOW))}, {7: told})
    grouped_one, bare = grouped([one(3), one(4, story=None)], "en")
    assert (told, None) == (known.of(grouped_one), known.of(bare))
    assert [1] == [member.article_id for member in known.known(told)]
