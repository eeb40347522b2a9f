"""Entries of lists and of `ignore` that are no words: several in one text, distances, endings and signs of elsewhere.

Words without quotes are one phrase there, so a pasted `ICE W/5 raid` would be a phrase that no article has, in silence.
What stands in double quotes is a phrase whatever it holds, and is the way to write one with a comma or a sign in it.
"""

from __future__ import annotations

import re

from rules.query.pieces import MAX_DISTANCE, QueryProblem

# Nearly all entries are plain words, and this alone is asked of them.
_SUSPICIOUS = re.compile(r"[\t;|!?{}^~]|(?:^|\s)[-+/]|/\s*$|/\d|/(?:s|p|sent|para|seg)\s|\sADJ\d?|[Nn][Ee][Aa][Rr]\d")
_SEPARATORS = re.compile(r"\s*(?:[\t;]|\|\|?)\s*")
_NAMES = {"\t": "a tab", ";": "a semicolon", "|": "a bar"}
_COMMA = re.compile(r"\s*,\s+")
_DISTANCE = re.compile(
    r"\s+(?!O?NEAR/)"
    r"(?:(?P<how>[Ww]|PRE|pre|)/(?P<steps>\d{1,3})|(?:[Nn]/|(?i:near)[-:_/]?)(?P<words>\d{1,3})|ADJ(?P<adj>\d{0,2}))\s+")
_UNIT = re.compile(r"\s(?:[Ww]|PRE|pre|)/(?:s|sent|p|para|seg)\s")
# "Democracy Now!" is a name and "build the wall!" a slogan: an ending is meant by one small word, or before others.
_ENDING = re.compile(r"(?:^[^\W\d_A-Z]{2,}!$)|(?:\b[^\W\d_A-Z]{2,}!(?=\s+\w))")
_INNER = re.compile(r"[^\W\d_]+\?[^\W\d_]+")
_SIGNED = re.compile(r"(?<!\S)[-+](?=[^\W\d_])[\w'’*-]+")
_BOOSTED = re.compile(r"(?<=\w)[~^]\d?(?:\.\d)?(?!\S)")
_BRACES = re.compile(r"\{([^{}]*)\}")
_REGEX = re.compile(r"/.+/")


def find(entry: str) -> QueryProblem | None:
    """The first thing in an entry that is no word, phrase, NEAR or list."""
    if not _SUSPICIOUS.search(entry) or '"' in entry:
        return None
    if separator := _SEPARATORS.search(entry):
        name = _NAMES[separator[0].strip(" ")[:1] or "\t"]
        written = ", ".join(f"'{part}'" for part in separated(entry))
        return QueryProblem("E213", f"{name} joins nothing: the whole entry is one phrase", separator.start(),
                            separator.end(), f"write an entry for each: {written}")
    return _distance(entry) or _ending(entry) or _sign(entry)


def separated(entry: str) -> tuple[str, ...]:
    """The parts of an entry between tabs, semicolons and bars; one where there are none."""
    return tuple(part.strip() for part in _SEPARATORS.split(entry) if part.strip())


def enumerated(entry: str) -> tuple[str, ...]:
    """The parts of an entry that is probably several with commas between; empty for anything that may be one phrase.

    'Hagerstown, Md.' and 'Bed, Bath & Beyond' are names; 'equity, and inclusion' and 'red, white and blue' are phrases.
    """
    parts = [part.strip() for part in _COMMA.split(entry)]
    if len(parts) < 2 or '"' in entry or not all(part[:1].islower() for part in parts[1:]):
        return ()
    is_phrase = re.search(r"(?:^|\s)(?:and|or|y|e|o|u|but|pero|&)\s", parts[-1])
    return () if is_phrase else tuple(parts)


def _distance(entry: str) -> QueryProblem | None:
    if unit := _UNIT.search(entry):
        return QueryProblem("E210", f'"{unit[0].strip()}" is Nexis syntax', unit.start() + 1, unit.end() - 1,
                            "an entry has no sentence or paragraph; write NEAR/20 between the two, or ask for both in "
                            "the query: sentence(... AND ...)")
    found = _DISTANCE.search(entry)
    if not found:
        return None
    steps = int(found["steps"] or found["adj"] or 1)  # from word to word, where ours are words in between
    number = int(found["words"]) if found["words"] else max(0, steps - 1)
    is_ordered = (found["how"] or "").upper() == "PRE" or found["adj"] == ""
    word = f"{'ONEAR' if is_ordered else 'NEAR'}/{min(number, MAX_DISTANCE)}"
    left, right = (_quoted(side) for side in (entry[:found.start()], entry[found.end():]))
    written = f"{left} {word} {right}"
    is_single = not _DISTANCE.search(entry, found.end() - 1)
    remedy = f"write {written}" if is_single else f"write {word}, the first pair in brackets: (a {word} b) {word} c"
    return QueryProblem("E210", f'"{found[0].strip()}" is not Dateline syntax', found.start() + 1, found.end() - 1,
                        remedy, fix=(0, len(entry), written) if is_single and number <= MAX_DISTANCE else None)


def _quoted(words: str) -> str:
    words = words.strip()
    return f'"{words}"' if re.search(r"[^\w*@-]", words) else words


def _ending(entry: str) -> QueryProblem | None:
    if found := _ENDING.search(entry):
        at = found.end() - 1
        return QueryProblem("E210", f'"{found[0]}" is Nexis syntax', found.start(), found.end(),
                            f"write {found[0][:-1]}*", fix=(at, at + 1, "*"))
    if found := _INNER.search(entry):
        return QueryProblem("E210", f'"{found[0]}" is Brandwatch syntax', *found.span(),
                            "write the words out, an entry for each")
    if found := _BOOSTED.search(entry):
        return QueryProblem("E210", f'"{found[0]}" is Lucene syntax', *found.span(),
                            "remove it: all words count alike here", fix=(*found.span(), ""))
    return None


def _sign(entry: str) -> QueryProblem | None:
    if _REGEX.fullmatch(entry.strip()):
        return QueryProblem("E210", "there are no regular expressions", 0, len(entry),
                            "write the words out, an entry for each")
    if braces := _BRACES.search(entry):
        return QueryProblem("E210", f"{braces[0]} is Brandwatch syntax", *braces.span(),
                            f'write exact("{braces[1].strip()}")')
    if not (signed := _SIGNED.search(entry)):
        return None
    remedy = f"write {signed[0][1:]}" if signed[0][0] == "+" else (
        "an entry only says what to look for; what must not be there stands in the query: AND NOT "
        f"{signed[0][1:]}")
    return QueryProblem("E210", f'"{signed[0]}" is Google syntax', *signed.span(), remedy)
