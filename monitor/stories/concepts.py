"""Ordinary words of news that English and Spanish have apart: each line is one thing, under its English name.

A story told in two languages shares few words that look alike. These tables say which do mean the same: kinds of
places where things happen (two of different kinds are two events), what happens, and things that a report is told by.
A word that ends in * stands for all that begin so; + joins two words in their order.
"""

from __future__ import annotations

VENUES = """
car wash: car+wash carwash autolavado autolavados lavado+de lavacoches lavadores
bakery: bakery bakeries panaderia panaderias panadero panaderos
restaurant: restaurant restaurants diner restaurante restaurantes taqueria pizzeria eatery cafe cafeteria
kitchen: caterer catering kitchen cocina cocinas cocinera cocineras cocineros
church: church churches chapel cathedral iglesia iglesias parroquia templo capilla catedral
school: school schools preschool kindergarten daycare escuela escuelas colegio guarderia preescolar
university: university college campus universidad
courthouse: courthouse courthouses tribunal tribunales juzgado juzgados corte cortes
jail: jail jails prison carcel carceles prision
hospital: hospital hospitals clinic clinics clinica clinicas hospitales
warehouse: warehouse warehouses almacen almacenes bodega bodegas distribution+center centro+de+distribucion
factory: factory factories fabrica fabricas maquiladora
plant: plant planta plantas
packinghouse: packinghouse packing+house empacadora empacadoras packer empaque
meatpacking: meatpacking slaughterhouse poultry matadero rastro pollera avicola frigorifico
farm: farm farms ranch orchard orchards grove groves vineyard nursery greenhouse greenhouses finca fincas rancho
      granja granjas
      huerto huerta vinedo vivero invernadero campo campos labor+camp
dairy: dairy dairies lecheria lecherias establo tambo
construction site: construction subdivision jobsite roofers roofing roofer framing drywall obra construccion
      fraccionamiento techadores techador albaniles
apartments: apartment apartments complex condominium tenants trailer apartamentos apartamento departamentos
      departamento
      inquilinos trailas
hotel: hotel hotels motel motels moteles hoteles
store: store stores shop supermarket grocery market tienda tiendas supermercado mercado
hardware store: home+depot lowe hardware ferreteria
laundry: laundry laundromat lavanderia
salon: salon barbershop peluqueria barberia nail+salon
bus station: bus+station bus+stop terminal parada+de+autobus
airport: airport aeropuerto
library: library libraries biblioteca bibliotecas
park: park playground parque ballfield
shelter: shelter refugio albergue
landfill: recycling landfill recicladora reciclaje basurero
sawmill: sawmill lumber aserradero maderera
port: port dock docks wharf pier waterfront muelle puerto
nursing home: nursing+home asilo+de+ancianos
body shop: body+shop mechanic garage taller talleres mecanico
flea market: flea+market swap+meet pulga mercadillo
quarry: quarry cantera mine mina
stadium: stadium arena estadio racetrack hipodromo
checkpoint: checkpoint roadblock reten retenes
parking lot: parking+lot estacionamiento
seafood: seafood crab crabs mariscos cangrejo fish pescado fileteadora fillet shrimp camaron oyster ostras
mill: textile textil mill
landscaping: landscaping landscapers jardineria jardineros nursery vivero viveros
mushrooms: mushroom mushrooms hongo hongos champinones
"""

# Names for one place that reporters use side by side: a works, a plant, a warehouse.
VENUE_GROUPS = {
    "works": "warehouse, factory, plant, packinghouse, meatpacking, seafood, mill, sawmill, landfill, port, farm, "
             "dairy, mushrooms, kitchen, quarry, landscaping",
    "homes": "apartments, hotel, parking lot",
    "shop": "store, flea market, hardware store, bakery, restaurant, kitchen, parking lot",
    "custody": "jail, courthouse",
}

