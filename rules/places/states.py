"""Names of US states as news prints them: full, as the Associated Press shortens them, and by postal code.

Kept as words, not as one string, because they are compared with the words that follow a place name.
"""

from __future__ import annotations

from functools import cache

from rules.article import text

# code: full name; AP abbreviation where AP has one (eight states are never shortened)
_TABLE = """
AL Alabama;Ala|AK Alaska|AZ Arizona;Ariz|AR Arkansas;Ark|CA California;Calif|CO Colorado;Colo|CT Connecticut;Conn
DE Delaware;Del|DC District of Columbia;D.C.|FL Florida;Fla|GA Georgia;Ga|HI Hawaii|ID Idaho|IL Illinois;Ill
IN Indiana;Ind|IA Iowa|KS Kansas;Kan|KY Kentucky;Ky|LA Louisiana;La|ME Maine;Me|MD Maryland;Md|MA Massachusetts;Mass
MI Michigan;Mich|MN Minnesota;Minn|MS Mississippi;Miss|MO Missouri;Mo|MT Montana;Mont|NE Nebraska;Neb
NV Nevada;Nev|NH New Hampshire;N.H.|NJ New Jersey;N.J.|NM New Mexico;N.M.|NY New York;N.Y.|NC North Carolina;N.C.
ND North Dakota;N.D.|OH Ohio|OK Oklahoma;Okla|OR Oregon;Ore|PA Pennsylvania;Pa|RI Rhode Island;R.I.
SC South Carolina;S.C.|SD South Dakota;S.D.|TN Tennessee;Tenn|TX Texas;Tex|UT Utah|VT Vermont;Vt|VA Virginia;Va
WA Washington;Wash|WV West Virginia;W.Va.|WI Wisconsin;Wis|WY Wyoming;Wyo|PR Puerto Rico;P.R.
"""
_IN_SPANISH = {
    "HI": "Hawái", "LA": "Luisiana", "MS": "Misisipi", "MO": "Misuri",
    "NH": "Nuevo Hampshire", "NJ": "Nueva Jersey", "NM": "Nuevo México", "NC": "Carolina del Norte",
    "ND": "Dakota del Norte", "PA": "Pensilvania", "SC": "Carolina del Sur", "SD": "Dakota del Sur", "TX": "Tejas",
    "WV": "Virginia Occidental",
}
# Countries and provinces that US news prints after a city's name; their "code" only has to differ from any state's.
_ABROAD = (
    "Ontario|Quebec|British Columbia|Alberta|Canada|Mexico|England|Scotland|Ireland|Northern Ireland|Wales|Australia|"
    "France|Germany|Italy|Spain|Colombia|Peru|Chile|Argentina|Brazil|Cuba|Jamaica|Philippines|India|Honduras|"
    "Sonora|Chihuahua|Baja California|Tamaulipas|Coahuila|Jalisco|Michoacán|Oaxaca|Chiapas|Guerrero|Nuevo León|"
    "El Salvador|Guatemala|Nicaragua|Venezuela|Ecuador|México|España|Inglaterra"
)
# Names that are cities too: "in Chicago, New York and Denver" says nothing about the state of Chicago.
ALSO_CITIES = frozenset(("NY", "WA"))
LONGEST = 3  # words of the longest name, District of Columbia

Words = tuple[str, ...]


@cache
def names() -> dict[Words, str]:
    """Folded words of every spelling of a state (or country) to its code."""
    found: dict[Words, str] = {}
    for code, spellings in _rows():
        for spelling in (*spellings, code):
            found[tuple(text.fold(text.surface(word)) for word in text.words(spelling))] = code
    for country in _ABROAD.split("|"):
        found.setdefault(tuple(text.fold(word) for word in country.split()), country)
    return found


@cache
def full_names_by_key() -> dict[str, tuple[tuple[str, tuple[str, ...]], ...]]:
    """Index key of a full name's first word to (code, keys of the whole name)."""
    found: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for code, spellings in _rows():
        keys = tuple(text.key(word) for word in spellings[0].split())
        found.setdefault(keys[0], []).append((code, keys))
    return {first: tuple(entries) for first, entries in found.items()}


@cache
def short_names_by_key() -> dict[str, str]:
    """Index key of an abbreviation or postal code to the state's code."""
    return {
        text.key(spelling): code for code, spellings in _rows() for spelling in (*spellings[1:], code)
        if len(text.words(spelling)) == 1
    }


def printed_keys(code: str) -> frozenset[str]:
    """Index keys of which every text that names the state holds one: its abbreviations, a full name's first word."""
    short = (key for key, known in short_names_by_key().items() if known == code)
    full = (first for first, entries in full_names_by_key().items() if any(known == code for known, _ in entries))
    return frozenset((*short, *full))


@cache
def place_id(code: str) -> str:
    """The id of the state as a place: "maryland". Two share their names with cities and are told apart."""
    if code in ALSO_CITIES:
        return f"{text.fold(display(code)).replace(' ', '-')}-state"
    return "washington-dc" if code == "DC" else "-".join(text.fold(display(code)).split()) if code else ""


@cache
def _codes_by_place_id() -> dict[str, str]:
    return {place_id(code): code for code in codes()}


def code_of_id(place_id: str) -> str:
    """The code of the state that is this place; empty where the place is no state."""
    return _codes_by_place_id().get(place_id, "")


@cache
def codes() -> frozenset[str]:
    return frozenset(code for code, _ in _rows())


@cache
def _rows() -> list[tuple[str, list[str]]]:
    entries = [entry for line in _TABLE.split("\n") for entry in line.split("|") if entry]
    return [(entry[:2], [*entry[3:].split(";"), *_spanish(entry[:2])]) for entry in entries]


def _spanish(code: str) -> list[str]:
    return [_IN_SPANISH[code]] if code in _IN_SPANISH else []


def in_spanish(code: str) -> str:
    """The name in Spanish where that is another word; empty elsewhere."""
    return _IN_SPANISH.get(code, "")


@cache
def display(code: str) -> str:
    """The state as a sentence prints it."""
    return next((spellings[0] for known, spellings in _rows() if known == code), code)


def code_of(home: str) -> str:
    """The state of an outlet's home, "Baltimore, MD" or "MD" or "Maryland"; empty where there is none."""
    last = home.rpartition(",")[2].strip()
    if last.upper() in codes() and len(last) == 2:
        return last.upper()
    return names().get(tuple(text.fold(text.surface(word)) for word in text.words(last)), "")
