"""What is said about campaigns to the people who run them: refusals, causes and reasons, in English and Spanish."""

from typing import Any, Final

from bot_runtime.errors import BotRuntimeError

_REFUSALS: Final[dict[str, tuple[str, str]]] = {
    "name": (
        "a campaign's name has 1 to 120 characters, on one line",
        "el nombre de una campaña tiene de 1 a 120 caracteres, en una línea",
    ),
    "unknown_channel": (
        "there is no channel '{got}'; there are: {known}",
        "no existe el canal '{got}'; existen: {known}",
    ),
    "unknown_department": (
        "there is no department '{got}'; there are: {known}",
        "no existe el departamento '{got}'; existen: {known}",
    ),
    "unknown_template": (
        "there is no template '{got}'; there are: {known}",
        "no existe la plantilla '{got}'; existen: {known}",
    ),
    "template_language": (
        "template '{name}' exists in {known}: say which language",
        "la plantilla '{name}' existe en {known}: di en qué idioma",
    ),
    "unknown_dialog": (
        "there is no dialog '{got}'; there are: {known}",
        "no existe el diálogo '{got}'; existen: {known}",
    ),
    "flow_there": (
        "template '{got}' has a flow already: {name}",
        "la plantilla '{got}' ya tiene un flujo: {name}",
    ),
    "flow_text": (
        "the text has at most {most} characters",
        "el texto tiene como mucho {most} caracteres",
    ),
    "flow_not_written": (
        "a flow for '{got}' cannot be written: {why}",
        "no se puede escribir un flujo para '{got}': {why}",
    ),
    "unknown_goal": (
        "there is no goal '{got}'; there are: {known}",
        "no existe el objetivo '{got}'; existen: {known}",
    ),
    "unknown_expected": (
        "'{name}' is expected as '{got}', which is no type; there are: {known}",
        "'{name}' se espera como '{got}', que no es un tipo; existen: {known}",
    ),
    "bad_names": (
        "at most {most} names of data, of 1 to {longest} characters each, on one line",
        "como mucho {most} nombres de datos, de 1 a {longest} caracteres cada uno, en una línea",
    ),
    "wait_missing": (
        "a campaign that expects an answer says how long it waits: 0 to 24 hours",
        "una campaña que espera respuesta dice cuánto espera: de 0 a 24 horas",
    ),
    "wait_range": (
        "the wait is whole minutes from 0 to 24 hours (0 to 86400 s), not {got} s",
        "la espera son minutos enteros de 0 a 24 horas (0 a 86400 s), no {got} s",
    ),
    "remind_times": (
        "reminders come at most {most} times, each later than the one before and before the wait of {wait} s ends, "
        "in whole minutes; not at {got} s",
        "hay a lo más {most} recordatorios, cada uno después del anterior y antes de que acabe la espera de {wait} s, "
        "en minutos enteros; no a los {got} s",
    ),
    "remind_what": (
        "a reminder is a text of at most {most} characters or a template, one of the two",
        "un recordatorio es un texto de a lo más {most} caracteres o una plantilla, uno de los dos",
    ),
    "remind_whatsapp": (
        "on WhatsApp a campaign's reminder has to be a template: who has not answered has not written for 24 hours",
        "en WhatsApp el recordatorio de una campaña tiene que ser una plantilla: quien no contesta no ha escrito en "
        "24 horas",
    ),
    "remind_lacks": (
        "the reminder needs {got}, and the list fills only {known}",
        "el recordatorio necesita {got}, y la lista sólo llena {known}",
    ),
    "remind_text": (
        "the reminder's text cannot be read (column {column}): {got}",
        "el texto del recordatorio no se puede leer (columna {column}): {got}",
    ),
    "remind_status": (
        "the reminder's template {got} is not approved but {stands}",
        "la plantilla {got} del recordatorio no está aprobada, sino {stands}",
    ),
    "remind_informative": (
        "an informative campaign waits for nobody and reminds nobody",
        "una campaña informativa no espera a nadie ni recuerda nada",
    ),
    "late_policy": (
        "there is no policy '{got}' for late answers; there are: {known}",
        "no existe la política '{got}' para respuestas tardías; existen: {known}",
    ),
    "late_within": (
        "late answers count for 0 to {most} whole hours after the wait, not {got}",
        "las respuestas tardías cuentan de 0 a {most} horas enteras después de la espera, no {got}",
    ),
    "late_say_missing": (
        "say which text a late answer gets: one of 1 to {most} characters",
        "di qué texto recibe una respuesta tardía: uno de 1 a {most} caracteres",
    ),
    "late_say_unused": (
        "a text for late answers is said by the policy 'say' alone: choose it, or leave the text out",
        "el texto para respuestas tardías sólo se dice con la política 'say': elígela o quita el texto",
    ),
    "late_say_long": (
        "the text for late answers has {got} characters; at most {most}, and by SMS {parts} parts",
        "el texto para respuestas tardías tiene {got} caracteres; como mucho {most}, y por SMS {parts} partes",
    ),
    "late_lacks": (
        "the text for late answers needs {got}, and the list fills only {known}",
        "el texto para respuestas tardías necesita {got}, y la lista sólo llena {known}",
    ),
    "late_text": (
        "the text for late answers cannot be read (column {column}): {got}",
        "el texto para respuestas tardías no se puede leer (columna {column}): {got}",
    ),
    "late_informative": (
        "an informative campaign waits for nobody, so no answer to it is late: leave that choice out",
        "una campaña informativa no espera a nadie, así que ninguna respuesta es tardía: quita esa opción",
    ),
    "busy_policy": (
        "there is no policy '{got}' for contacts in a conversation; there are: {known}",
        "no existe la política '{got}' para contactos en una conversación; existen: {known}",
    ),
    "wait_informative": (
        "an informative campaign waits for nobody: leave the wait out",
        "una campaña informativa no espera a nadie: quita la espera",
    ),
    "bot_informative": (
        "an informative campaign has no bot: its answers are ordinary messages",
        "una campaña informativa no lleva bot: sus respuestas son mensajes normales",
    ),
    "no_file": (
        "the list is missing: one .xlsx or CSV file",
        "falta la lista: un archivo .xlsx o CSV",
    ),
    "two_files": (
        "one file at a time; the earlier list stays",
        "un archivo por vez; la lista anterior se queda",
    ),
    "nobody_left": (
        "everybody on the list would be set aside ({why}): nothing would be sent",
        "todos los de la lista quedarían fuera ({why}): no saldría nada",
    ),
    "no_row_left": (
        "without its wrong rows the list is empty",
        "sin las filas incorrectas la lista queda vacía",
    ),
    "no_such_campaign": (
        "there is no campaign '{got}'",
        "no existe la campaña '{got}'",
    ),
    "no_such_row": (
        "row {got} is not in the list",
        "la fila {got} no está en la lista",
    ),
    "state": (
        "this is not possible while the campaign is {state}",
        "esto no es posible mientras la campaña está {state}",
    ),
    "confirm": (
        "the campaign has {messages} messages, not {got}: confirm that number",
        "la campaña tiene {messages} mensajes, no {got}: confirma ese número",
    ),
    "template_gone": (
        "template '{name}' is no longer among the templates",
        "la plantilla '{name}' ya no está entre las plantillas",
    ),
    "template_changed": (
        "template '{name}' changed since the list was checked: edit the campaign and check it again",
        "la plantilla '{name}' cambió desde que se revisó la lista: edita la campaña y revísala de nuevo",
    ),
    "template_status": (
        "template '{name}' is {stands}, not approved",
        "la plantilla '{name}' está {stands}, no aprobada",
    ),
    "channel_gone": (
        "channel '{name}' is no longer configured",
        "el canal '{name}' ya no está configurado",
    ),
    "dialog_gone": (
        "dialog '{name}' no longer exists",
        "el diálogo '{name}' ya no existe",
    ),
    "unknown_zone": (
        "there is no time zone '{got}'; write one as America/Mexico_City",
        "no existe la zona horaria '{got}'; escribe una como America/Mexico_City",
    ),
    "days": (
        "the last day ({got}) is before the first ({first})",
        "el último día ({got}) es anterior al primero ({first})",
    ),
    "past": (
        "{got} is past (it is {now} in {zone}): choose a later minute",
        "{got} ya pasó (son las {now} en {zone}): elige un minuto posterior",
    ),
    "changed_meanwhile": (
        "somebody changed the campaign meanwhile; look again",
        "alguien cambió la campaña entretanto; vuelve a mirarla",
    ),
    "nobody_to_resend": (
        "none of the {failed} failed messages may be sent again: their reasons do not allow it",
        "ninguno de los {failed} mensajes fallidos puede enviarse otra vez: sus motivos no lo permiten",
    ),
    "unknown_format": (
        "expected xlsx or csv, got {got}",
        "se esperaba xlsx o csv, llegó {got}",
    ),
}

