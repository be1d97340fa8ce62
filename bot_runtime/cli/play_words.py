"""What `bot-runtime play` says, in both languages."""

WORDS = {
    "es": {
        "welcome": "{title} · escribe como el contacto; /help dice qué más se puede, /quit termina.",
        "help": (
            "/after 2h     deja pasar el tiempo (30m, 4h, 2d)\n"
            "/tap TEXTO    toca el botón que dice TEXTO\n"
            "/media TIPO   manda image, audio, video, document, sticker o location\n"
            "/form JSON    llena un formulario\n"
            "/service X    contesta el servicio web: un JSON, un estado (404) o un error (timeout)\n"
            "/event N JSON pasa afuera lo que se espera, con sus datos\n"
            "/taken        una persona toma la conversación; /given_back [ESTADO] la devuelve\n"
            "/state        muestra estado, respuestas y espera\n"
            "/undo         deshace lo último\n"
            "/restart      empieza de nuevo\n"
            "/quit         termina (y guarda, con --save)"
        ),
        "unknown": "no conozco /{name}; /help dice qué se puede",
        "no_duration": "una espera se escribe como 30m, 4h, 1h30m o 2d",
        "nothing_to_tap": "ningún botón dice eso; se ven: {labels}",
        "nothing": "nada",
        "no_json": 'los datos se escriben como JSON: {{"saldo": 120}}',
        "nothing_asked": "ningún servicio web espera contestar",
        "no_service": "escribe un JSON, un estado como 404, o un error: {errors}",
        "not_awaited": "no se espera '{name}'; se espera: {known}",
        "event_lacks": "a '{name}' le falta '{lacks}'",
        "not_quiet": "ninguna persona tiene la conversación",
        "not_talking": "el bot no está en la conversación",
        "no_question": "no es una pregunta; son: {states}",
        "nothing_to_undo": "no hay nada que deshacer",
        "undone": "deshecho",
        "restarted": "desde el principio",
        "state": "estado {state}",
        "none": "sin sesión: lo que escribas la empieza",
        "ended": "terminó: {cause}",
        "quiet": "callado: lo tiene una persona",
        "wait": "espera: quedan {left}",
        "saved": "guardado en {file}",
        "comment": "Grabado con `bot-runtime play`.",
        "no_template": "el diálogo '{name}' no empieza con una plantilla",
    },
    "en": {
        "welcome": "{title} · write as the contact; /help says what else there is, /quit ends.",
        "help": (
            "/after 2h     let time go by (30m, 4h, 2d)\n"
            "/tap TEXT     tap the button that says TEXT\n"
            "/media KIND   send image, audio, video, document, sticker or location\n"
            "/form JSON    fill in a form\n"
            "/service X    the web service answers: some JSON, a status (404) or an error (timeout)\n"
            "/event N JSON what is waited for happens outside, with its data\n"
            "/taken        a person takes the conversation; /given_back [STATE] gives it back\n"
            "/state        show state, answers and wait\n"
            "/undo         take back the last thing\n"
            "/restart      begin again\n"
            "/quit         end (and save, with --save)"
        ),
        "unknown": "there is no /{name}; /help says what there is",
        "no_duration": "a wait is written like 30m, 4h, 1h30m or 2d",
        "nothing_to_tap": "no button says that; there are: {labels}",
        "nothing": "nothing",
        "no_json": 'data is written as JSON: {{"balance": 120}}',
        "nothing_asked": "no web service is to answer",
        "no_service": "write some JSON, a status such as 404, or an error: {errors}",
        "not_awaited": "'{name}' is not waited for; these are: {known}",
        "event_lacks": "'{name}' lacks '{lacks}'",
        "not_quiet": "no person has the conversation",
        "not_talking": "the bot is not in the conversation",
        "no_question": "no such question; there are: {states}",
        "nothing_to_undo": "there is nothing to take back",
        "undone": "taken back",
        "restarted": "from the beginning",
        "state": "state {state}",
        "none": "no session: what you write begins one",
        "ended": "ended: {cause}",
        "quiet": "quiet: a person has it",
        "wait": "waits: {left} left",
        "saved": "saved in {file}",
        "comment": "Recorded with `bot-runtime play`.",
        "no_template": "dialog '{name}' is not started by a template",
    },
}