DEEDS = """
arrest: raid raids raided arrest arrests arrested detain detained custody redada redadas arresto arrestos arrestados
      arrestaron detenidos detuvieron detienen arrestan operativo sweep sweeps
vote: vote votes voted vota voto votos votacion voting ordinance ordenanza resolution resolucion passes passed
      aprueba aprobo aprobaron council+bars supervisors+bar
agreement: agreement agreements sign signs signed acuerdo acuerdos convenio firmo firma firmar contract contrato
ends: ends ended end terminate termination withdraw withdraws rescind cancels canceled cancela cancelo rompe renuncia
bill: bill bills lawmakers legislature legislators senate law proyecto+de+ley ley legisladores legislatura senado
      camara
reaction: asks ask urges urge demands demand presses press vows appeals appeal piden pide exigen exige reclaman
      apela apelara
lawsuit: lawsuit lawsuits suit suits sue sues sued suing complaint demanda demandan demando plaintiffs demandantes
hearing: hearing hearings audiencia audiencias bond bail fianza fianzas
ruling: ruled ruling rules order orders ordered injunction ordena ordeno fallo sentencia anulo
protest: protest protests protested rally rallied march marched marches vigil walkout protesta protestan protestaron
      marcha marchan marcharon manifestacion vigilia manifestantes chanted
charge: charged charges indicted indictment indictments plea guilty acusado acusados cargos imputado culpable
release: released release freed frees freeing liberan libera liberados liberada libertad liberar liberacion
deport: deported deportation flown deportados deportado deporto
death: dies died death dead killed murio muere muerte muertos fallecio
round-up: roundup recap digest in+review
report: report figures data records statistics survey informe cifras datos estadisticas
training: course training trained sworn curso capacitacion juramentaciones
"""

# Deeds that come after an event, told on a day of their own.
SEQUELS = frozenset(("hearing", "ruling", "release", "lawsuit", "protest", "charge", "deport", "death", "reaction"))