STATES: Final[dict[str, tuple[str, str]]] = {
    "draft": ("a draft", "en borrador"),
    "validating": ("being validated", "en validación"),
    "loaded": ("loaded", "cargada"),
    "invalid": ("invalid", "inválida"),
    "scheduled": ("scheduled", "programada"),
    "sending": ("sending", "en envío"),
    "paused": ("paused", "en pausa"),
    "completed": ("completed", "completada"),
    "finished_with_errors": ("finished with errors", "finalizada con errores"),
    "error": ("failed", "con error"),
    "cancelled": ("cancelled", "cancelada"),
}

_CAUSES: Final[dict[str, tuple[str, str]]] = {
    "person": ("paused by a person", "pausada por una persona"),
    "late": (
        "the server was away at its time, for more than six hours; resume it or cancel it",
        "el servidor no estaba a su hora, por más de seis horas; reanúdala o cancélala",
    ),
    "restored": (
        "a backup was restored: what left since then is not known",
        "se restauró una copia: no se sabe qué salió desde entonces",
    ),
    "template_gone": ("its template is gone", "su plantilla ya no existe"),
    "template_changed": ("its template changed", "su plantilla cambió"),
    "template_status": ("its template is not approved now", "su plantilla no está aprobada ahora"),
    "nobody_left": ("everybody on its list would be set aside", "todos los de su lista quedarían fuera"),
    "channel_gone": ("its channel is gone", "su canal ya no existe"),
    "dialog_gone": ("its dialog is gone", "su diálogo ya no existe"),
    "refusals": (
        "the provider refused more than 5 % of the messages",
        "el proveedor rechazó más del 5 % de los mensajes",
    ),
}

