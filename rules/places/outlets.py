"""Words that make a place name part of something else: a newspaper, an office, a team, a university, a street.

"The Baltimore Sun" and "CBS Baltimore" say nothing about Baltimore. Over real pages, outlet names are by far the
commonest false mention of a place.
"""

from __future__ import annotations

import re

_AFTER_WORDS = """
bureau sun post herald times tribune banner globe inquirer chronicle examiner gazette courier dispatch register journal
observer ledger bee constitution patch reader beacon monitor mirror telegraph statesman oregonian
fishbowl brew beat defender crusader independent mercury enquirer pilot sentinel record reporter
"""
AFTER = frozenset(_AFTER_WORDS.split())
# An outlet only together with a second word: "Daily News" is one, "Baltimore Daily" is not; "News" alone is a headline.
AFTER_PAIRS = frozenset((
    ("daily", "news"), ("daily", "record"), ("business", "journal"), ("city", "paper"), ("news", "network"),
    ("public", "radio"), ("public", "media"), ("daily", "voice"), ("free", "press"), ("star", "tribune"),
    ("new", "times"), ("sun", "times"), ("union", "tribune"), ("state", "journal"), ("morning", "news"),
    ("post", "gazette"), ("post", "dispatch"), ("press", "herald"), ("news", "press"), ("evening", "post"),
    ("public", "television"), ("jewish", "times"), ("post", "intelligencer"), ("post", "examiner"),
    ("review", "journal"), ("times", "union"), ("news", "tribune"), ("american", "statesman"), ("news", "sentinel"),
))
# "Baltimore Post Office" is no newspaper, nor is "Denver Record Store Day" or "Chicago Bureau of Streets".
NOT_AFTER = frozenset(("of", "office", "offices", "store", "exchange", "road", "street"))
_BEFORE_WORDS = """
cbs nbc abc fox pbs npr cnn cw axios univision telemundo wjz wbal wbff wmar wusa wtop wypr eater curbed patch chalkbeat
"""
BEFORE = frozenset(_BEFORE_WORDS.split())
CALL_SIGN = re.compile(r"(?:[WK][A-Z]{2,3}|(?:CBS|NBC|ABC|FOX|CW|Fox))-?\d{0,2}")
OFFICES = frozenset((("field", "office"), ("field", "division"), ("district", "office"), ("field", "offices")))
COUNTY = frozenset(("county", "counties", "parish", "borough"))

_TEAMS = """
angels astros athletics bengals bears bills blackhawks blazers blues braves brewers broncos browns bruins buccaneers
bucks bulls canadiens cardinals cavaliers celtics chargers chiefs clippers colts commanders cowboys coyotes cubs
diamondbacks dodgers dolphins ducks dynamo eagles earthquakes falcons fire flames flyers galaxy giants grizzlies
guardians hawks heat hornets hurricanes jaguars jazz jets kings knicks kraken lakers lions magic marlins mariners
mavericks mets nationals nets nuggets oilers orioles pacers packers padres panthers patriots pelicans penguins
phillies pistons pirates raiders rams rangers raptors ravens rays reds redskins rockets rockies royals saints seahawks
sharks sounders spurs steelers suns supersonics texans thunder timberwolves timbers titans twins vikings warriors
wizards wolverines yankees badgers buckeyes bulldogs crimson gators hawkeyes hoosiers huskers huskies jayhawks
longhorns razorbacks seminoles spartans sooners tarheels terrapins trojans utes volunteers wildcats
"""
_STREETS = """
street st avenue ave av road rd boulevard blvd drive dr lane pike parkway pkwy highway hwy expressway turnpike freeway
bridge plaza square terrace calle avenida
"""
_SCHOOLS = "university college tech polytechnic universidad"
# Capitalised after a name, these make a longer name of it: Chicago Heights is not Chicago.
_LANDSCAPE = """
heights beach park hills hill springs falls grove island islands village township gardens shores lakes lake valley
point junction ridge river creek bay mountain mountains forest harbor haven woods mills station bluff bluffs crossing
estates manor terrace canyon basin peninsula sound prairie rapids airport aqueduct tunnel
"""
TEAMS = frozenset(_TEAMS.split())
STREETS = frozenset(_STREETS.split())
SCHOOLS = frozenset(_SCHOOLS.split())
LANDSCAPE = frozenset(_LANDSCAPE.split())
# Capitalised before a name, these belong to it: New Baltimore, Fort Lincoln, Lake Charles.
_PREFIX_WORDS = """
new fort ft port mount mt lake san santa santo saint st ste el los las glen camp cape point rancho villa isla puerto
nueva nuevo monte upper lower cal uc csu suny cuny unc ut
"""
PREFIXES = frozenset(_PREFIX_WORDS.split())
DIRECTIONS = frozenset((
    "north", "south", "east", "west", "northeast", "northwest", "southeast", "southwest", "central", "northern",
    "southern", "eastern", "western", "downtown", "midtown", "uptown", "greater", "metro", "metropolitan", "suburban",
    "nearby", "inner", "old", "uptown", "norte", "sur", "centro"))
