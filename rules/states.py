"""Names of US states as news prints them: full, as the Associated Press shortens them, and by postal code.

Kept as words, not as one string, because they are compared with the words that follow a place name.
"""

from __future__ import annotations

from functools import cache

from rules import text

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
# Countries and provinces that US news prints after a city's name; their "code" only has to differ from any state's.
_ABROAD = (
    "Ontario|Quebec|British Columbia|Alberta|Canada|Mexico|England|Scotland|Ireland|Northern Ireland|Wales|Australia|"
    "France|Germany|Italy|Spain|Colombia|Peru|Chile|Argentina|Brazil|Cuba|Jamaica|Philippines|India|Honduras|"
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
        found[tuple(text.fold(word) for word in country.split())] = country
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


@cache
def codes() -> frozenset[str]:
    return frozenset(code for code, _ in _rows())


def _rows() -> list[tuple[str, list[str]]]:
    entries = [entry for line in _TABLE.split("\n") for entry in line.split("|") if entry]
    return [(entry[:2], entry[3:].split(";")) for entry in entries]


def display(code: str) -> str:
    """The state as a sentence prints it."""
    return next((spellings[0] for known, spellings in _rows() if known == code), code)


def code_of(home: str) -> str:
    """The state of an outlet's home, "Baltimore, MD" or "MD" or "Maryland"; empty where there is none."""
    last = home.rpartition(",")[2].strip()
    if last.upper() in codes() and len(last) == 2:
        return last.upper()
    return names().get(tuple(text.fold(text.surface(word)) for word in text.words(last)), "")
