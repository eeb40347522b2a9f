"""The JSON Schema of rule files, made of shapes: editors complete and check with it while somebody types.

It says which keys there are and what they hold, no more: what a query means, and what files say about each other, is
told by `rules check`. Draft 7, which Taplo ("Even Better TOML") and every other editor understand.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from rules.files.rule_tables import EXPECTATIONS, VERDICTS
from rules.files.shapes import (
    DATE,
    ESCALATE,
    EXAMPLE,
    LABEL,
    NUMBER,
    PLACE,
    RULE,
    STANCE,
    TEXT,
    TEXT_OR_YES,
    TEXTS,
    TOP,
    YES_NO,
)
from rules.files.validate import KINDS
from rules.model import PROMINENCES, SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Mapping

Schema = dict[str, object]
_TEXT: Schema = {"type": "string"}
_FORMS: Mapping[str, Schema] = {
    TEXT: _TEXT, TEXTS: {"type": "array", "items": _TEXT}, YES_NO: {"type": "boolean"},
    DATE: {"type": "string", "format": "date"}, NUMBER: {"type": "integer", "minimum": 1, "maximum": 1_000_000},
    TEXT_OR_YES: {"type": ["boolean", "string"]},
}
_WORDS: Mapping[str, tuple[str, ...]] = {
    "severity": SEVERITIES, "alert_from": PROMINENCES, "prominence": PROMINENCES, "expect": EXPECTATIONS, "kind": KINDS,
}
_ID: Schema = {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"}
_NAME = "^[A-Za-z0-9][A-Za-z0-9_-]*$"
ABOUT: Mapping[str, str] = {
    "watch": "The team's own places, for place:watched in any query.",
    "place_tables": "Spreadsheets (.csv) of places beside this file.",
    "top ignore": "Phrases that are hidden from every rule of every file.",
    "topics": "Names of topics with the heading that a digest shows.",
    "topics_es": "The same headings for channels in Spanish; where one is missing, that of topics is shown.",
    "lists": "Words and phrases under a name: @name in a query. A later layer extends a list; '-word' takes one out.",
    "place": "A named place.", "rule": "A rule. In a later layer, a known id without a query changes what it names.",
    "id": "The name for the machine: small letters, digits, hyphens. Never used again for something else.",
    "name": "The name for people.", "why": "Why it is there, for whoever edits it next.",
    "owner": "Who looks after the rule.", "tags": "Words to sort rules by.",
    "rule topics": "Topics of the rule: names from [topics].", "severity": "How much it matters.",
    "alert_from": "The weakest prominence that alerts: passing (every mention), body, lead or headline.",
    "max_per_day": "So many articles of the rule a channel shows in a day; the others are counted in one line, and the "
                   "admins are told. Urgent ones are all shown.",
    "graphic": "Whether an article is shown without quotes: true, or a query.",
    "enabled": "false switches the rule off.", "expires": "The last day of the rule, a date without quotes.",
    "query": "What an article must say.", "ignore": "Phrases whose words do not count as a mention.",
    "allow": "Numbers of warnings to silence, such as 'W310'.",
    "escalate": "Raises the severity of a fresh article.", "when": "A query: what raises the severity.",
    "stance": "Which way an article says things go.", "background": "A query: sentences that do not vote.",
    "reverses": "A query: sentences that vote for the opposite of the label they match.",
    "says": "The label in words for a reader.", "says_es": "The same words for channels in Spanish.",
    "opposite": "The label that gets the vote of a reversed sentence.",
    "example": "A test of the rule.", "expect": "Whether the rule must alert.", "text": "What a newspaper would write.",
    "file": "A text file beside this one, instead of text.", "title": "The headline.", "outlet": "Who published it.",
    "source": "Who published it.", "home": "Where the outlet is at home: 'Baltimore, MD' or 'MD'.",
    "places": "The places that must be found, no more and no less.", "about": "The places it must be about.",
    "example stance": "The label that must win, or 'mixed' or 'unclear'.",
    "prominence": "The prominence it must have.", "state": "The two-letter code.",
    "kind": "What sort of place it is.", "within": "Ids of the county and the state that hold the place.",
    "aliases": "Other spellings.", "needs_state": "Whether the bare name counts only beside its state.",
}


def schema() -> Schema:
    """The whole schema."""
    stance = _object(STANCE, {"properties": {}})
    stance["additionalProperties"] = _object(LABEL, {"required": ["query"]})
    stance["not"] = {"anyOf": [{"required": [name]} for name in VERDICTS]}
    example = _object(EXAMPLE, {"required": ["expect"]}, "example")
    rule = _object(RULE, {"required": ["id"]}, "rule")
    _properties(rule).update(
        id=_ID | _told("id"), escalate=_array(_object(ESCALATE, {"required": ["when"]}), "escalate"),
        stance=stance | _told("stance"), example=_array(example, "example"))
    place = _object(PLACE, {"required": ["id"]})
    _properties(place).update(id=_ID | _told("id"))
    whole = _object(TOP, {}, "top")
    _properties(whole).update(
        topics=_named(_TEXT) | _told("topics"), topics_es=_named(_TEXT) | _told("topics_es"),
        lists=_named(_FORMS[TEXTS] | {"minItems": 1}) | _told("lists"),
        place=_array(place, "place"), rule=_array(rule, "rule"))
    return {"$schema": "http://json-schema.org/draft-07/schema#", "title": "Dateline rule file"} | whole


def text() -> str:
    """The schema as the file that is shipped."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


def _object(shape: Mapping[str, str], more: Mapping[str, object], what: str = "") -> Schema:
    known = {key: _value(key, kind, what) for key, kind in shape.items()}
    return {"type": "object", "additionalProperties": False} | dict(more) | {"properties": known}


def _value(key: str, kind: str, what: str) -> Schema:
    form: Schema = {"enum": list(_WORDS[key])} if key in _WORDS else dict(_FORMS.get(kind, {}))
    return form | _told(f"{what} {key}" if f"{what} {key}" in ABOUT else key)


def _told(key: str) -> Schema:
    return {"description": ABOUT[key]}


def _array(items: Schema, key: str) -> Schema:
    return {"type": "array", "items": items} | _told(key)


def _named(value: Schema) -> Schema:
    return {"type": "object", "propertyNames": {"pattern": _NAME}, "additionalProperties": value}


def _properties(found: Schema) -> dict[str, object]:
    return cast("dict[str, object]", found["properties"])
