"""The questions of `rules new`, one line each; Enter skips. Answers are checked as they come, and asked for again.

What is pasted over several lines counts as one answer on a terminal; from a pipe every line is one.
"""

from __future__ import annotations

import select
import signal
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from monitor.errors import DatelineError
from rules.engine.compiler import place_ids
from rules.files.load import load_texts
from rules.files.toml_text import texts
from rules.places.names import is_town, nearest, owners_of
from rules.workbench.draft import Draft, as_id, split_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from rules.model import RuleSet

    Check = Callable[[str], str]  # what is wrong with an answer; nothing where it will do

_LIST = "new-words"
TRIES = 5  # a pipe with wrong answers must come to an end


class Ended(Exception):  # noqa: N818 - no error: nobody answers any more
    """There is no more input."""


def ask(prompt: str, out: TextIO) -> str:
    """One answer; raises Ended at the end of the input, DatelineError where it is no text, KeyboardInterrupt at Ctrl-C.
    """
    print(prompt, end=" ", file=out, flush=True)
    with _stoppable():
        return _typed(out)


@contextmanager
def _stoppable() -> Iterator[None]:
    """Ctrl-C ends the question at once: an event loop would keep it until after the last answer."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        raise KeyboardInterrupt("Nothing was written.") from None
    finally:
        signal.signal(signal.SIGINT, before)


def _typed(out: TextIO) -> str:
    line = _line()
    if not line:
        print(file=out)
        raise Ended
    lines = [line]
    while sys.stdin.isatty() and select.select([sys.stdin], [], [], 0.05)[0]:
        lines.append(_line())
    if not sys.stdin.isatty():
        print(file=out)
    return "".join(lines).strip()


def _line() -> str:
    try:
        line = sys.stdin.readline()
        line.encode()  # in some locales, what is no UTF-8 gets this far
    except UnicodeError:
        raise DatelineError("the answer is not UTF-8 text: set the terminal to UTF-8. Nothing was written") from None
    return line


def ask_again(prompt: str, check: Check, out: TextIO) -> str:
    """An answer that `check` has nothing against; empty where there is none after some tries, or at the end."""
    for _ in range(TRIES):
        try:
            answer = ask(prompt, out)
        except Ended:
            return ""
        if not answer or not (wrong := check(answer)):
            return answer
        print(f"  {wrong}", file=out)
    return ""


def interview(ruleset: RuleSet, out: TextIO) -> Draft | None:
    """The answers as a draft; None where no words were given, for then there is nothing to look for."""
    print("Enter skips a question.\n", file=out)
    if ruleset.topics:
        known = "\n".join(f"  {topic:<20} {label}" for topic, label in ruleset.topics.items())
        print(f"The topics so far:\n{known}\n", file=out)
    topic = ask_again("What is it about? A topic of these, or a new one, such as Evictions:", lambda _: "", out)
    words, spanish = (split_words(ask_again(question, lambda answer: _wrong_words(answer, ruleset), out))
                      for question in ("Which words or phrases tell it? With commas between them:", "And in Spanish?"))
    if not words and not spanish:
        return None
    names = place_ids(ruleset.places)
    where = split_places(ask_again("Only in certain places? Such as  Baltimore, MD; Howard County, MD :",
                                   lambda answer: _wrong_places(answer, ruleset, names), out), names)
    match = ask_again("A sentence or headline that must be found:", lambda _: "", out)
    no_match = ask_again("One that must not be found, though it looks alike:", lambda _: "", out)
    topic_id, label = _topic(topic, ruleset)
    first = (words or spanish)[0].rstrip("*")
    name = label or first[:1].upper() + first[1:]  # a topic that exists has a rule of its name already
    rule_id = as_id(name, [*(rule.id for rule in ruleset.rules),
                           *(known.removesuffix("-words") for known in ruleset.lists)])
    places = tuple(_shown(place, ruleset, names) for place in where)
    return Draft(rule_id, name, topic_id, label, words, spanish, places, match, no_match)


def _topic(answer: str, ruleset: RuleSet) -> tuple[str, str]:
    """The topic's id, and its label where it is new."""
    for topic, label in ruleset.topics.items():
        if answer.casefold() in (topic.casefold(), label.casefold()):
            return topic, ""
    return (as_id(answer, ruleset.topics.keys()), answer) if answer else ("", "")


def _wrong_words(answer: str, ruleset: RuleSet) -> str:
    """What `check` would say to these words in a list, beside the lists that there are."""
    lists = "".join(f"{name} = ['x']\n" for name in ruleset.lists)
    words = texts(split_words(answer))
    errors = load_texts({"new.toml": f"[lists]\n{lists}{_LIST} = {words}\n"}).errors
    return f"{errors[0].message}: {errors[0].help}".removesuffix(": ") if errors else ""


def split_places(answer: str, names: dict[str, tuple[str, ...]]) -> list[str]:
    """Places between semicolons, or between commas where each part is a place: "Baltimore, MD" is one."""
    found: list[str] = []
    for part in (part.strip() for part in answer.replace("\n", ";").split(";")):
        parts = [piece.strip() for piece in part.split(",")]
        while parts:
            pair = ", ".join(parts[:2])
            size = 2 if len(parts) > 1 and (owners_of(pair, names) or is_town(pair)) else 1
            found.append(", ".join(parts[:size]))
            parts = parts[size:]
    return [name for name in found if name]


def _wrong_places(answer: str, ruleset: RuleSet, names: dict[str, tuple[str, ...]]) -> str:
    for name in split_places(answer, names):
        owners = owners_of(name, names)
        if len(owners) > 1:
            labels = [place.label for place in ruleset.places if place.id in owners]
            return f'There are several places called "{name}": {_some(labels)}. Write one of them'
        if not owners and not is_town(name):
            close = nearest(name, names)
            return f'There is no place "{name}" in the list' + (
                f": did you mean {close}?" if close else '. Write it with its state: "Hazleton, PA"')
    return ""


def _some(names: Iterable[str]) -> str:
    listed = list(names)
    return "; ".join(listed[:5]) + (" and others" if len(listed) > 5 else "")


def _shown(name: str, ruleset: RuleSet, names: dict[str, tuple[str, ...]]) -> str:
    """A place as the query names it: by its label, unless several have the same."""
    owners = owners_of(name, names)
    place = next((place for place in ruleset.places if owners == (place.id,)), None)
    if place is None:
        return name
    return place.label if names.get(place.label.casefold()) == (place.id,) else place.id
