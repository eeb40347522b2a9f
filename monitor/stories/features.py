"""An article to what grouping knows of it, and the keys under which others find it. Pure, a few milliseconds each."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from monitor.stories import concepts
from monitor.stories.counts import counts
from monitor.stories.days import days, is_fresh, local_day, past, weeks
from monitor.stories.figures import figures
from monitor.stories.general import AREAS
from monitor.stories.model import Count, Features, Spot
from monitor.stories.names import is_telling, names_in, no_names
from monitor.stories.reading import fold, read
from monitor.stories.roundup import is_round_up
from monitor.stories.scenes import scenes
from monitor.stories.shingles import shingles, signed
from monitor.stories.terms import STEM, kinds, words
from monitor.stories.towns import towns
from monitor.stories.voices import voices
from rules.article import text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from monitor.stories.reading import Sentence
    from rules.model import Article, PlaceFound

SPOTS = 8
SHORTEST = 6  # words of a sentence
_DATES = ("days", "weeks", "past")
# Marks an article is found by. A copy shares many of its smallest hashes: of 16, one in two copies shares all but one.
SHINGLE_KEYS, NAME_KEYS, PLACE_KEYS = 16, 24, 32


def extract(
    article: Article, places: Sequence[PlaceFound], topics: Sequence[str], common: Collection[str], at: datetime,
) -> Features:
    """What is known of one article. `common` are the folded words of the rules, `at` its publication in UTC.

    `places` are those of its matches, each once; a word of `common` that ends in * stands for all that begin so.
    """
    sentences = read(article, at)
    known = no_names(article, places)
    rules_words, beginnings = _vocabulary(frozenset(common))
    ordinary = known | rules_words
    own, asides, officials = names_in(sentences, ordinary)
    named = frozenset(" ".join((*own, *asides, *officials)).split())
    said = {word for one in sentences for word in one.keys}
    ruled = frozenset(word for word in said if word.startswith(beginnings)) if beginnings else frozenset()
    hashes, size = shingles(sentences)
    told = days(sentences, at)
    spots = _spots(places, sentences)
    return Features(
        at=at, outlet=article.outlet, home=article.home, language=article.language, size=size, shingles=hashes,
        places=spots, days=told, counts=counts(sentences), names=own, asides=asides,
        words=words(sentences, ordinary | ruled, named), voices=voices(sentences), topics=tuple(topics),
        venues=kinds(sentences, concepts.VENUES), deeds=_deeds(sentences, places),
        weeks=weeks(sentences, at), officials=officials,
        fresh=is_fresh(sentences, told, at), figures=figures(sentences, told, at),
        past=past(sentences, told, at), towns=towns(sentences), scenes=scenes(sentences, spots),
    )


def _deeds(sentences: Sequence[Sentence], places: Sequence[PlaceFound]) -> tuple[str, ...]:
    found = kinds(sentences, concepts.DEEDS)
    return ("round-up", *found) if "round-up" not in found and is_round_up(sentences, places) else found


def keys(features: Features) -> tuple[int, ...]:
    """Marks that an article of the same event is likely to share: signed 64-bit, at most 72 of them."""
    names = (*features.names, *features.asides, *features.officials)
    marks = dict.fromkeys(mark for name in names for mark in _marks(name))
    found = [*features.shingles[:SHINGLE_KEYS], *(signed(f"name {mark}") for mark in [*marks][:NAME_KEYS])]
    spots = [place for one in features.places if one.about for place in (one.place_id, *one.within[:-1])]
    if not any(one.about and one.within for one in features.places):
        spots += [f"town {town}" for town in features.towns]
    when = dict.fromkeys((*features.days, local_day(features.at)))
    found += [signed(f"place {place} {day}") for place in dict.fromkeys(spots) for day in when][:PLACE_KEYS]
    return tuple(dict.fromkeys(found))


def _marks(name: str) -> list[str]:
    """The telling words of a name, by which its shorter forms find it; a name without one stands for itself."""
    return [word for word in name.split() if is_telling(word)] or [name]


def to_json(features: Features) -> dict[str, Any]:
    """Everything as JSON takes it; what is empty is left out."""
    told: dict[str, Any] = {
        "outlet": features.outlet, "home": features.home, "language": features.language, "size": features.size,
        "fresh": features.fresh,
        "shingles": features.shingles, "names": features.names, "asides": features.asides, "words": features.words,
        "voices": features.voices, "topics": features.topics, "venues": features.venues, "deeds": features.deeds,
        "officials": features.officials, "figures": features.figures, "towns": features.towns,
        "places": [[one.place_id, one.label, one.about, one.first, *one.within] for one in features.places],
        **{key: [day.isoformat() for day in getattr(features, key)] for key in _DATES},
        "counts": [[one.number, one.what, one.exact] for one in features.counts],
        "scenes": [[*one] for one in features.scenes],
    }
    written = {key: list(value) if isinstance(value, tuple) else value for key, value in told.items() if value}
    return {"at": features.at.isoformat(), **written}


def from_json(stored: Mapping[str, Any]) -> Features:
    """The features that `to_json` wrote; keys that it did not know stay empty."""
    lists = ("shingles", "names", "asides", "words", "voices", "topics", "venues", "deeds", "officials", "figures",
             "towns")
    texts: dict[str, Any] = {key: stored.get(key, "") for key in ("outlet", "home", "language")}
    told: dict[str, Any] = {key: tuple(stored.get(key, ())) for key in lists}
    dates: dict[str, Any] = {key: tuple(map(date.fromisoformat, stored.get(key, ()))) for key in _DATES}
    return Features(
        **texts, **told, **dates,
        at=datetime.fromisoformat(stored["at"]),
        size=stored.get("size", 0),
        fresh=stored.get("fresh", False),
        places=tuple(Spot(one[0], one[1], one[2], tuple(one[4:]), one[3]) for one in stored.get("places", ())),
        counts=tuple(Count(*one) for one in stored.get("counts", ())),
        scenes=tuple((one[0], one[1]) for one in stored.get("scenes", ())),
    )


def _spots(places: Sequence[PlaceFound], sentences: Sequence[Sentence]) -> tuple[Spot, ...]:
    """Each place once, those that the article is about and names most often first."""
    head, opening, below = _where(sentences)
    ranked = sorted(places, key=lambda place: (not place.about, not place.near, -place.mentions))
    found: dict[str, Spot] = {}
    for place in ranked:
        words = {fold(word) for word in text.words(place.label.partition(",")[0])} - AREAS
        # Named, but neither in the headline nor in the opening: something else happened there.
        about = place.about and (words <= opening or words.isdisjoint(below))
        found.setdefault(place.place_id, Spot(place.place_id, place.label, about, place.within, words <= head))
    spots = list(found.values())
    if not any(spot.about and spot.within for spot in spots):
        spots = [replace(spot, about=spot.about or (bool(spot.within) and spot.first)) for spot in spots]
    return tuple(sorted(spots, key=lambda spot: (not spot.about, not spot.first))[:SPOTS])


def _where(sentences: Sequence[Sentence]) -> tuple[set[str], set[str], set[str]]:
    """Words of the headline and the first sentence, of both with the opening, and of all below."""
    # A dateline may stand alone: "READING, Pa."
    body = [one for one in sentences if one.part != "title"]
    last = next((at for at, one in enumerate(body) if len(one.keys) >= SHORTEST), 0)
    head = {key for one in (*sentences[:1], *body[:last + 1]) if not one.recalls for key in one.keys}
    opening = {key for one in sentences if one.part in ("title", "opening") and not one.recalls for key in one.keys}
    return head, opening, {key for one in sentences for key in one.keys} - opening


@lru_cache(maxsize=4)
def _vocabulary(common: frozenset[str]) -> tuple[frozenset[str], tuple[str, ...]]:
    """Whole words with the stems of long ones, and beginnings."""
    whole = frozenset(word for word in common if not word.endswith("*"))
    return (whole | {word[:STEM] for word in whole if len(word) >= STEM},
            tuple(word[:-1] for word in common if word.endswith("*")))