# What follows the name of a town or county rather than that of a person.
_PLACE_NOUNS = """
area areas city town county mayor mayors council councilman councilwoman councilmember councilor alderman aldermen
police sheriff sheriffs jail jails
school schools district residents resident officials official leaders suburb suburbs neighborhood neighborhoods
community courthouse court fire department metro metropolitan downtown public municipal chapter
commissioners supervisors board executive prosecutor prosecutors activists advocates democrats republicans
restaurant restaurants business businesses church churches native office offices
"""
PLACE_NOUNS = frozenset(_PLACE_NOUNS.split())
# After New York these speak of the state.
_STATE_NOUNS = """
state law laws legislature legislators lawmakers lawmaker gov governor governors attorney assembly assemblyman
assemblywoman senate senator sen rep republican republicans congressman congresswoman constitution statute
"""
STATE_NOUNS = frozenset(_STATE_NOUNS.split())
INSIDE = frozenset((
    "in", "near", "outside", "around", "across", "throughout", "inside", "within", "en", "cerca", "nearby", "downtown"))
# "The state capital Austin", "the city of Jackson", "la ciudad de Orange".
KINDS = frozenset((
    "city", "town", "township", "village", "borough", "suburb", "suburbs", "capital", "streets", "outskirts", "mayor",
    "ciudad", "pueblo", "municipio", "alcalde", "calles", "afueras"))
FROM_OR_TO = frozenset(("at", "from", "of", "to", "through", "toward", "between", "de", "desde", "a", "hasta"))
# An organisation, not a town, where one of these stands in "Some Name, Maryland".
_ORGANISATION_WORDS = """
university college school schools academy institute department office agency bureau commission committee board council
court center centre hospital clinic church church's temple ministries association society union coalition alliance
network foundation project fund bank inc llc llp corp company group services service news times post tribune journal
herald press media radio airport street avenue road boulevard drive lane highway route interstate building tower
prison jail facility courthouse district congress senate house party caucus act bill republican republicans democrat
democrats guard patrol enforcement police sheriff county's national federal american united attorney general
organization students student memorial museum festival cathedral diocese archdiocese conference restaurant
"""
ORGANISATIONS = frozenset(_ORGANISATION_WORDS.split())
_NEVER_TOWNS = """
monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september
october november december today yesterday tomorrow meanwhile however instead also then now still yes no indeed but and
so well again later earlier previously recently finally first second third currently additionally furthermore moreover
nevertheless similarly likewise besides otherwise therefore thus nationwide elsewhere lunes martes miércoles jueves
viernes sábado domingo enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
fbi aclu us usa i he she it they we you who what
"""
NEVER_TOWNS = frozenset(_NEVER_TOWNS.split())
# Words that open a sentence or a headline and are no part of the name after them.
_OPENERS = """
in at from near to of for by on with the a an and but or as since while when if after before this that these those our
their his her its many some most several former another both two three like unlike inside outside around across about
all no not en de desde el la los las un una y pero como cuando según tras
"""
OPENERS = frozenset(_OPENERS.split())
