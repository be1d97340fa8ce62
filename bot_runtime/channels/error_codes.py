"""Providers' error codes, as rows: the codes, their retry class, and what the operator reads (English, Spanish).

Sources: Meta's and Twilio's error references, read 2026; classes that they don't state are our judgement.
"""

from typing import Final

Row = tuple[str, str, str, str]

_WHATSAPP: Final[tuple[Row, ...]] = (
    (
        "0 190",
        "A",
        "The access token has expired or was revoked. Set a new one.",
        "El token de acceso venció o fue revocado. Pon uno nuevo.",
    ),
    (
        "3 10 131005",
        "A",
        "The access token lacks a permission. Grant whatsapp_business_messaging to its system user.",
        "Al token de acceso le falta un permiso. Da whatsapp_business_messaging a su usuario del sistema.",
    ),
    (
        "33 133010",
        "A",
        "The business number does not exist or is not registered. Check phone_number_id.",
        "El número de la empresa no existe o no está registrado. Revisa phone_number_id.",
    ),
    (
        "368 131031",
        "A",
        "Meta has restricted or locked the account. See its Business Support page.",
        "Meta restringió o bloqueó la cuenta. Mira su página de soporte para empresas.",
    ),
    (
        "131037",
        "A",
        "The number's display name is not approved yet.",
        "El nombre visible del número aún no está aprobado.",
    ),
    (
        "131042 131044",
        "A",
        "Payment problem: add or repair the account's payment method.",
        "Problema de pago: agrega o corrige el método de pago de la cuenta.",
    ),
    (
        "131045 133000 133005 133006 133008 133009 133016",
        "A",
        "The number's registration failed. Register it again, with its PIN.",
        "Falló el registro del número. Regístralo de nuevo, con su PIN.",
    ),
    (
        "131063",
        "A",
        "Marketing templates are switched off for this account on the Cloud API.",
        "Las plantillas de marketing están desactivadas para esta cuenta en la Cloud API.",
    ),
    (
        "132001",
        "A",
        "The template does not exist in that language, or is not approved.",
        "La plantilla no existe en ese idioma o no está aprobada.",
    ),
    (
        "132015",
        "A",
        "Meta paused the template for low quality. It resumes by itself, or edit it.",
        "Meta pausó la plantilla por baja calidad. Se reanuda sola, o edítala.",
    ),
    (
        "132016",
        "A",
        "Meta disabled the template for good. Make a new one.",
        "Meta desactivó la plantilla para siempre. Crea otra.",
    ),
    (
        "1 2 131000 131016 133004",
        "R",
        "WhatsApp had a problem of its own; it is tried again.",
        "WhatsApp tuvo un problema propio; se intenta de nuevo.",
    ),
    (
        "131053",
        "R",
        "WhatsApp could not fetch the media. Check that the link is public and of the type it says.",
        "WhatsApp no pudo obtener el archivo. Revisa que el enlace sea público y del tipo que dice.",
    ),
    (
        "131057 133015",
        "R",
        "The number is in maintenance for some minutes; it is tried again.",
        "El número está en mantenimiento unos minutos; se intenta de nuevo.",
    ),
    (
        "4 613 80007 130429",
        "T",
        "Too many messages or calls at once; the number waits.",
        "Demasiados mensajes o llamadas a la vez; el número espera.",
    ),
    (
        "131048",
        "T",
        "Too many people blocked or reported this number; WhatsApp slows it down.",
        "Muchas personas bloquearon o reportaron este número; WhatsApp lo frena.",
    ),
    (
        "131056",
        "T",
        "Too many messages to this contact at once; only this contact waits.",
        "Demasiados mensajes seguidos a este contacto; solo él espera.",
    ),
    (
        "131064",
        "T",
        "Sending is limited because templates have the wrong category. Correct it.",
        "El envío está limitado porque hay plantillas con la categoría equivocada. Corrígela.",
    ),
    (
        "100 131008 131009 135000",
        "N",
        "WhatsApp refused the message: a part of it is missing or wrong.",
        "WhatsApp rechazó el mensaje: falta una parte o es incorrecta.",
    ),
    (
        "130472",
        "N",
        "The contact is in one of Meta's experiments; marketing messages are withheld.",
        "El contacto está en un experimento de Meta; se retienen los mensajes de marketing.",
    ),
    (
        "130497",
        "N",
        "This account may not write to the contact's country.",
        "Esta cuenta no puede escribir al país del contacto.",
    ),
    (
        "131020 131041 131059",
        "N",
        "A problem with a group; this server does not write to groups.",
        "Un problema con un grupo; este servidor no escribe a grupos.",
    ),
    (
        "131021",
        "N",
        "The recipient is our own number.",
        "El destinatario es nuestro propio número.",
    ),
    (
        "131026",
        "N",
        "Cannot be delivered: not on WhatsApp, an old app, terms not accepted, or blocked.",
        "No se puede entregar: no tiene WhatsApp, app antigua, términos sin aceptar o bloqueo.",
    ),
    (
        "131030",
        "N",
        "A test number only writes to the numbers on its list. Add this one.",
        "Un número de prueba solo escribe a los de su lista. Agrega este.",
    ),
    (
        "131051",
        "N",
        "WhatsApp does not support this kind of message.",
        "WhatsApp no admite este tipo de mensaje.",
    ),
    (
        "131052 131060",
        "N",
        "The contact's message or file is not available.",
        "El mensaje o archivo del contacto no está disponible.",
    ),
    (
        "132000 132008 132012",
        "N",
        "The parameters do not fit the template: their number or format.",
        "Los parámetros no encajan en la plantilla: su número o formato.",
    ),
    (
        "132005",
        "N",
        "The template is too long with these parameters.",
        "La plantilla queda demasiado larga con estos parámetros.",
    ),
    (
        "132007",
        "N",
        "The template's text breaks WhatsApp's content rules.",
        "El texto de la plantilla incumple las reglas de contenido de WhatsApp.",
    ),
    (
        "132068",
        "N",
        "The form (flow) is blocked.",
        "El formulario (flow) está bloqueado.",
    ),
    (
        "137000",
        "N",
        "The contact's identity changed and does not match the known one.",
        "La identidad del contacto cambió y no coincide con la conocida.",
    ),
    (
        "131047",
        "F",
        "The contact wrote more than 24 h ago. Send a template instead.",
        "El contacto escribió hace más de 24 h. Envía una plantilla.",
    ),
    (
        "131062",
        "F",
        "This message needs a phone number; a user id is not enough.",
        "Este mensaje necesita un teléfono; no basta el id de usuario.",
    ),
    (
        "131049",
        "L",
        "WhatsApp withheld it: the contact gets too many marketing messages. Wait at least a day.",
        "WhatsApp lo retuvo: el contacto recibe demasiado marketing. Espera al menos un día.",
    ),
    (
        "132069",
        "L",
        "The form (flow) is used too often. Wait at least a day.",
        "El formulario (flow) se usa demasiado. Espera al menos un día.",
    ),
    (
        "131050",
        "O",
        "The contact stopped marketing messages from this business.",
        "El contacto dejó de aceptar mensajes de marketing de esta empresa.",
    ),
)

