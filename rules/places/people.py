"""Names of people that are names of towns too: what makes Jackson a person and not the capital of Mississippi.

Lists and not a model: a title or a given name before a town's name, or a verb of speech after it, says enough.
"""

from __future__ import annotations

_TITLES = """
mr mrs ms miss dr sen sens senator senators rep reps representative gov govs governor lt president vice secretary
sheriff judge justice justices mayor mayors chief officer detective sgt sergeant capt captain col colonel gen general
professor prof attorney commissioner councilman councilwoman councilmember congressman congresswoman assemblyman
assemblywoman delegate del rev pastor bishop father sister brother cardinal sir lord lady king queen prince princess
saint supt superintendent spokesman spokeswoman spokesperson director administrator czar agent ambassador candidate
señor señora sr sra srta don doña alcalde alcaldesa gobernador gobernadora senador senadora juez jueza presidente
presidenta fiscal congresista representante portavoz directora
"""
TITLES = frozenset(_TITLES.split())
_GIVEN = """
aaron abigail abraham adam adrian al alan albert alberto alejandro alex alexander alexandra alfred alice alicia
allison alma amanda amber amy ana andrea andrew andy angel angela ann anna anne annie anthony antonio arnold arthur
ashley barack barbara barry beatriz ben benjamin bernard bernie beth betty beverly bill billy blake bob bobby bonnie
brad bradley brandon brenda brett brian bridget bruce bryan caitlin cameron carl carla carlos carmen carol caroline
carolyn carrie catherine cecilia chad charles charlie chelsea cheryl chip chris christian christina christine
christopher chuck cindy claire claudia colin connie corey craig cristina crystal curtis cynthia dan dana daniel
daniela danny darren dave david dawn deborah debra denise dennis derek diana diane diego dolores don donald donna
doris dorothy doug douglas duane dustin dwight dylan ed eddie edgar eduardo edward edwin eileen elaine eleanor elena
elijah eliot elizabeth ellen emily emma enrique eric erica erik erin ernest esther ethan eugene eva evan evelyn felipe
fernando fiona frances francis francisco frank fred frederick gabriel gabriela gail gary gene george gerald gerardo
gina glenn gloria gordon grace greg gregory guadalupe guillermo gustavo hannah harold harriet harry heather hector
heidi helen henry herbert herman hillary holly howard hugo ian ignacio irene isaac isabel ivan jack jackie jacob jaime
jake james jamie jan jane janet janice jared jason javier jay jean jeff jeffrey jennifer jeremy jerome jerry jesse
jessica jesus jill jim jimmy joan joaquin joe joel john johnny jon jonathan jorge jose joseph josh joshua joyce juan
juanita judith judy julia julian julie julio justin karen karl karla kate katherine kathleen kathryn kathy katie keith
kelly ken kenneth kevin kim kimberly kirsten kristen kristi kristin kurt kyle lance larry laura lauren laurie lawrence
leah lee leo leon leonard leslie letitia liam lillian linda lindsay lindsey lisa liz lloyd lorena lori louis louise
lucas lucia lucy luis luke luz lydia lynn mandy manuel marc marcia marco marcos marcus margaret margarita maria
mariana marie mario marisol marlene marsha martha martin martina marvin mary matt matthew maureen maurice max megan
melanie melissa michael michele michelle miguel mike mitch mitchell molly monica nancy naomi natalie nathan neil
nicholas nicole nina noah norma norman oliver olivia omar oscar pablo pam pamela patricia patrick patty paul paula
pedro peggy penny pete peter phil philip phillip phyllis rachel rafael ralph ramon randall randy raul ray raymond
rebecca regina renee ricardo richard rick ricky rita rob robert roberto robin rod rodney roger roland ron ronald rosa
rosalind ross roy ruben ruby russell ruth ryan sabrina sally salvador sam samantha samuel sandra sara sarah scott sean
sergio seth shannon sharon shawn sheila shirley silvia simon sofia sonia sophia stacy stanley stephanie stephen steve
steven stuart sue susan suzanne sylvia tamara tanya tara ted teresa terrence terry thelma theodore theresa thomas
tiffany tim timothy tina todd tom tommy toni tony tracy travis tyler valerie vanessa vernon veronica vicki vicky
victor victoria vincent virginia vivian walter wanda warren wayne wendy wesley whitney william willie xavier yolanda
yvonne zachary zoe abby gretchen ras muriel zohran ritchie wes tulsi elon melania jd barron clark percy booker grover
millard ulysses rutherford chester alexandria
"""
GIVEN = frozenset((*_GIVEN.split(), "mark", "dean", "earl", "lamar"))
# Bare, these are more often people, ordinary words or other things than towns: only the printed state or a place of
# the state, and a word that belongs before a place ("in Jackson"), makes a town of them.
_WORDS = """
accident allen anderson angelo arnold augusta aurora austin bartlett beaumont bend berlin bethlehem blaine bowie
brandon brick bryan buffalo caldwell canton carson carter cary chandler charlotte chester chelsea clay clifton clinton
concord conway corona cypress davis delano denton douglas easton eden edison eldorado elizabeth enid enterprise eugene
evans everett flint florence franklin fraser frederick fremont fulton galena garland gary gilbert grant hamilton
hammond hancock hanover harrison hayward hebron hemet henderson hobbs hoover hope houston howard hudson independence
irving jackson jamaica jefferson jordan jupiter kendall kent kingston lafayette laurel lawrence layton leander liberty
lincoln logan loveland lowell luke lynn macon madison manchester mansfield marion marshall mars marshfield mercer mesa
midland milton mission mobile monroe montgomery moore morningside murray nelson newton normal norman norton orange
orlando oxford palmer paradise paramount paris perry peoria pierce plantation pleasanton porter preston raleigh
reading redlands reno richardson richland rogers rome roosevelt sandy savage savannah secretary severn shelby sherman
sparks spring stanley sterling summit sunrise surprise taylor temple thornton tracy troy tyler union upland vernon
victoria vienna vista walker warren warwick washington wayne webster weston wilson winchester windsor halfway boyds
barclay trappe willards
"""
ALSO_WORDS = frozenset(_WORDS.split())
_SURNAMES = """
smith johnson williams brown jones garcia miller davis rodriguez martinez hernandez lopez gonzalez wilson anderson
thomas taylor moore jackson martin lee perez thompson white harris sanchez clark ramirez lewis robinson walker young
allen king wright scott torres nguyen hill flores green adams nelson baker hall rivera campbell mitchell carter
roberts gomez phillips evans turner diaz parker cruz edwards collins reyes stewart morris morales murphy cook rogers
gutierrez ortiz morgan cooper peterson bailey reed kelly howard ramos kim cox ward richardson watson brooks chavez
wood james bennett gray mendoza ruiz hughes price alvarez castillo sanders patel myers long ross foster jimenez trump
biden obama bush clinton abbott paxton desantis newsom hochul pritzker kemp cornyn noem homan sessions
"""
SURNAMES = frozenset(_SURNAMES.split())
SPEAKS = frozenset((
    "said", "says", "told", "added", "wrote", "testified", "argued", "declined", "tweeted", "dijo", "agregó", "añadió",
    "señaló", "explicó", "who", "whose", "himself", "herself", "jr"))
# A word of either kind before a name makes a person of it.
NAMES = TITLES | GIVEN | SURNAMES
