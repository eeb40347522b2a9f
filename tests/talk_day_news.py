"""The news of a day of presses: two dozen small events with nothing in common, and the rules that find them.

No two are one story, so that every item of a message stands for itself; six are urgent, and half come out later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

RULES = """\
[topics]
water = 'Water'
libraries = 'Libraries'
transit = 'Transit'

[[rule]]
id = 'water'
name = 'Water mains'
topics = ['water']
severity = 'urgent'
query = '"water main"'

[[rule]]
id = 'libraries'
name = 'Libraries'
topics = ['libraries']
query = 'library'

[[rule]]
id = 'transit'
name = 'Buses and trams'
topics = ['transit']
query = 'bus OR tram'
"""


@dataclass(frozen=True, slots=True)
class Report:
    """An article as its feed has it."""

    outlet: str
    title: str
    text: str

    @property
    def path(self) -> str:
        """Where its page would be."""
        return "-".join("".join(char if char.isalnum() else " " for char in self.title.lower()).split())


def _reports(outlet: str, lines: str) -> Iterator[Report]:
    """Headlines and texts, a line each in turn."""
    told = iter(lines.strip().splitlines())
    for title in told:
        yield Report(outlet, title, next(told))


MORNING = (*_reports("Harbor Courier", """
Water main bursts under Elm Street in Dunmore
The water main split before dawn and forty cellars filled with mud.
Library in Alder Point reopens with a reading garden
Gardeners laid turf on the roof, and the library lends out deckchairs.
Night bus to the ferry begins on Friday in Saltney
The bus leaves at ten past one, and dogs travel free of charge.
Oak Hollow library drops its fines for good
A shoebox of coins was counted one last time before the library burnt the ledger.
Tram drivers of Wexley vote on a new roster
The union asked for longer breaks; a tram stands idle in the yard as a token.
Boil notice after water main leak in Penrith Flats
Brown liquid ran from taps when the water main was drilled by a fibre crew.
"""), *_reports("Valley Post", """
Water main in Kestrel freezes and cracks
Overnight frost broke the water main beside the ice rink, and skaters helped with pumps.
Mobile library visits sheep farms around Thornby
Shepherds borrowed crime novels as the library van climbed nine hairpins.
Bus shelter in Marrow Bridge wins a prize for its mosaic
Schoolchildren set nine thousand tiles; the bus still comes but twice a day.
Library in Fenwick lends violins and a cello
A retired luthier tunes what the library gives out each Saturday.
Old tram returns to Castle Square in Brightholm
Enthusiasts spent eleven years on the varnish before the tram rolled again.
Bus fares in Lindenau rise by a tenth in January
Councillors argued past midnight; a single bus ticket will cost two crowns.
"""))
LATER = (*_reports("Island Gazette", """
Water main replaced early in Sandrock after hospital plea
Surgeons had postponed operations while the water main dripped.
Bookbinder teaches at the library of Quarry Bank
Twelve pupils sewed their first quires in the library basement with linen thread.
Electric bus fails its hill trial in Upper Cray
At the steepest bend the bus rolled back, and a tractor drew it home.
Library of Northmoor finds a map of 1641 behind a shelf
Conservators freed the vellum with steam; the library will show it in glass.
Tram line to the airport of Velden is delayed again
Contractors blame a rare newt colony for the halt, and the tram depot stays a meadow.
Water main flood closes the museum in Carrow
Curators carried portraits upstairs when the water main gave way at closing time.
"""), *_reports("Plains Observer", """
Water main theft leaves Dry Creek without pressure
Thieves dug up copper fittings of the water main behind the rodeo ground.
Library clerk in Esker retires after fifty years
She stamped, by her own reckoning, two million returns at the library desk.
Bus strike in Harlow Vale ends with a handshake
Mechanics return on Tuesday, and each bus will have a heater by winter.
Library cats of Mossgate get a calendar
Proceeds mend the library boiler, which the cats had always preferred to readers.
Tram bell of Old Quay is stolen and comes back by post
The parcel held an apology in verse, and the tram was ringing by noon.
School bus route in Pinefall moves off the logging road
Parents had counted ninety trucks an hour where the bus used to stop.
"""))


def outlets(reports: Sequence[Report]) -> list[str]:
    """Whose they are, each once."""
    return list(dict.fromkeys(report.outlet for report in reports))


def feed(outlet: str, reports: Sequence[Report], now: datetime) -> str:
    """The outlet's feed: what it published in the last half hour."""
    own = [report for report in reports if report.outlet == outlet]
    items = "".join(
        f"<item><title>{escape(one.title)}</title><link>https://{outlet.replace(' ', '').lower()}.example/{one.path}"
        f"</link><guid isPermaLink='false'>{one.path}</guid><description>{escape(one.text)}</description><pubDate>"
        f"{format_datetime(now - timedelta(minutes=number), usegmt=True)}</pubDate></item>"
        for number, one in enumerate(own, 1))
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>{outlet}</title>{items}</channel></rss>"
