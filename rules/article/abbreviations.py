"""Words after which a full stop does not end a sentence, and words that open one all the same.

Titles, ranks, months, states, streets and companies as AP, newspapers and police reports shorten them, in English and
in Spanish, casefolded. Left out is what ends sentences as a word of its own: sun, sat, man, off, ed, is, tech, lab.
"""

from __future__ import annotations

_PEOPLE = """
mr mrs ms mx messrs mmes dr drs prof profs rev revs fr msgr hon sr srs jr esq ret
pres gov govs lt sen sens rep reps del dels amb sec secy treas chmn comm commr comr cmsr dir supt supts asst atty attys
dist dep deps det dets insp tpr ofc ofcr offcr sgt sgts sgtmaj ssgt tsgt msgt gysgt sfc cpl lcpl pfc pvt spc spec
capt capts cpt cmdr comdr lcdr ltcol col cols maj gen gens brig adm adms ens radm cdr cmdt
"""
_PLACES = """
ala ariz ark calif colo conn del fla ga ill ind kan ky la md mass mich minn miss mo mont neb nebr nev okla ore oreg pa
penn penna tex tenn va vt wash wis wisc wyo ont que alta sask st sts ste ft mt mts mtn mtns pt hts spgs twp cty cnty co
ave av blvd rd ln ct ter terr pl pkwy hwy expy fwy tpke sq rte aly cir bldg apt jct ctr
"""
_BODIES = """
inc co cos corp ltd bros mfg intl natl univ assn assns assoc dept depts div inst govt acad hosp elem svc svcs admin
auth cmte mgmt
"""
_DAYS = "jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri"
_NUMBERS = "no nos vol vols ch chs fig figs para paras ext p pp est approx"

_SPANISH_PEOPLE = """
sr sra sres sras srta srtas d dn dña dª dr dra dres dras lic lics licda lcdo lcda ing inga arq prof profa profs profra
mtro mtra abg abog pbro mons rvdo rvda rev fr hno hna hnos hnas sto sta ntra excmo excma ilmo ilma hble hon
gral cnel tte cap capt cmdte cdte cte sgto cbo alm calm vicealm tcnel insp subinsp comis agte ofl pdte pres pte min dip
diput gob sen rep dir dirs subdir coord proc alc jr ud uds vd vds fdo fco ma gpe
"""
_SPANISH_PLACES = """
ee uu ff aa oo hh rr jj cc av avda avs avdas blvd bvd calz cda carr ctra col fracc urb edif pza plza apdo esq
mpio mun dpto dptos depto deptos dep secc univ inst asoc admón admon cía cia cías cias ltda soc corp inc bco
ene feb abr jun jul ago sept set oct nov dic
"""
_SPANISH_NUMBERS = """
no núm núms num nums nro nros art arts pág págs pag pags p pp cap caps vol vols tel tels tfno ext apdo km aprox depto
"""
_LATIN = "vs v eg ie cf viz ca approx"
_SPANISH_LOWER = """
vs aprox ej sr sra sres sras srta srtas d dña dr dra dres dras ud uds vd vds lic lcdo lcda ing arq prof profa mtro mtra
gral cnel tte cap cmdte sgto insp hno hna pbro mons dip gob av avda blvd col ctra
"""
# English ones that a Spanish article prints, but for those that are Spanish words: la, mar, mi, ver.
_BORROWED = """
mr mrs ms dr st ft mt gov lt sgt gen capt maj cmdr adm sens reps atty co dept ave rd
ariz ark calif colo conn fla ill kan ky md mass mich minn miss mont neb nev okla ore penn tex tenn va vt wash wis wyo
"""
# Spanish titles that English articles print.
_LENT = "sra sras srta srtas sres dra dña lic ing gral cnel tte hno cía cia"

# Printed with a capital, or without one where the word is in `LOWER`.
SHORT = {
    "": frozenset(f"{_PEOPLE} {_PLACES} {_BODIES} {_DAYS} {_LENT} {_LATIN}".split()),
    "es": frozenset(f"{_SPANISH_PEOPLE} {_SPANISH_PLACES} {_BORROWED} {_SPANISH_LOWER}".split()),
}
# In Spanish titles are small. "etc." and "al." end a sentence wherever a capital follows.
LOWER = {
    "": frozenset(_LATIN.split()),
    "es": frozenset(_SPANISH_LOWER.split()),
}
# Those that only a number follows: "No. 5", "est. 1912", while "Dijo que no." and "He loves art." are the end.
NUMBERED = frozenset(f"{_NUMBERS} {_SPANISH_NUMBERS} max min ft c ca rm lic sect secs".split())

# What may open a sentence after an acronym or a shortened state ("in the U.S. The agency"), where a name may follow.
_ENGLISH_OPENERS = """
a an and as at but by for from he her his i if in it its many more most no on she some that the their there
these they this those to we what when while you
"""
_SPANISH_OPENERS = """
a al ante aunque como con cuando de del desde durante el ella ellas ellos en entre esa ese eso esta este esto hay la
las lo los más mientras muchos no nos para pero por qué se según si sin sobre su sus también tras un una y ya
"""
# Where nobody knows the language, either may open; in Spanish only Spanish, for "A" and "I" are initials there.
OPENERS = {
    "": frozenset((*_ENGLISH_OPENERS.split(), "el", "los", "las", "en", "un", "una", "según", "pero", "también")),
    "es": frozenset(_SPANISH_OPENERS.split()),
}
