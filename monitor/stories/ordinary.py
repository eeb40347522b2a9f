"""Words of ordinary news, English and Spanish: what stands in any report tells no two apart. General language only."""

from __future__ import annotations

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
