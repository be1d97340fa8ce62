"""What people say about a delivery and about buying, in Spanish, English and Portuguese, without case and accents.

Each phrase has few and bounded repetitions, so it is tried in little time wherever a text is.
"""

import re

Phrases = tuple[tuple[str, re.Pattern[str]], ...]
"""(what it says, how it is said); an empty verdict says nothing, like a greeting."""

_DETERMINERS = (
    "el|la|los|las|lo|mi|mis|un|una|uno|dos|ese|esa|eso|este|esta|esto|su|tu|todo|toda|todos|todas|the|my|a|an|one|two"
    "|it"
    "|them|this|that|some|your|everything|o|os|as|um|uma|meu|minha|isso|esse|tudo|al|del|de"
)
_NOUNS = (
    "paquete|pedido|producto|productos|envio|mensaje|recibo|compra|factura|orden|articulo|caja|carta|correo|documento"
    "|documentos|tarjeta|libro|plan|servicio|oferta|promocion|package|packages|order|parcel|delivery|message|product"
    "|item"
    "|items|letter|email|box|card|book|documents|offer|service|pacote|encomenda|produto|entrega|mercadoria|carta"
)
_THING = rf"(?: (?:{_DETERMINERS})){{0,2}}(?: (?:{_NOUNS}))?"
_NOTHING = rf"(?: (?:nada|ninguno|ninguna|ningun|anything|nothing|any|nenhum|nenhuma|nada disso))?{_THING}"
_HOW = (
    "bien|bem|hoy|ayer|anoche|today|yesterday|hoje|ontem|completo|completa|correctamente|perfectamente|perfecto|fine"
    "|well"
    "|already|recien|aqui|aca|here|conmigo|comigo|certinho|direitinho|por fin|finally|en orden|em ordem|sin problemas?"
    "|sem problemas?|esta manana|this morning|hoje cedo|la semana pasada|last week|last night|a tiempo|on time|safely"
    "|ya|ja"
    "|in good condition|en buen estado|em bom estado|thank god|gracias a dios"
)
_WELL = rf"(?: (?:{_HOW})){{0,2}}"
_GREETINGS = (
    "hola|buenas|buenos dias|buen dia|buenas tardes|buenas noches|hi|hello|hey|good morning|good afternoon|ola|oi"
    "|bom dia"
    "|boa tarde|boa noite|pues|la verdad|que|confirmo que|le confirmo que|te confirmo que|well|actually|honestly|muito"
    "|mil gracias|muy amable|muy amables|thank you so much|thank you very much|thanks a lot|muito obrigado"
    "|muito obrigada"
    "|obrigad[oa]|por favor|pls|senora|amigo|amiga|eso|e|y|and|eu|la neta|mmm|hmm|uy|ay|ah|oh|sir|maam"
)

