"""Ordinary words of news that English and Spanish have apart: each line is one thing, under its English name.

A story told in two languages shares few words that look alike. These tables say which do mean the same: kinds of
places where things happen (two of different kinds are two events), what happens, and things that a report is told by.
A word that ends in * stands for all that begin so; + joins two words in their order.
"""

from __future__ import annotations

VENUES = """
car wash: car+wash carwash autolavado autolavados lavado+de lavacoches lavadores
bakery: bakery bakeries panaderia panaderias
restaurant: restaurant restaurants diner restaurante restaurantes taqueria pizzeria eatery cafe cafeteria
kitchen: caterer catering kitchen cocina cocinas
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
construction site: construction jobsite obra construccion fraccionamiento subdivision
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
port: dock docks wharf pier waterfront seaport muelle
nursing home: nursing+home asilo+de+ancianos
body shop: body+shop garage taller talleres
flea market: flea+market swap+meet pulga mercadillo
quarry: quarry cantera mine mina
stadium: stadium arena estadio racetrack hipodromo
checkpoint: checkpoint roadblock reten retenes
parking lot: parking+lot estacionamiento
seafood: seafood crab crabs mariscos cangrejo fish pescado fileteadora fillet shrimp camaron oyster ostras
mill: textile textil mill
landscaping: landscaping jardineria nursery vivero viveros
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
death: dies died death dead killed murio muere muerte muertos fallecio
return: reunited reunite reunites returns reopens reopened reopen regresan regresa regreso regresaron vuelven vuelve
      reabre reabren reencuentro reencuentran
transfer: transferred transfers transfer flown trasladado trasladados trasladada trasladan trasladaron traslado
aid: fundraiser fundraising donations donate donated gofundme recaudan recaudaron donan donaron colecta donaciones
mourning: mourn mourns mourned funeral buried remember remembered lloran despiden sepultan recuerdan velorio
round-up: roundup recap digest in+review
report: report figures data records statistics survey informe cifras datos estadisticas
training: course training trained sworn curso capacitacion juramentaciones
"""

# Deeds that come after an event, told on a day of their own.
SEQUELS = frozenset(("hearing", "ruling", "release", "lawsuit", "protest", "charge", "death", "reaction", "return",
                     "transfer", "aid", "mourning"))