_REASONS: Final[dict[str, tuple[str, str]]] = {
    "opted_out": ("opted out", "se dio de baja"),
    "opt_out": ("opted out", "se dio de baja"),
    "blocked": ("blocked", "bloqueado"),
    "left_alone": (
        "WhatsApp asked to leave them alone for a day",
        "WhatsApp pidió no escribirle por un día",
    ),
    "closed_by_hand": ("closed as failed by an operator", "un operador lo dio por fallido"),
    "bad_address": ("the number is not valid", "el número no es válido"),
    "cancelled": ("the campaign was cancelled", "se canceló la campaña"),
    "expired": ("could not leave within 24 hours", "no pudo salir en 24 horas"),
    "unknown": ("nobody knows whether it was accepted", "no se sabe si fue aceptado"),
    "parameter_empty": ("a parameter is empty", "un parámetro está vacío"),
    "parameter_count": ("the parameters do not fit the template", "los parámetros no corresponden a la plantilla"),
    "unknown_template": ("the template is gone", "la plantilla ya no existe"),
    "too_long": ("the message is too long", "el mensaje es demasiado largo"),
    "busy": ("was in another conversation", "estaba en otra conversación"),
    "still_busy": ("was in another conversation for 24 hours", "estuvo en otra conversación 24 horas"),
}


_STATUSES: Final[dict[str, tuple[str, str]]] = {
    "pending": ("pending", "pendiente"),
    "queued": ("queued", "en cola"),
    "unknown": ("unknown", "desconocido"),
    "sent": ("sent", "enviado"),
    "delivered": ("delivered", "entregado"),
    "read": ("read", "leído"),
    "failed": ("failed", "fallido"),
    "expired": ("expired", "vencido"),
    "cancelled": ("cancelled", "cancelado"),
    "skipped": ("skipped", "omitido"),
}