_GOT = (
    r"(?:ya )?(?:(?:yo|si|me|nos|se|lo|la|los|las|he|ha|han|hemos) ){0,3}(?:recibi|recibio|recibimos|recibido|llego"
    r"|llegaron|llegado|tengo|tenemos|entregaron|entrego|trajeron|fue entregado|esta conmigo|esta aqui"
    r"|esta en mis manos)"
)
_GOT_EN = (
    r"(?:(?:i|we|it|they|ive|weve|its|she|he) )?(?:(?:have|has|already|just|did|was|were|finally|got) ){0,3}"
    r"(?:got|gotten|received|receive|recieved|recived|arrived|came|delivered|have|here|in my hands)"
)
_GOT_PT = (
    r"(?:(?:ja|eu|me|o|a|sim) ){0,3}(?:recebi|recebemos|chegou|chegaram|tenho|temos|foi entregue|esta comigo|entregaram"
    r"|veio|peguei|recebido)"
)
_NOT_GOT = (
    r"(?:no|nunca|jamas)(?: (?:me|nos|se|lo|la|los|las|he|ha|han|hemos|ha sido|fue)){0,3} (?:recibi|recibido|recibimos"
    r"|llego"
    r"|llega|llegan|llegado|llegaron|entregaron|entregado|trajeron|tengo|tenemos|recibo|reciben)"
)
_NOT_GOT_EN = (
    r"(?:(?:i|we|it|they|ive) )?(?:(?:have|has|did|was|do|does|were) not|havent|hasnt|didnt|wasnt|dont|doesnt|werent"
    r"|never"
    r"|not|aint)(?: (?:ever|been|even|actually|have)){0,2} (?:got|gotten|received|receive|recieved|recieve|arrived"
    r"|arrive"
    r"|come|came|get|delivered|have|here|seen)"
)
_NOT_GOT_PT = (
    r"(?:eu )?(?:nao|nunca|n)(?: (?:o|a|me|foi|ha|havia|tinha)){0,2} (?:recebi|recebemos|recebido|chegou|chegaram"
    r"|entregaram|entregue|tenho|veio)"
)
_WAITING = (
    r"(?:(?:todavia|aun|ainda|still|i am|im|were|we are|lo|la|eu) ){0,3}(?:(?:sigo|estoy|seguimos|estamos|continuo"
    r"|estou|"
    r"continuo|still|sigo aqui) ){0,2}(?:esperandol[oa]s?|esperando|a la espera|en espera|aguardando|waiting|awaiting"
    r"|expecting it|expecting)(?: (?:for|on|que llegue|que chegue|a que llegue))?"
)

_YET = r"todavia|aun|yet|ainda|so far|hasta ahora|ate agora|until now|por ahora"


def _any(*ways: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(ways)})(?!\w)")


RECEIPT: Phrases = (
    (
        "yes",
        _any(
            *(f"{got}{_THING}{_WELL}" for got in (_GOT, _GOT_EN, _GOT_PT)),
            "recibid[oa]s?",
            "entregad[oa]s?|entregue",
            "delivered|received",
            "ya|ja",
            "ya esta|ya quedo|ya estuvo",
            "confirm(?:o|ado|ada|ed)(?: (?:de recibido|recibido|recepcion|la recepcion|el recibo|recebimento))?",
            "acuso(?: de)? recib(?:o|ido)",
            "(?:esta )?en mi poder",
            "tod[oa] (?:bien|ok|en orden|correcto|perfecto)|tudo (?:certo|ok|em ordem)|all good|everything is fine",
            f"got{_THING}{_WELL}",
        ),
    ),
    (
        "no",
        _any(
            *(f"{missed}{_NOTHING}{_WELL}" for missed in (_NOT_GOT, _NOT_GOT_EN, _NOT_GOT_PT)),
            r"(?:nada|nothing)(?: (?:llego|me llego|ha llegado|came|arrived|chegou|de nada))?",
            "sin recibir(?: nada)?|no recibid[oa]|no entregad[oa]|nao recebido",
            "se perdio|nunca",
            "no sign of it|no show|nunca aparecio",
        ),
    ),
    (
        "not_yet",
        _any(
            *(f"{missed}{_NOTHING} (?:{_YET}){_THING}" for missed in (_NOT_GOT, _NOT_GOT_EN, _NOT_GOT_PT)),
            *(
                rf"(?:{early}) (?:{missed}{_NOTHING}{_WELL})"
                for early in ("todavia|aun|ainda|still|hasta ahora|ate agora|so far",)
                for missed in (_NOT_GOT, _NOT_GOT_EN, _NOT_GOT_PT)
            ),
            rf"(?:(?:i|we|it|they|ive) )?still (?:{_NOT_GOT_EN}){_NOTHING}{_WELL}",
            "(?:todavia|aun|ainda) (?:no|nao|nada)(?: (?:lo|la|se|he|recibo|llega))?",
            "(?:no|nao|nada|nothing|not) (?:todavia|aun|ainda|yet)",
            "(?:no )?not (?:just )?yet|still not(?: here)?|still nothing|not so far",
            rf"{_WAITING}{_THING}(?: (?:to arrive))?",
            "(?:(?:todavia|aun|ainda) )?(?:(?:esta|viene|sigue|vem|its|it is|still) ){0,2}"
            "(?:en camino|a caminho|on (?:the|its) way|in transit|en transito|em transito|pendiente|pending|pendente)",
            "(?:todavia|aun) (?:falta|no hay nada)|falta que llegue",
        ),
    ),
    ("", _any(_GREETINGS)),
)

