"""An explanation as a person reads it on a terminal, and as a program reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rules.engine.explain import Explanation, Raise, Step, Words

WORDS_SHOWN = 6


def to_text(told: Explanation) -> str:
    """Verdict first, what was missing next, then the query part by part and everything that was worked out."""
    lines = [f"{told.rule_id}: {told.rule_name}", f"article: {told.title or '(no headline)'}", *_verdict(told)]
    if told.query:
        lines += ["", "query", *_step(told.query, 1)]
    lines += [*_hidden(told.hidden), *_places(told)]
    if told.match:
        lines += ["", f"prominence: {told.match.prominence} ({told.match.prominence_why})"]
        lines.append(f"  {_mark(_reaches(told))} the rule alerts from: {told.needed}")
        lines += [f"severity: {told.severity}", *(f"  {_raised(one)}" for one in told.raises)]
        lines += [*_stance(told), *_relevance(told)]
    return "\n".join(lines)


def _reaches(told: Explanation) -> bool:
    from rules.model import PROMINENCES

    return told.match is not None and PROMINENCES.index(told.match.prominence) >= PROMINENCES.index(told.needed)


def _mark(is_true: bool) -> str:
    return "✓" if is_true else "✗"


def _verdict(told: Explanation) -> list[str]:
    if told.problem:
        return [f"✗ {told.problem}"]
    if told.match is None:
        nearest = [f"  {at}. {part}" for at, part in enumerate(told.missing, 1)]
        return ["✗ no match; what was missing, nearest first:", *nearest]
    if told.alerts:
        return [f"✓ match, and it alerts: {told.match.why}"]
    return [f"✗ match, but it alerts nobody: the article makes too little of it ({told.match.why})"]


def _step(step: Step, depth: int) -> Iterator[str]:
    indent = "  " * depth
    if step.kind in ("all of", "any of"):
        yield f"{indent}{_mark(step.is_true)} {step.kind}"
        yield from _several(step, depth + 1)
        return
    told = [part for part in (_words(step.found), step.note) if part]
    if step.hidden and step.note != "only inside ignored phrases":
        told.append(f"hidden by ignore: {_words(step.hidden)}")
    elif step.hidden:
        told.append(_words(step.hidden))
    yield f"{indent}{_mark(step.is_true)} {step.source}" + (f": {'; '.join(told)}" if told else "")
    if step.kind != "not":
        for child in step.children:
            yield from _step(child, depth + 1)


def _several(step: Step, depth: int) -> Iterator[str]:
    """All parts of an AND; of an OR that is true only the true ones, else the nearest."""
    shown: Sequence[Step] = step.children
    if step.kind == "any of":
        ranked = sorted(step.children, key=lambda one: (-one.is_true, -one.closeness))
        shown = [one for one in ranked if one.is_true] or ranked[:3]
    for child in shown:
        yield from _step(child, depth)
    if len(shown) < len(step.children):
        yield f"{'  ' * depth}… and {len(step.children) - len(shown)} more that are not there"


def _words(found: Sequence[Words]) -> str:
    shown = [f"“{one.text}”{f' {one.times}×' if one.times > 1 else ''} ({', '.join(one.zones)})"
             for one in found[:WORDS_SHOWN]]
    more = len(found) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def _hidden(hidden: Sequence[Words]) -> list[str]:
    return ["", f"ignored: {_words(hidden)}"] if hidden else []


def _places(told: Explanation) -> list[str]:
    lines = [
        f"  ✓ {place.label}: {'about it' if place.about else 'mentioned'}, {place.mentions}×"
        + (", beside what the rule found" if place.near else "") for place in told.places]
    refused: dict[str, int] = {}
    for one in told.rejected:
        line = f"  ✗ “{one.text}”: {one.reason}"
        refused[line] = refused.get(line, 0) + 1
    lines += [line + (f" ({times}×)" if times > 1 else "") for line, times in refused.items()]
    return ["", "places", *lines] if lines else []


def _raised(one: Raise) -> str:
    return f"{_mark(one.is_raised)} {'raised' if one.is_raised else 'not raised'} to {one.to}: {one.why}"


def _stance(told: Explanation) -> list[str]:
    if told.stance is None:
        return []
    points = ", ".join(f"{label} {count}" for label, count in told.stance.points)
    lines = [f"stance: {told.stance.label} ({told.stance.says}); points: {points or 'none'}"]
    for vote in told.votes:
        what = f"{vote.label} +{vote.points}" if vote.label else "no vote"
        note = f", {vote.note}" if vote.note and vote.label else f" ({vote.note})" if vote.note else ""
        lines.append(f"  {what}{note}: {vote.sentence}")
    return lines


def _relevance(told: Explanation) -> list[str]:
    found = told.match.relevance if told.match else None
    if found is None:
        return []
    likely = "likely a story" if found.likely else "probably not a story"
    return [f"relevance: {found.score:.2f}, {likely} ({'; '.join(found.reasons)})"]


def to_json(told: Explanation) -> dict[str, object]:
    """The same as lists and dictionaries."""
    match = told.match
    return {
        "rule": told.rule_id, "name": told.rule_name, "title": told.title, "language": told.language,
        "match": match is not None, "alerts": told.alerts, "problem": told.problem, "missing": list(told.missing),
        "why": match.why if match else "", "query": _step_json(told.query) if told.query else None,
        "ignored": [_words_json(one) for one in told.hidden],
        "places": [{"id": place.place_id, "label": place.label, "about": place.about, "mentions": place.mentions,
                    "near": place.near, "within": list(place.within)} for place in told.places],
        "rejected": [{"id": one.place_id, "text": one.text, "reason": one.reason} for one in told.rejected],
        "prominence": {
            "found": match.prominence, "why": match.prominence_why, "needed": told.needed} if match else None,
        "severity": {"is": told.severity, "raises": [
            {"to": one.to, "raised": one.is_raised, "why": one.why} for one in told.raises]} if match else None,
        "stance": {"label": told.stance.label, "says": told.stance.says, "points": dict(told.stance.points), "votes": [
            {"sentence": vote.sentence, "label": vote.label, "points": vote.points, "note": vote.note}
            for vote in told.votes]} if told.stance else None,
        "relevance": {"score": match.relevance.score, "likely": match.relevance.likely,
                      "reasons": list(match.relevance.reasons)} if match and match.relevance else None,
    }


def _step_json(step: Step) -> dict[str, object]:
    return {
        "source": step.source, "kind": step.kind, "true": step.is_true, "note": step.note,
        "found": [_words_json(one) for one in step.found], "hidden": [_words_json(one) for one in step.hidden],
        "children": [_step_json(child) for child in step.children],
    }


def _words_json(found: Words) -> dict[str, object]:
    return {"text": found.text, "times": found.times, "zones": list(found.zones)}