_WORDS: Final[dict[str, tuple[str, str]]] = {
    "sheet": ("Recipients", "Destinatarios"),
    "row": ("Row", "Fila"),
    "phone": ("Phone", "Teléfono"),
    "status": ("Status", "Estado"),
    "reason": ("Reason", "Motivo"),
    "sent_at": ("Sent", "Enviado"),
    "delivered_at": ("Delivered", "Entregado"),
    "read_at": ("Read", "Leído"),
    "failed_at": ("Failed", "Falló"),
    "answered_at": ("Answered", "Respondió"),
    "late": ("Late answer", "Respuesta tardía"),
    "ticket": ("Ticket", "Ticket"),
    "resent": ("resend", "reenvío"),
    "yes": ("yes", "sí"),
    "no": ("no", "no"),
    "not_all_today": (
        "WhatsApp lets this account reach {limit} contacts in 24 hours; not all of the {messages} messages leave on the"
        " day of the launch, the last on {ends}.",
        "WhatsApp deja que esta cuenta llegue a {limit} contactos en 24 horas; no todos los {messages} mensajes salen"
        " el día del envío, el último el {ends}.",
    ),
    "more_than_level": (
        "A send larger than the level puts the number's quality at risk: better send less, or wait for a higher level.",
        "Un envío mayor que el nivel arriesga la calidad del número: mejor enviar menos o esperar a un nivel más alto.",
    ),
    "late_reopen_title": ("Reopen its ticket", "Reabrir su ticket"),
    "late_new_title": ("An ordinary message", "Un mensaje normal"),
    "late_say_title": ("One text, nothing else", "Un texto y nada más"),
    "busy_send_only_title": ("Send without interrupting", "Enviar sin interrumpir"),
    "busy_skip_title": ("Skip", "Omitir"),
    "busy_queue_title": ("Wait until they are free", "Esperar a que termine"),
    "busy_interrupt_title": ("Interrupt the bot", "Interrumpir al bot"),
    "late_reopen": (
        "within {hours} h of the wait's end it reopens the ticket for the bot; later it is an ordinary message",
        "hasta {hours} h después de la espera reabre el ticket para el bot; después es un mensaje normal",
    ),
    "late_new": (
        "it is an ordinary message; within {hours} h of the wait's end it counts as a late answer",
        "es un mensaje normal; hasta {hours} h después de la espera cuenta como respuesta tardía",
    ),
    "late_say": (
        "within {hours} h of the wait's end it gets one text and nothing else ('{text}'); later it is ordinary",
        "hasta {hours} h después de la espera recibe un texto y nada más («{text}»); después es un mensaje normal",
    ),
    "busy_send_only": (
        "the message goes out beside the conversation, which goes on",
        "el mensaje sale junto a la conversación, que sigue",
    ),
    "busy_skip": ("they are skipped", "se omite"),
    "busy_queue": (
        "the message waits until they are free, at most 24 hours; then they are skipped",
        "el mensaje espera a que termine, 24 horas como mucho; después se omite",
    ),
    "busy_interrupt": (
        "it ends a conversation with the bot, never one with a person",
        "termina una conversación con el bot, nunca una con una persona",
    ),
    "unbound_bot": (
        "'{dialog}' does not know what the template said: it may answer out of place unless it holds what is needed",
        "'{dialog}' no sabe qué decía la plantilla: puede responder fuera de lugar si no tiene lo necesario",
    ),
    "active_campaigns": ("Other campaigns are active: {names}", "Hay otras campañas activas: {names}"),
}


class Refused(BotRuntimeError):
    """Something a manager asked that a rule forbids. `code` names the rule, `field` what is wrong.

    `status` is what the API answers: 422 a bad value, 409 not as things stand, 404 not there.
    """

    def __init__(self, code: str, field: str = "", *, status: int = 422, **facts: Any) -> None:
        self.code, self.field, self.status, self.facts = code, field, status, facts
        super().__init__(self.message("en"))

    def message(self, language: str = "en") -> str:
        facts = dict(self.facts)
        if "state" in facts and facts["state"] in STATES:
            facts["state"] = state_said(facts["state"], language)
        if "set_aside" in facts:
            facts["why"] = ", ".join(f"{reason_said(one, language)}: {n}" for one, n in facts["set_aside"].items() if n)
        return _pick(_REFUSALS[self.code], language).format(**facts)


def state_said(state: str, language: str) -> str:
    return _pick(STATES[state], language)


def status_said(status: str, language: str) -> str:
    """What became of a recipient, in a word."""
    return _pick(_STATUSES[status], language)


def word(name: str, language: str, **facts: Any) -> str:
    return _pick(_WORDS[name], language).format(**facts)


def cause_said(cause: str, language: str) -> str:
    """Why a campaign is paused."""
    return _pick(_CAUSES.get(cause, (cause, cause)), language)


def reason_said(reason: str, language: str) -> str:
    """Why a recipient got nothing; a provider's code as it is, with the word for it."""
    if reason in _REASONS:
        return _pick(_REASONS[reason], language)
    return _pick(("error {code} of the provider", "error {code} del proveedor"), language).format(code=reason)


def _pick(said: tuple[str, str], language: str) -> str:
    return said[language.startswith("es")]