_BUYING = (
    r"(?: (?:comprar|comprarl[oa]s?|adquirir|adquirirl[oa]s?|llevar|llevarl[oa]s?|llevarmel[oa]s?|contratar"
    r"|contratarl[oa]s?"
    r"|tenerl[oa]s?|pedir|pedirl[oa]s?|to buy|to get|to have|to purchase|to order|to take|buy|get|purchase|order"
    r"|in buying"
    r"|in|compra-l[oa]|levar|pedir))?"
)
_WANT = (
    r"(?:(?:lo|la|los|las|me|yo|si|te|eu|o|a|mucho|realmente) ){0,3}(?:quiero|compro|comprare|comprar|llevo|llevare"
    r"|interesa|interesan|interesaria|quisiera|gustaria|encantaria|apunto|anoto|deseo|pido|pedire|voy a querer"
    r"|voy a comprar|voy a comprarl[oa]|quero|interessa|gostaria|vou querer|vou comprar|vou levar|levo)"
)
_WANT_EN = (
    r"(?:(?:i|we|id|ill|well|wed|im|yes|would|will|really|am|are|going|gonna|definitely|do) ){0,4}"
    r"(?:want|would like|id like|like to|love to|love|ill take|take|buy|to buy|buying|purchase|to purchase|get)"
)
_NOT_WANT = (
    r"(?:ya )?(?:no|nao|n)(?: (?:lo|la|los|las|me|te|nos|o|a|yo|eu)){0,2} (?:quiero|compro|comprare|compraria|llevo"
    r"|llevare|interesa|interesan|interesaria|necesito|deseo|gusta|gustaria|voy a querer|voy a comprar(?:l[oa])?"
    r"|pienso comprar(?:l[oa])?|quero|interessa|preciso|vou querer|vou comprar|tenho interesse|tengo interes"
    r"|estoy interesad[oa]|estamos interesados|estou interessad[oa]|gostaria)"
)
_NOT_WANT_EN = (
    r"(?:(?:i|we|im|id) )?(?:(?:am|do|will|would|are) )?(?:not|dont|wont|wouldnt|never)(?: (?:really|even)){0,1}"
    r" (?:want|interested|need|like|buy|buying|be buying|going to buy|purchase|take|wish)"
)

