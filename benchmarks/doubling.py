"""Whether an article twice as long costs at most 2.5 times as much, hostile ones included.

Each shape is a text that a page could be made of to make some part of the engine work for every word again: runs of
signs, one word for ever, sentences without end, places and addresses by the thousand. The rules ask for everything.
"""

from __future__ import annotations

import gc
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.config.load import PACKS
from rules.engine.engine import Engine
from rules.files.load import load_rules, load_texts
from rules.model import Article

if TYPE_CHECKING:
    from collections.abc import Iterator

CHARACTERS = 60_000  # and twice as many: the bot cuts texts at 200,000
LIMIT = 2.5
ROUNDS = 5  # with three, the worst ratio of unchanged code was 2.1 on one run and 2.7 on the next
RULES = """
[[rule]]
id = 'near'
query = '(a NEAR/50 raid) NEAR/50 a OR a ONEAR/3 a'
[[rule]]
id = 'scopes'
query = 'sentence(a AND raid AND NOT snow) OR paragraph(ATLEAST/3(a) AND raid)'
[[rule]]
id = 'not-near'
query = 'a NOT NEAR/9 raid OR "a raid" OR raid* OR "a a a a"'
ignore = ['a raid', 'raid a']
[[rule]]
id = 'places'
query = 'place:"Baltimore, MD" OR about:"Baltimore, MD" OR any:raid OR caption:a'
"""
SHAPES = {
    "a news story": "The council of Baltimore met on Monday, and ICE raids were on its list. Nobody spoke.\n",
    "one paragraph of a story": "The council of Baltimore met on Monday, and ICE raids were on its list. ",
    "one word": "a ",
    "two words": "a raid ",
    "one paragraph a word": "raid\n",
    "one sentence a word": "Raid. ",
    "one letter": "a",
    "dots": ".",
    "stops and spaces": ". ! ? ",
    "dots between letters": "a.",
    "quotes": "“",
    "apostrophes": "a'",
    "soft hyphens": "a\u00ad",
    "accents": "a\u0301",
    "ampersands": "&amp;",
    "half entities": "&#",
    "addresses": "www.example.org/a ",
    "half addresses": "a@",
    "dotted hosts": "a-b.",
    "brackets": "((a) ",
    "a town": "Baltimore ",
    "towns and states": "Baltimore, Md., Salem, Ore. ",
    "towns in lists": "Baltimore, Columbia and Salem, ",
    "counties": "Montgomery County and ",
    "capitals": "ICE RAID A BALTIMORE ",
    "names of states": "West Virginia, New York, ",
    "captions": "Photo: a raid in Baltimore. (AP Photo/A)\n",
    "cookies": "We use cookies. a\n",
    "Spanish": "Los jueces del condado de Montgomery hablaron de las leyes y de las redadas de ICE. ",
    "empty lines": "\n",
    "digits": "287(g) ",
}


def measured(engine: Engine, piece: str, language: str) -> Iterator[float]:
    """CPU seconds for a text of `CHARACTERS` and for one of twice as many: of each the best of some rounds."""
    sizes = (CHARACTERS, 2 * CHARACTERS)
    texts = [Article("A raid in Baltimore", piece * (size // len(piece)), language=language) for size in sizes]
    taken: list[list[float]] = [[] for _ in texts]
    for _ in range(ROUNDS):
        for article, times in zip(texts, taken, strict=True):  # in turn, so that a slow moment is not one size's alone
            gc.collect()  # else the first round of a size pays for the rubbish of the one before
            start = time.process_time()
            engine.match(article)
            times.append(time.process_time() - start)
    yield from map(min, taken)


def main() -> None:
    """Print every shape with both times and their ratio, and end with 1 if one of them grows too fast."""
    pack = load_rules([PACKS / "immigration"])
    hostile = load_texts({"hostile.toml": RULES})
    both = replace(pack, rules=(*pack.rules, *hostile.rules), queries={**pack.queries, **hostile.queries})
    engine = Engine(both)
    gc.freeze()  # as the bot does once its rules are loaded
    worst = 0.0
    for name, piece in SHAPES.items():
        once, twice = measured(engine, piece, "es" if name == "Spanish" else "en")
        growth = twice / once if once > 0.002 else 0.0  # below that the clock decides
        worst = max(worst, growth)
        print(f"{name:<28} {once * 1000:8.1f} ms {twice * 1000:8.1f} ms {growth:6.2f}x"
              + (f"  above {LIMIT}" if growth > LIMIT else ""))
    print(f"worst: {worst:.2f}x")
    raise SystemExit(worst > LIMIT)


if __name__ == "__main__":
    main()
