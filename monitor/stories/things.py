"""Ordinary things, people and acts that a report is told by, in English and Spanish: a small dictionary.

Each entry is one thing under its English name, entries are parted by semicolons; + joins two words in their order.
"""

from __future__ import annotations

THINGS = """
supervisors: supervisor supervisors supervisora supervisores; commissioners: commissioner commissioners comisionado
comisionados comisionada; consulate: consulate consul consulado; truck: truck trucks van vans camion camioneta
camionetas; helicopter: helicopter helicopters helicoptero helicopteros; key: key keys llave llaves; mask: mask masks
masked mascara mascaras pasamontanas encapuchados cubrebocas; dog: dog dogs perro perros; bus: bus buses autobus
autobuses; roof: roof roofs techo techos; floor: floor piso suelo; kitchen: kitchen cocina; oven: oven ovens horno
hornos; bread: bread; chicken: chicken chickens pollo pollos; pig: pig pigs pork hog hogs cerdo cerdos puerco; beef:
beef cattle carne ganado res; milk: milk leche; lettuce: lettuce lechuga; strawberry: strawberry strawberries fresa
fresas; apple: apple apples manzana manzanas; grape: grape grapes uva uvas; orange: orange oranges citrus naranja
naranjas mandarin mandarins mandarina mandarinas citricos; tomato: tomato tomatoes tomate tomates; onion: onion onions
cebolla cebollas; tobacco: tobacco tabaco; blueberry: blueberry blueberries arandano arandanos; flower: flower flowers
flor flores; hops: hops lupulo; tree: tree trees christmas+tree arbol arboles pinos; wood: wood madera; furniture:
furniture muebles mueble; pallet: pallet pallets tarima tarimas; tire: tire tires llanta llantas neumaticos; glass:
glass vidrio; steel: steel acero; plastic: plastic plastico; paper: paper papel; box: box boxes crate crates caja
cajas cajones; clothes: clothes clothing garment garments sewing ropa costura costureras costurera; shoe: shoe shoes
zapatos; carpet: carpet alfombra alfombras; brick: brick bricks ladrillo ladrillos; concrete: concrete cement concreto
cemento; paint: paint painters painter pintura pintores pintor; roofer: roofer roofers roofing techador techadores;
welder: welder welders soldador soldadores; cook: cook cooks cocinero cocinera cocineros cocineras; driver: driver
drivers chofer choferes conductor conductores; gardener: landscaper landscapers gardener gardeners jardinero
jardineros; cleaner: janitor janitors cleaners limpieza conserje conserjes; farmworker: farmworker farmworkers picker
pickers campesino campesinos jornalero jornaleros recolectores recolectoras piscadores; grower: grower growers
cultivadores agricultores agricultor; nurse: nurse nurses enfermera enfermeras enfermero; teacher: teacher teachers
maestra maestro maestros; student: student students pupil pupils estudiante estudiantes alumnos alumno; baby: baby
infant newborn bebe recien+nacido; pregnant: pregnant embarazada embarazadas; grandmother: grandmother grandma abuela;
brothers: brothers hermanos; sister: sister hermana; cousin: cousin primo prima; daughter: daughter hija; wife: wife
esposa; husband: husband esposo marido; priest: priest pastor parroco sacerdote padre pastora; candle: candle candles
vela velas; song: song sang canto cantaron himno; sign: signs pancarta pancartas letreros; phone: phone cellphone
telefono celular; video: video videos; letter: letter carta; fine: fine fines multa multas; tax: taxes impuestos;
money: dollars dolares; overtime: overtime horas+extra; fingerprint: fingerprints huellas; license: license licencia;
plate: plates placas; camera: camera cameras camara camaras; drone: drone drones dron; gas: tear+gas lacrimogeno; gun:
gun guns firearm pistol arma armas pistola; knife: knife cuchillo; rifle: rifle rifles fusiles; fire: fire blaze
incendio fuego; flood: flood flooding inundacion; crash: crash crashed choque accidente; broken: broken fractured
fracturo fractura roto rota; pelvis: pelvis; heart: heart corazon; diabetes: diabetes diabetic diabetico; insulin:
insulin insulina; surgery: surgery operated operado operacion cirugia; broth: soup sopa; ambulance: ambulance
ambulancia; passport: passport passports pasaporte; twin: twins gemelos; cold room: cold+room cold-storage freezer
cuarto+frio frozen congelador congelada congelado; handcuffs: handcuffs handcuffed esposas esposado esposados; zip
ties: zip bridas; floor supervisor: foreman mayordomo capataz; payroll: payroll nomina; audit: audit auditoria;
inspection: inspection inspeccion; notice: notice aviso; stairs: stairs staircase escaleras; hallway: hallway corridor
pasillo; elevator: elevator ascensor elevador; bathroom: bathroom restroom bano; closet: closet armario; attic: attic
atico; woods: woods forest bosque monte; river: river rio; creek: creek arroyo; lake: lake lago; field: field fields
campo campos; island: island isla; bridge: bridge puente; highway: highway interstate autopista carretera; fence:
fence reja; lawn: lawn jardin cesped; harvest: harvest cosecha; lunch: lunch almuerzo comida; breakfast: breakfast
desayuno; coffee: coffee cafe; meal: meals comidas; mass: mass misa; soccer: soccer futbol; wedding: wedding boda;
funeral: funeral; birthday: birthday cumpleanos; interpreter: interpreter interpreters interprete interpretes;
signature: signatures firmas; strike: strike huelga; boycott: boycott boicot; petition: petition peticion; fund: fund
fondo; donation: donations donated donaciones; hotline: hotline linea; budget: budget presupuesto; unanimous:
unanimous unanimously unanimidad unanime; veto: veto vetoed vetar; amendment: amendment enmienda; appeal: appeal
appealed apelacion apelara; deputies: deputies deputy ayudantes agentes+del+alguacil; interview: interviews interview
entrevistas entrevista; mushroom: mushroom mushrooms hongo hongos; crab: crab crabs cangrejo cangrejos jaiba; fish:
fish pescado; shrimp: shrimp camaron camarones; bird: birds egg eggs huevo huevos; tortilla: tortilla tortillas
tortilleria; tamale: tamale tamales; ice cream: paleta paletas paletero helado; track: tracks rails vias rieles;
bucket: bucket buckets cubeta cubetas balde baldes; cart: cart carts carrito carritos; knee: knees knelt kneel
kneeling rodillas arrodillo arrodillaron; rosary: rosary rosario; step: steps gradas escalinata; balcony: balcony
balcon; wall: wall walls pared paredes muro; window: window windows ventana ventanas; lamp: lamp lights luz luces;
brake: brake brakes freno frenos; mirror: mirror espejo; glass door: windshield parabrisas; wheel: wheel volante;
seat: seat seats seated asiento asientos sentados sentadas; belt: belt cinturon; trunk: trunk cajuela maletero;
flashlight: flashlight flashlights linterna linternas; hammer: hammer martillo; rope: rope soga cuerda; ladder: ladder
ladders escalera; tool: tools herramienta herramientas; machine: machine machines machinery maquina maquinas
maquinaria; engine: engine motor; sleep: slept sleep sleeping asleep durmieron duerme durmio dormido dormida dormir;
wake: woke awoke desperto despertaron; cry: crying cried cries wept llorar lloro lloraba lloraban llorando; shout:
shouted yelled screamed gritaron grito gritaban gritos; run: ran fled corrieron corrio corrian huyeron huyo huyen;
hide: hid hidden hiding escondio escondieron escondido escondidos; jump: jumped leaped brinco brincaron salto
saltaron; knock: knocked knocking toco tocaron tocaban golpearon golpeaban; fall: fell fallen cayo cayeron; pray:
prayed pray prayer prayers praying rezo rezaron rezar oracion oraciones rezan; bell: bell bells campana campanas;
carry: loaded loading cargaban cargaron cargar; bag: bag bags backpack bolsa bolsas mochila mochilas; suitcase:
suitcase maleta maletas; shirt: shirt shirts jacket camisa camiseta chamarra chaqueta; apron: apron aprons delantal
delantales mandil mandiles; boot: boot boots botas; glove: glove gloves guantes; hat: hat hats gorra gorras sombrero;
uniform: uniform uniforms uniforme uniformes; vest: vest vests chaleco chalecos; diaper: diapers panales; medicine:
medicine medication medicina medicinas medicamento medicamentos; inhaler: inhaler inhalador; blood: blood sangre;
cancer: cancer; asthma: asthma asma; pain: pain dolor; hand: wrist munecas; leg: leg legs pierna piernas; arm: arm
brazos brazo; eye: eyes ojos; back: shoulders hombros; head: skull craneo; tooth: teeth tooth dientes; hair: hair
cabello pelo; face: beard; rice: rice arroz; bean: beans frijol frijoles; corn: corn maiz; wheat: wheat trigo; potato:
potato potatoes papas; pepper: pepper peppers chile chiles pimiento; melon: melon melons sandia sandias; peach: peach
peaches durazno duraznos; cherry: cherry cherries cereza cerezas; pear: pear pears peras pera; almond: almond almonds
almendra almendras; lemon: lemon lemons limon limones; peanut: peanut peanuts cacahuate cacahuates mani; cotton:
cotton algodon; sugar: sugar azucar; salt: salt; cheese: cheese queso; butter: butter mantequilla; water:
drinking+water agua+potable; beer: brewery beer cerveza cerveceria; turkey: turkey turkeys pavo pavos; sheep: sheep
lamb oveja ovejas; horse: horse horses caballo caballos; goat: goat goats cabra cabras; cat: cat cats gato gatos; bee:
bees abejas; cow: cows cow vaca vacas; fishing: fishermen fisherman fishing pescador pescadores pesca; boat: boat
boats barco barcos lancha bote; plane: plane planes airplane flight flights avion aviones vuelo vuelos; train: train
trains tren trenes; bicycle: bike bicycle bikes bicicleta; motorcycle: motorcycle moto motocicleta; ticket: ticket
citation boleto infraccion; stop sign: stoplight semaforo; speed: speeding velocidad; lane: lane carril carriles;
ramp: ramp rampa; tow: towed towing grua remolcado; trailer: trailer trailers traila remolque; container: container
containers contenedor contenedores; crane: crane cranes gruas; gate: gate gates porton portones; lock: lock locks
locked candado cerradura cerrojo; door: doors puertas; yard: backyard patio; garden: garden jardines; tent: tent tents
carpa carpas; chair: chair chairs silla sillas; table: table tables mesa mesas; bed: bed beds cot cots cama camas
catre catres; blanket: blanket blankets cobija cobijas manta mantas; kitchen table: dishes platos; cup: cup cups taza
vasos; knife case: scissors tijeras; needle: needle aguja; thread: yarn hilo; fabric: fabric cloth tela telas;
mattress: mattress mattresses colchon colchones; couch: sofa couch; refrigerator: refrigerator refrigerador; stove:
stove estufa; snow: snow snowy nieve nevada; rain: rain rainy drizzle lluvia llovizna; wind: wind viento; heat: heat
calor; cold: cold frio; storm: storm storms hurricane tormenta huracan; fog: fog niebla neblina; dawn: dawn predawn
sunrise amanecer; dusk: dusk sunset atardecer anochecer; midnight: midnight medianoche; noon: noon midday mediodia;
spring: spring primavera; winter: winter invierno; summer: summer verano; easter: easter pascua; lent: lent cuaresma;
choir: choir coro; bishop: bishop obispo arzobispo archbishop; nun: nun nuns monja monjas; rabbi: rabbi rabino; usher:
usher acomodador; deacon: deacon diacono; coach: coach entrenador; principal: principal director+escolar directora;
classroom: classroom classrooms salon aula aulas; recess: recess recreo; homework: homework tarea; graduation:
graduation graduacion; exam: exam exams examen examenes; scholarship: scholarship beca becas; math: math matematicas;
team: teammates companeros; band: band banda; ball: ball pelota balon; dance: dance dancing baile bailar; party: party
partygoers fiesta; cake: cake pastel; song: mariachi; guitar: guitar guitarra; drum: drum drums tambor tambores; flag:
flag flags bandera banderas; banner: banner banners placards manta+que cartel carteles; whistle: whistle whistles
silbato silbatos; horn: horns honked claxon bocinas; bullhorn: bullhorn megaphone megafono altavoz; flyer: flyer
flyers leaflets volantes folletos; map: map mapa; photo: photo photos photograph photographs picture foto fotos
fotografia fotografias; recording: recorded filmed recording grabo grabaron grabacion grabado; screen: screen screens
pantalla; computer: computer computers laptop computadora computadoras; e-mail: email e-mail correo; password:
password contrasena; spreadsheet: spreadsheet; rent: rent alquiler renta; landlord: landlord landlords casero caseros
arrendador; mortgage: mortgage hipoteca; debt: debt deuda; wage: wage wages paycheck paychecks salario salarios sueldo
sueldos; bank: bank banco; insurance: insurance seguro+medico aseguradora; pension: pension; profit: profit profits
ganancias; price: price prices precio precios; sale: sales ventas; bankruptcy: bankruptcy quiebra; contractor:
contractor contractors contratista contratistas; subcontractor: subcontractor subcontractors subcontratista
subcontratistas; shift: shift shifts turno turnos; crew: crew crews cuadrilla cuadrillas; manager: manager managers
gerente gerentes; steward: steward shop+steward delegado+sindical; union: union unions sindicato sindicatos gremio;
hiring: hiring contratacion contratar; boss: boss jefe patron patrona; line: assembly+line linea+de+produccion;
conveyor: conveyor banda+transportadora; forklift: forklift forklifts montacargas; loading dock: loading+dock
muelle+de; saw: saw saws sierra; nail: nails clavo clavos; roof work: shingles tejas; floor tile: tile tiles azulejo
azulejos; pipe: pipe pipes tuberia; wire: wires cables; window frame: frames marcos; door frame: sash; chemical:
chemical chemicals quimicos quimica; smoke: smoke humo; explosion: explosion explosions blast estallido; flash:
flash-bang granada granadas; pepper spray: gas+pimienta; bullet: bullet bullets shots bala balas disparos; shot: shot
shooting gunshot disparo tiroteo balazo; wound: wound wounds herida; coffin: coffin ataud feretro; grave: cemetery
grave cementerio tumba; ash: ashes cenizas; neighbor: neighbors vecindario; uncle: uncle tio; aunt: aunt tia; nephew:
nephew sobrino; niece: niece sobrina; grandson: grandson nieto; granddaughter: granddaughter nieta; grandfather:
grandfather grandpa abuelo; mother-in-law: mother-in-law suegra; brother-in-law: brother-in-law cunado; godmother:
godmother madrina comadre; fiancee: fiancee fiance novia prometida prometido; widow: widow viuda; orphan: orphan
huerfano huerfanos; twins: toddler toddlers; teenager: teenager teenagers teen adolescente adolescentes; veteran:
veteran veterans veterano veteranos; soldier: soldier soldiers soldado soldados; marine: marine marines; firefighter:
firefighter firefighters bombero bomberos; doctor: doctor doctors physician medico medicos doctora; dentist: dentist
dentista; barber: barber barbero peluquero; butcher: butcher butchers carnicero carniceria; seamstress: seamstress
seamstresses modista; carpenter: carpenter carpenters carpintero carpinteros; electrician: electrician electricians
electricista electricistas; plumber: plumber plumbers plomero plomeros; mason: bricklayer albanil albaniles; mechanic:
mechanic mechanics mecanico mecanicos; waiter: waiter waiters waitress mesero meseros mesera; dishwasher: dishwasher
dishwashers lavaplatos; baker: baker bakers panadero panaderos; maid: housekeeper housekeepers maid camarera camareras
recamarera; nanny: nanny ninera; caregiver: caregiver caregivers cuidadora cuidadoras; vendor: vendor vendors vendedor
vendedora vendedores ambulante; welding: welding soldadura; fisher: crabber crabbers cangrejeros; clerk: clerk
secretario+municipal escribana; drought: drought sequia; well: well+water pozo; dam: dam presa; canal: canal; beach:
beach playa; mountain: mountain mountains montana montanas; valley: desert desierto; cave: cave cueva; border:
fence+line; bill sponsor: sponsor sponsored patrocinador impulsor; tie: tie tied empate; quorum: quorum; agenda:
agenda; hearing room: chamber chambers recinto; testimony: testimony testified testimonio testimonios; speaker:
speakers oradores; fee: fee fees tarifa cuota; grant: grant grants subvencion subvenciones; fine print: clause clauses
clausula clausulas; deadline: deadline plazo; expire: expires expired lapse vence vencio vencidas vencido vencida;
renew: renew renewal renovar renovacion renovara; staffing: staffing vacancies guardias personal+suficiente; bed
count: capacity capacidad; transfer: transfer transferred transfers trasladado trasladada trasladados traslado
trasladaron; louisiana bus: shackled shackles grilletes encadenados; ankle monitor: ankle+monitor ankle+monitors
ankle+bracelet grillete+electronico tobillera; bracelet: bracelet wristband wristbands pulsera pulseras brazalete;
belongings: belongings pertenencias; list: list lists lista listas; notebook: notebook cuaderno libreta; nickname:
nickname apodo; surname: surname last+name apellido; birth: birth born nacimiento nacida nacido nacidos; green card:
green+card residencia+permanente; asylum: asylum asilo; visa: visa visas; pastor family: parishioners parishioner
feligreses feligres; pew: pew pews banca bancas; altar: altar; cross: cross cruz; candlelight: candlelight; hunger:
hunger hambre; thirst: thirst sed; fear: fear afraid scared frightened miedo temor asustado asustados asustada;
silence: silence quiet silencio; tear: tears lagrimas; anger: anger angry rabia enojo furia; hope: hope esperanza;
shame: shame verguenza; lie: lied lying mintio mentira mentiras; promise: promised promise prometio promesa; apology:
apologized apology disculpa disculpas; threat: threat threats threatened amenaza amenazas amenazo; mistake: mistake
error equivocacion; drawing: drawing drawings dibujo dibujos; toy: toy toys juguete juguetes; doll: doll muneca;
stuffed animal: teddy peluche; balloon: balloon balloons globo globos; stroller: stroller carriola
"""
