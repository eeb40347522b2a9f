"""Words that grouping reads in two languages: numbers, calendar, what is counted, who speaks. Ordinary news words only.

What a team watches for stands in its rules and nowhere here. Words are folded (small letters, no accents); a word that
ends in * stands for all that begin so.
"""

from __future__ import annotations


def words_of(table: str) -> frozenset[str]:
    """The words of a table that is written as a text."""
    return frozenset(table.split())


# What a number can count. The keys are our own, the same in both languages; words for readers stand elsewhere.
COUNTED: dict[str, str] = {
    "arrests": "arrest arrests arrested detained detainees detenciones arrestos arrestados arrestadas arrestado "
               "detenidos detenidas detenido custody apprehended aprehendidos handcuffs capturados",
    "injured": "injured wounded hurt injuries heridos heridas lesionados lesionadas",
    "dead": "dead killed deaths died muertos muertas fallecidos fallecidas fallecieron murieron",
    "missing": "missing desaparecidos desaparecidas",
    "released": "released freed liberados liberadas",
    "deported": "deported deportados deportadas",
    "charged": "charged indicted acusados acusadas imputados",
    "protesters": "protesters protestors demonstrators marchers manifestantes",
    "families": "families households familias hogares",
    "children": "children kids pupils ninos ninas menores",
    "workers": "workers employees laborers trabajadores trabajadoras empleados empleadas obreros obreras jornaleros",
    "students": "students estudiantes alumnos alumnas",
    "residents": "residents tenants neighbors residentes vecinos inquilinos",
    "agents": "agents officers deputies agentes oficiales ayudantes",
    "people": "people persons men women personas hombres mujeres",
    "homes": "homes houses buildings apartments casas viviendas edificios departamentos apartamentos",
    "votes": "",  # 4-3: those in favour
    "votes against": "",
}

MONTHS: dict[str, int] = {
    word: number
    for number, words in enumerate((
        "january jan enero", "february feb febrero", "march mar marzo", "april apr abril", "may mayo",
        "june jun junio", "july jul julio", "august aug agosto", "september sept sep septiembre setiembre",
        "october oct octubre", "november nov noviembre", "december dec diciembre",
    ), start=1)
    for word in words.split()
}

WEEKDAYS: dict[str, int] = {
    word: number
    for number, words in enumerate((
        "monday lunes", "tuesday tues martes", "wednesday miercoles", "thursday thurs jueves",
        "friday viernes", "saturday sabado", "sunday domingo",
    ))
    for word in words.split()
}

_ENGLISH = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
)
_SPANISH = (
    "cero un dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis diecisiete "
    "dieciocho diecinueve veinte veintiuno veintidos veintitres veinticuatro veinticinco veintiseis veintisiete "
    "veintiocho veintinueve treinta"
)
_MORE = {
    "una": 1, "uno": 1, "veintiun": 21, "veintiuna": 21,
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100,
    "cuarenta": 40, "cincuenta": 50, "sesenta": 60, "setenta": 70, "ochenta": 80, "noventa": 90, "cien": 100,
    "ciento": 100, "doscientos": 200, "doscientas": 200, "trescientos": 300, "trescientas": 300, "cuatrocientos": 400,
    "cuatrocientas": 400, "quinientos": 500, "quinientas": 500,
}
NUMBERS: dict[str, int] = {
    word: number for words in (_ENGLISH, _SPANISH) for number, word in enumerate(words.split())
} | _MORE

# Round numbers: "a dozen" may be eleven.
ROUND: dict[str, int] = {
    "dozen": 12, "docena": 12, "decena": 10, "quincena": 15, "veintena": 20, "treintena": 30, "cuarentena": 40,
    "cincuentena": 50, "centenar": 100, "score": 20,
}
# Before a number, these say that it is none to count on.
ROUGHLY = words_of("""
    about around nearly almost roughly least over than approximately some estimated between unos unas cerca
    alrededor casi menos aproximadamente mas
""")