THINGS = """
supervisors: supervisor supervisors supervisora supervisores
commissioners: commissioner commissioners comisionado comisionados comisionada
consulate: consulate consul consulado
truck: truck trucks van vans camion camioneta camionetas
helicopter: helicopter helicopters helicoptero helicopteros
key: key keys llave llaves
mask: mask masks masked mascara mascaras pasamontanas encapuchados cubrebocas
dog: dog dogs perro perros
bus: bus buses autobus autobuses
roof: roof roofs techo techos
floor: floor piso suelo
kitchen: kitchen cocina
oven: oven ovens horno hornos
bread: bread
chicken: chicken chickens pollo pollos
pig: pig pigs pork hog hogs cerdo cerdos puerco
beef: beef cattle carne ganado res
milk: milk leche
lettuce: lettuce lechuga
strawberry: strawberry strawberries fresa fresas
apple: apple apples manzana manzanas
grape: grape grapes uva uvas
orange: orange oranges citrus naranja naranjas mandarin mandarins mandarina mandarinas citricos
tomato: tomato tomatoes tomate tomates
onion: onion onions cebolla cebollas
tobacco: tobacco tabaco
blueberry: blueberry blueberries arandano arandanos
flower: flower flowers flor flores
hops: hops lupulo
tree: tree trees christmas+tree arbol arboles pinos
wood: wood madera
furniture: furniture muebles mueble
pallet: pallet pallets tarima tarimas
tire: tire tires llanta llantas neumaticos
glass: glass vidrio
steel: steel acero
plastic: plastic plastico
paper: paper papel
box: box boxes crate crates caja cajas cajones
clothes: clothes clothing garment garments sewing ropa costura costureras costurera
shoe: shoe shoes zapatos
carpet: carpet alfombra alfombras
brick: brick bricks ladrillo ladrillos
concrete: concrete cement concreto cemento
paint: paint painters painter pintura pintores pintor
roofer: roofer roofers roofing techador techadores
welder: welder welders soldador soldadores
cook: cook cooks cocinero cocinera cocineros cocineras
driver: driver drivers chofer choferes conductor conductores
gardener: landscaper landscapers gardener gardeners jardinero jardineros
cleaner: janitor janitors cleaners limpieza conserje conserjes
farmworker: farmworker farmworkers picker pickers campesino campesinos jornalero jornaleros recolectores
      recolectoras piscadores
grower: grower growers cultivadores agricultores agricultor
nurse: nurse nurses enfermera enfermeras enfermero
teacher: teacher teachers maestra maestro maestros
student: student students pupil pupils estudiante estudiantes alumnos alumno
baby: baby infant newborn bebe recien+nacido
pregnant: pregnant embarazada embarazadas
grandmother: grandmother grandma abuela
brothers: brothers hermanos
sister: sister hermana
cousin: cousin primo prima
daughter: daughter hija
wife: wife esposa
husband: husband esposo marido
priest: priest pastor parroco sacerdote padre pastora
candle: candle candles vela velas
song: song sang canto cantaron himno
sign: signs pancarta pancartas letreros
phone: phone cellphone telefono celular
video: video videos
letter: letter carta
fine: fine fines multa multas
tax: taxes impuestos
money: dollars dolares
overtime: overtime horas+extra
fingerprint: fingerprints huellas
license: license licencia
plate: plates placas
camera: camera cameras camara camaras
drone: drone drones dron
gas: tear+gas lacrimogeno
gun: gun guns firearm pistol arma armas pistola
knife: knife cuchillo
rifle: rifle rifles fusiles
fire: fire blaze incendio fuego
flood: flood flooding inundacion
crash: crash crashed choque accidente
broken: broken fractured fracturo fractura roto rota
pelvis: pelvis
heart: heart corazon
diabetes: diabetes diabetic diabetico
insulin: insulin insulina
surgery: surgery operated operado operacion cirugia
broth: soup sopa
ambulance: ambulance ambulancia
passport: passport passports pasaporte
twin: twins gemelos
cold room: cold+room cold-storage freezer cuarto+frio frozen congelador congelada congelado
handcuffs: handcuffs handcuffed esposas esposado esposados
zip ties: zip bridas
floor supervisor: foreman mayordomo capataz
payroll: payroll nomina
audit: audit auditoria
inspection: inspection inspeccion
notice: notice aviso
stairs: stairs staircase escaleras
hallway: hallway corridor pasillo
elevator: elevator ascensor elevador
bathroom: bathroom restroom bano
closet: closet armario
attic: attic atico
woods: woods forest bosque monte
river: river rio
creek: creek arroyo
lake: lake lago
field: field fields campo campos
island: island isla
bridge: bridge puente
highway: highway interstate autopista carretera
fence: fence reja
lawn: lawn jardin cesped
harvest: harvest cosecha
lunch: lunch almuerzo comida
breakfast: breakfast desayuno
coffee: coffee cafe
meal: meals comidas
mass: mass misa
soccer: soccer futbol
wedding: wedding boda
funeral: funeral
birthday: birthday cumpleanos
interpreter: interpreter interpreters interprete interpretes
signature: signatures firmas
strike: strike huelga
boycott: boycott boicot
petition: petition peticion
fund: fund fondo
donation: donations donated donaciones
hotline: hotline linea
budget: budget presupuesto
unanimous: unanimous unanimously unanimidad unanime
veto: veto vetoed vetar veto
amendment: amendment enmienda
appeal: appeal appealed apelacion apelara
deputies: deputies deputy ayudantes agentes+del+alguacil
interview: interviews interview entrevistas entrevista
mushroom: mushroom mushrooms hongo hongos
crab: crab crabs cangrejo cangrejos jaiba
fish: fish pescado
shrimp: shrimp camaron camarones
bird: birds egg eggs huevo huevos
tortilla: tortilla tortillas tortilleria
tamale: tamale tamales
ice cream: paleta paletas paletero helado
"""