_TWILIO: Final[tuple[Row, ...]] = (
    (
        "20003",
        "A",
        "Twilio refused the credentials. Check account_sid and auth_token.",
        "Twilio rechazó las credenciales. Revisa account_sid y auth_token.",
    ),
    (
        "20005 30002",
        "A",
        "The Twilio account is suspended or not active.",
        "La cuenta de Twilio está suspendida o inactiva.",
    ),
    (
        "21701 21703 21704",
        "A",
        "The Messaging Service is missing or has no usable sender.",
        "El Messaging Service no existe o no tiene un remitente utilizable.",
    ),
    (
        "30018 30024 30032 30034",
        "A",
        "The sender is not registered for this destination (sender id, short code, toll-free or 10DLC).",
        "El remitente no está registrado para este destino (sender id, short code, toll-free o 10DLC).",
    ),
    (
        "63001 63002 63007 63008 63020 63022",
        "A",
        "Twilio's WhatsApp sender is not set up: credentials, From or business account.",
        "El remitente de WhatsApp en Twilio no está configurado: credenciales, From o cuenta de empresa.",
    ),
    (
        "63013 63026 63051",
        "A",
        "WhatsApp restricted this sender: policy, spam or a lock.",
        "WhatsApp restringió este remitente: política, spam o bloqueo.",
    ),
    (
        "63041 63042",
        "A",
        "The template is paused or disabled.",
        "La plantilla está pausada o desactivada.",
    ),
    (
        "20404 20422 21602 21603 21604 21609 21618 21619 21620 21623",
        "N",
        "Twilio refused the request: a part of it is missing or wrong.",
        "Twilio rechazó la petición: falta una parte o es incorrecta.",
    ),
    (
        "21211 21214 21217 21401 21614",
        "N",
        "The number is not valid, or cannot get an SMS.",
        "El número no es válido o no puede recibir SMS.",
    ),
    (
        "21212 21601 21606 21607 21612 21616",
        "N",
        "Our number cannot send this to that destination. Check `number` in bot.yaml.",
        "Nuestro número no puede enviar esto a ese destino. Revisa `number` en bot.yaml.",
    ),
    (
        "21408",
        "N",
        "SMS to this country is switched off in Twilio's geographic permissions.",
        "El SMS a este país está desactivado en los permisos geográficos de Twilio.",
    ),
    (
        "21608 63015",
        "N",
        "A trial account or sandbox only writes to verified numbers.",
        "Una cuenta de prueba o sandbox solo escribe a números verificados.",
    ),
    (
        "21617 30019 63034",
        "N",
        "The text or file is too large.",
        "El texto o archivo es demasiado grande.",
    ),
    (
        "21654 21655 21656 63027 63028 63040",
        "N",
        "The template is missing, not accepted, or its parameters do not fit.",
        "La plantilla no existe, no fue aceptada o sus parámetros no encajan.",
    ),
    (
        "30004 63033",
        "N",
        "The message was blocked for this number.",
        "El mensaje fue bloqueado para este número.",
    ),
    (
        "30005 30006 63003 63024",
        "N",
        "The number does not exist, is a fixed line, or is not on WhatsApp.",
        "El número no existe, es fijo o no tiene WhatsApp.",
    ),
    (
        "30007",
        "N",
        "Filtered as spam by the carrier or Twilio. If it happens often, change the text.",
        "Filtrado como spam por el operador o Twilio. Si pasa a menudo, cambia el texto.",
    ),
    (
        "30009 11200 11205 11750 12100 12300 57012",
        "N",
        "Twilio's call to this server failed. Check public_url.",
        "Falló la llamada de Twilio a este servidor. Revisa public_url.",
    ),
    (
        "30010 30011 30012",
        "N",
        "The message breaks a limit: price, media or time to live.",
        "El mensaje rompe un límite: precio, archivos o tiempo de vida.",
    ),
    (
        "63005 63006 63021 63030",
        "N",
        "WhatsApp did not accept the content.",
        "WhatsApp no aceptó el contenido.",
    ),
    (
        "63031",
        "N",
        "The recipient is our own number.",
        "El destinatario es nuestro propio número.",
    ),
    (
        "63032",
        "N",
        "WhatsApp withholds messages to this contact.",
        "WhatsApp retiene los mensajes a este contacto.",
    ),
    (
        "20429 14107 21611 30001 30022 63017 63018",
        "T",
        "Too many messages at once; the number waits.",
        "Demasiados mensajes a la vez; el número espera.",
    ),
    (
        "30023 63038",
        "T",
        "The daily limit is reached; the number waits.",
        "Se alcanzó el límite diario; el número espera.",
    ),
    (
        "20500 20503 30008 30017 30410 63009 63010 63012 63023",
        "R",
        "Twilio or the carrier had a problem of its own; it is tried again.",
        "Twilio o el operador tuvo un problema propio; se intenta de nuevo.",
    ),
    (
        "30003",
        "R",
        "The phone is off or out of reach; it is tried again.",
        "El teléfono está apagado o sin señal; se intenta de nuevo.",
    ),
    (
        "63019 63029",
        "R",
        "The media or template could not be fetched. Check that the link is public.",
        "No se pudo obtener el archivo o la plantilla. Revisa que el enlace sea público.",
    ),
    (
        "63016",
        "F",
        "The contact wrote more than 24 h ago. Send a template instead.",
        "El contacto escribió hace más de 24 h. Envía una plantilla.",
    ),
    (
        "63049",
        "L",
        "WhatsApp withheld it: too many marketing messages, or a contact in the United States.",
        "WhatsApp lo retuvo: demasiado marketing, o un contacto en Estados Unidos.",
    ),
    (
        "21610 63014",
        "O",
        "The contact opted out or blocked us.",
        "El contacto se dio de baja o nos bloqueó.",
    ),
)

Codes = dict[int, tuple[str, str, str]]


def _by_code(rows: tuple[Row, ...]) -> Codes:
    return {int(code): (kind, en, es) for codes, kind, en, es in rows for code in codes.split()}


WHATSAPP: Final = _by_code(_WHATSAPP)
TWILIO: Final = _by_code(_TWILIO)