# A sentence with one of these, below the opening, speaks of another event or of many.
RECALLS = words_of("""
    earlier previously similar similarly nationwide nationally annually unrelated unconnected elsewhere statewide
    meanwhile coincided recalled recalls anterior anteriores anteriormente parecida parecido similares coincidio
    recuerda recuerdan recordo
""")
RECALLS_TWO = frozenset(tuple(pair.split("/")) for pair in words_of("""
    same/step mismo/paso second/such third/such fourth/such second/action second/raid second/operation second/time
    third/raid third/operation segunda/redada segundo/operativo segunda/operacion tercera/redada hours/after
    hours/before segunda/vez tercera/vez last/year last/month last/spring last/summer last/fall last/winter
    last/november this/year this/month same/day same/night same/morning same/afternoon same/week same/board
    same/council ano/pasado mes/pasado mismo/dia misma/manana misma/tarde misma/noche este/ano este/mes
    first/quarter fiscal/year a/year por/ano past/year pasado/ano
"""))

RELATIVE_DAYS = {
    "today": 0, "tonight": 0, "hoy": 0, "yesterday": 1, "ayer": 1, "anoche": 1, "anteayer": 2, "antier": 2,
}
RELATIVE_TWO = {
    ("this", "morning"): 0, ("this", "afternoon"): 0, ("this", "evening"): 0, ("esta", "manana"): 0,
    ("esta", "tarde"): 0, ("esta", "noche"): 0, ("esta", "madrugada"): 0, ("last", "night"): 1,
}
# Units of "nine days after", "hace una semana", in days.
AGO = {"day": 1, "days": 1, "dia": 1, "dias": 1, "week": 7, "weeks": 7, "semana": 7, "semanas": 7}
# Before a day, these say that it is still to come; "Monday, the deadline" is nobody's event either.
FUTURE = words_of("""
    next scheduled planned set expected due proximo proxima prevista previsto programada programado every each cada
    todos
""")
UNTIL = words_of("until by before through hasta para")  # right before the day
# "a week after", "dos días después de": in the second half of a sentence they recall another event.
AFTER = frozenset(("after", "despues"))
UNITS = words_of("""
    hour hours day days week weeks month months hora horas dia dias semana semanas mes meses
""")

# Counted people of whom something was done; the verb says what is counted ("detuvieron a veintiocho recolectores").
PERSONS = frozenset(("people", "workers", "residents", "students", "agents", "children", "families"))
DONE_TO: dict[str, str] = {
    "arrests": "arrest arrests arrested arresting detain detained detains detaining custody apprehended handcuffed "
               "seized arresta detiene arrestaron arresto arrestan arrestar arrestados arrestadas arrestado "
               "detuvieron detuvo detienen "
               "detener detenidos detenidas detenido llevaron llevaran llevados llevadas llevo aprehendieron "
               "aprehendidos taken took",
    "injured": "injured wounded hurt heridos heridas lesionados hirieron",
    "dead": "killed dead died murieron fallecieron muertos mataron",
}
# Behind a number, these say that it is no number of things.
NOT_COUNTED = words_of("""
    percent year years month months week weeks day days hour hours minute minutes mile miles cent cents dollars
    million billion block blocks feet a.m p.m am pm ano anos mes meses semana semanas dia dias hora horas minuto
    minutos millas dolares millones cuadras por
""")
YEARLY = frozenset(tuple(pair.split("/")) for pair in words_of(
    "last/year this/year past/year a/year fiscal/year ano/pasado este/ano al/ano past/month"))

# Words of one language that look like other words of the other, by the language in which they are not meant.
FALSE_FRIENDS: dict[str, frozenset[str]] = {
    "en": words_of("once hace red res corte pulga rastro casa pan"),
    "es": words_of("mayor principal son ten general sin van sign fine real mass mine"),
}
# In days back from the Monday of the week in which the article was published.
WEEKS_BACK = {
    ("last", "week"): 7, ("semana", "pasada"): 7, ("pasada", "semana"): 7, ("this", "week"): 0, ("esta", "semana"): 0,
    ("last", "weekend"): 7, ("the", "weekend"): 7, ("weekend", "raid"): 7, ("week's", "raid"): 7,
}
# A headline that begins so follows something.
BACK = words_of("after since tras desde luego")
# Something of the kind has happened before, and now once more.
AGAIN = frozenset(
    (first, second)
    for first in words_of("second third another new otra nueva nuevo segunda segundo tercera tercer")
    for second in words_of("raid raids sweep operation action time arrest redada operativo operacion accion vez")
) | {("de", "nuevo"), ("once", "again"), ("otra", "vez")}