# Words of ordinary news that say nothing about one event, beyond function words. Folded beginnings.
ORDINARY = """
about above across after again against agency ahead almost alone along already also although always among amount
announced another answer anyone appear around arriv asked attack authorit await away because become before began begin
behind being believ below beside better between beyond both bring brought building calling called caller came cannot
carried carry case caus central chang chief child citiz city claim clear close collect come comment communit compan
concern condition confirm consider contact continu could count countr couple course cover created current daily
deal decid declin deman depart describ despite develop didn different direct does doesn don done down dozen during each
earlier early effort eight either emerg employ ended enough enter even event ever every everyone expect explain
face fact famil fear federal feel fellow felt fifteen figure filed filled final find first five follow former forty
found four friday friend from full further future gather gave general getting give given goes going gone good
government great ground group grow half happen hard have having head hear heard held help here high hold home hour
hous however hundred immediat import inclu increas inform inside instead interest into issue itself join just keep kept
kind know known lack large last late later latest law lead learn least leav left less lett level life like limit list
little live local long look lose lost made main make makin manag many mark matter mayb mean meet member mention middle
might million mind minute moment monday money month more morning most mother move much must name nation near nearly
need neighb neither never news next night nine none north noth notice noted number numer obtain occur offer offic often
once only open operat order organ other ours outside over owner page paid part parti pass past people percent perhaps
period person place plan play please point posit possib power prepar present press previous prob problem process
program protect provid public publish question quick quiet raise rather reach read ready real reason receiv recent
refer refus regard region relat release remain remember report represent request requir resident respond respons
result return review right room said same saturday saying says second section security see seek seem seen self send
sent serious serve service session set seven several shall share short should show side sign similar simpl since
site situat small social some someone something soon sort source south speak special spent spoke spokes staff stand
start state statement stay step still stop story street strong stud subject such sunday support sure system take taken
talk team tell than thank that their them themsel then there these they thing think third this those though thought
thousand three through throughout thursday time today together told tonight took total toward town tried trying tuesday
turn twelve twent type under understand unit until upon used using usual various very view visit voice wait walk want
watch wednesday week well went were west what when where whether which while whole whose will window wish with within
without witness woman women word accord indivi violen safety invest danger united conduc potent cases americ additi
effect confer video leader lookin look initia update specif promis observ incide accoun doing living lives messag acting
schedu resour detail media comes procee coordi victim busine approa attent signif based remove handle sugges posted
actual univer multip ensure propos tactic allege popula pending addres scene needed really tempor entire front certai
impact mainta object major succes anythi volunt suspic decade likely chance extrem failed avoid downto notice defend
nearby nobody crews nothin widesp elemen moved stood safer settin tells times weeks evenin didnt theyre theyve arent
werent hadnt wasnt doesnt hasnt havent isnt couldnt wouldnt lawyer attorney judge mayor sheriff council governor police
avenue building lawsuit citizen warrant owner majority donald
abogad juez jueza alcald alguac concej gobern polici edific demand ciudad mayoria avenid agenci emplea firmad llevab
salida silenc libert cerrar frente ningun misma todos todas negoci varios varias otros otras estata buscab nuestr
tambie tendra quedo pidio llego dejaro ellas conduc decisi voto votos
work world would write written wrong wrote year yesterday young your
abierto abrir abrio acerca acus adelante ademas afirm agreg ahora algo alguien algun alli ante anterior antes anunci
apenas apoyo aquel aqui area asegur asimismo aunque autoridad ayer ayud bajo barrio bien buen cada calle cambio camino
casa casi caso centro cerca cien ciento cierto cinco ciudad comenz como comunidad condado conoc considerar consigui
contar conto contra cosa creer creo cual cualquier cuando cuanto cuarto cuatro cuenta dado deber debido decir decl dej
dentro desde despues detras diario dice dicho diez diferent dijeron dijo dio direct domingo donde dos dueno durante
efecto ejempl ella ellos embargo empez empres encontr encuentr ense entonces entrar entre entreg equipo escrib
espera estaba estad estar esto estos estuvo evit existe expli familia federal fecha fin forma fuera fueron fuerte
fundament futuro gente gobierno gran grand grupo haber habia hablar hace hacer hacia haciend hasta hecho hijo hizo hogar
hora horas hoy hubo igual incluy indic inform inici intent jueves junto lado largo lejos ley llam lleg llev local lugar
lunes luego madrugada manana manera mantener marzo martes mayor mayori medida medio mejor menos mensaje mes meses
miembro miembros mientras miercoles mill minuto mism moment mucho muert mujer mundo nacion nada nadie necesi ninguno
ninos noche nombre nosotros noticia nuev numer nunca ofici ofrec operativ orden organizaci otra otro padre pagar pais
palabra papel parec parte partir pasad pasar pedir pena pens peque perd period permanec permit pero perso pidi poco
podra poder polici por porque posib preci pregunt prepar present pretend primer principi problem proces program pronto
propi proxim public pudo puede puert pues punt quedar quien quier quince quiso realiz recib record relac relat reporte
represent respond respuest result reuni sabad saber sabe sali salir seg segun segund seguir seguridad seis semana senal
sentir ser servicio siempre siete sigue siguient sin sino sitio situac sobre sola solament solo solicit soste suces
suer tamb tampoc tant tarde tema tener tenia tercer tiemp tiene tien todavia todo tomar total trabaj tras trat traves
tres tuvo ultim unic unid uno unos usted vari vecin veinte ver verdad veces vez viaj vida viej viernes visit vist viv
volv voz
"""
