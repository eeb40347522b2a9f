"""Words of names that tell nobody apart: offices, kinds of streets and bodies, countries, the points of the compass."""

from __future__ import annotations

from monitor.stories.lexicon import words_of
from rules.places.people import TITLES

# Inside a name, between its capitals.
LINKS = words_of("of the de del la las los el at for &")
# A name with one of these is that of a place, and places are compared as such.
AREAS = words_of("county counties condado township borough parish city")

OFFICES = TITLES | words_of("""
    supervisor supervisors supervisora commissioner commissioners comisionado comisionada alguacil alguacila sheriff
    councilmember councilmembers council deputy deputies spokesperson principal junior senior sen rep gov dr mr mrs
    ms don dona doctor padre fray hermana hermano madre padres abogado abogada concejal concejala secretary acting
    republican republicans democrat democrats democratic democrata republicano administration administracion
    gobierno chairman chairwoman chair executive chief leader leaders president vice
""")

# Whoever holds one of these is named in the news of a whole state, whatever happened.
HIGH_OFFICES = words_of("""
    president vice secretary governor gov govs senator sen sens senators representative rep reps congressman
    congresswoman congressmember mayor mayors czar director speaker administration presidente presidenta secretario
    secretaria gobernador gobernadora senador senadora congresista alcalde alcaldesa representante administracion
    gobierno zar
""")

GENERAL = words_of("""
    street st avenue ave avenida road rd drive dr lane boulevard blvd highway route interstate parkway plaza square
    place court way calle carretera camino bulevar county counties city town township village borough state states
    condado ciudad pueblo estado estados unidos united north south east west northern southern eastern western
    central northeast northwest southeast southwest downtown norte sur este oeste centro central new nueva nuevo san
    santa saint old upper lower great greater council board commission committee department office bureau agency
    division district court courts supreme superior circuit federal national american international general public
    community communities service services administration center centre school schools high elementary middle
    university college hospital church parish iglesia parroquia escuela universidad colegio junta concejo consejo
    comision departamento oficina agencia corte tribunal suprema superior nacional americana americano general
    comunidad servicio servicios administracion centro investigation investigations investigaciones operations
    removal police policia sheriff sheriffs fire law enforcement security homeland justice defense attorney union
    network coalition alliance association foundation society group project rights workers legal aid fund red
    coalicion alianza asociacion fundacion grupo proyecto derechos trabajadores defensa fondo casa company inc llc
    corp corporation co services industries foods farms homes builders market store house senate congress
    legislature assembly capitol hall congreso senado camara legislatura news wire press newswire times post daily
    radio tv facebook instagram twitter youtube whatsapp telegram associated english spanish ingles espanol latino
    latina latinos latinas hispanic hispano hispana first second third one two three bay creek lake river hill hills
    valley beach island harbor port point springs heights ridge grove glen hollow falls canyon coast shore park
    gardens village woods bahia lago rio valle playa isla puerto bosque farm ranch plant mill foods bakery
    restaurant hotel motel clinic airport station terminal library museum theater americans constitution freedom act
    day thanksgiving christmas easter ramadan black white catholic catolica protestant jewish muslim christian
""")

# Of the people an article tells of, these say where they were born, as thousands of articles do.
COUNTRIES = words_of("""
    mexico mexican mexicans mexicano mexicana mexicanos guatemala guatemalan guatemalans guatemalteco guatemalteca
    guatemaltecos honduras honduran hondurans hondureno hondurena hondurenos salvador salvadoran salvadorans
    salvadoreno salvadorena nicaragua nicaraguan nicaraguense venezuela venezuelan venezuelans venezolano venezolana
    venezolanos colombia colombian colombiano colombiana ecuador ecuadorian ecuadoreans ecuatoriano ecuatorianos
    peru peruvian peruano cuba cuban cubans cubano cubana haiti haitian haitians haitiano haitianos dominican
    dominicano dominicana republic brazil brazilian brasil brasileno china chinese india indian africa african asia
    asian europe european america americas central latin spain espana canada canadian ukraine ukrainian russia
    russian somalia somali iran iranian afghanistan afghan syria syrian iraq philippines filipino vietnam vietnamese
    korea korean turkey turkish puerto rico rican usa eeuu washington
""")