INTENT: Phrases = (
    (
        "yes",
        _any(
            rf"{_WANT}{_BUYING}{_THING}",
            rf"{_WANT_EN}{_BUYING}{_THING}",
            rf"(?:(?:estoy|estamos|muy|si|im|i am|very|am|estou|muito|were|we are) ){{0,3}}"
            rf"(?:interesad[oa]s?|interested|interessad[oa]s?){_BUYING}(?: (?:en|em))?{_BUYING}{_THING}",
            "(?:si |yo |eu )?(?:tengo|tenho) (?:mucho |muito )?(?:interes|interesse)",
            "adelante|hagamoslo|cuenta conmigo|va que va|trato hecho|me late|me apunto|sin duda|por supuesto|echale",
            "count me in|lets do it|lets go|sign me up|deal|im in|i am in|go ahead|without a doubt|for sure",
            "fechado|bora|topo|pode mandar|manda|com certeza|sem duvida|tenho sim|quero sim",
            "aparta(?:lo|mel[oa]|me un[oa])|reserva(?:lo|mel[oa]|me un[oa])|manda(?:mel[oa]|me un[oa])",
        ),
    ),
    (
        "no",
        _any(
            rf"(?:{_NOT_WANT}|{_NOT_WANT_EN}){_BUYING}{_NOTHING}",
            "ya no|not anymore|no longer interested|nao mais|mais nao",
            "(?:im )?not interested(?: in (?:it|this|that))?|no interest|sin interes|sem interesse|not for me"
            "|no es para mi",
            "paso|yo paso|pass|ill pass|i pass|hard pass|nada|nothing|esta vez no|not this time|dessa vez nao|deixa"
            "|dejalo",
        ),
    ),
    (
        "maybe",
        _any(
            "(?:tal vez|talvez|quizas?|a lo mejor|puede que|maybe|perhaps)(?: (?:si|sim|yes|despues|luego|later|mas"
            " adelante|depois|mais tarde|otro dia|some other time|another time))?",
            "puede ser|podria ser|posiblemente|es posible|quien sabe|possibly|i might|might|could be|pode ser"
            "|quem sabe",
            "(?:lo |la |me lo )?(?:voy a |tengo que |quiero |necesito |debo |prefiero )?(?:pensarl[oa]|pensar|pienso"
            "|pensare"
            "|consulto|consultarl[oa]|consultare|estoy pensando|veo|vere|evaluare|analizare|platico|checo)"
            "(?: (?:y|luego|despues) (?:te|les|le) (?:aviso|digo|confirmo))?",
            "dejame (?:pensarl[oa]|pensar|verl[oa]|ver|consultarl[oa])|deja (?:lo pienso|pensarlo|ver|veo)",
            "(?:it )?depend[es]*(?: (?:del|de|on|do|da)(?: (?:the|el|la))? (?:precio|price|preco|costo|cost))?",
            "(?:(?:todavia|aun|ainda) )?(?:no|nao)(?: lo)? (?:se|sei)(?: (?:todavia|aun|ainda|bien|bem)){0,2}",
            "(?:(?:todavia|aun) )?no (?:me )?(?:decido|he decidido|estoy decidid[oa]|estoy muy segur[oa]"
            "|estoy segur[oa]"
            "|estoy convencid[oa]|lo tengo claro)(?: (?:todavia|aun))?|indecis[oa]|estoy en duda|tengo (?:mis )?dudas",
            "mas adelante|mas tarde|luego|despues|en otro momento|otro dia|later|some other time|another time"
            "|mais tarde"
            "|depois|outro dia|more later",
            "(?:(?:i am|im|i) )?(?:not|still not|not too|not really) sure(?: yet)?|(?:i )?(?:dont"
            "|do not) know(?: yet)?|idk"
            "|dunno|undecided|unsure|im on the fence|we ?ll see|lets see|vamos a ver|ya veremos|vamos ver|a ver",
            "(?:(?:ill|i will|let me|i need to|i have to|id have to|i want to|id like to|gonna) )?"
            "think(?:ing)?(?: (?:about|on|it over))?(?: (?:it|that))?(?: (?:first|over))?|im thinking about it",
            "(?:eu )?(?:vou|preciso|tenho que|quero|deixa eu|deixe me) (?:pensar|ver)|estou pensando|estou em duvida"
            "|sei la|nao tenho (?:muita )?certeza|ainda estou (?:pensando|vendo)",
        ),
    ),
    (
        "no?",
        _any(
            "(?:por |de )?(?:ahora|ahorita|el momento|momento) no|no (?:por ahora|por el momento|ahora|ahorita"
            "|de momento)"
            "|por el momento no|not (?:now|right now|at the moment|for now|yet)|(?:agora|por enquanto|no momento) nao"
            "|nao (?:agora|por enquanto)|todavia no|aun no|ainda nao|not just yet",
        ),
    ),
    ("", _any(_GREETINGS)),
)
