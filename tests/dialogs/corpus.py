# ruff: noqa: E501 (what is told stands on one line, as it is printed)
"""Broken dialogs, and what their author is told about each, in English and Spanish: all of it, with its place.

A case is the dialog below with one thing changed. `line:column` count from 1; the file is always `dialogs/x.yaml`.
"""

from typing import NamedTuple

FINE = """\
dialog: demo
retry: { goto: fin }
needs: { nombre: text }
states:
  inicio:
    ask: ¿Seguimos?
    answer: yes_no
    save: sigue
    goto: fin
  fin:
    close: listo
"""


class Case(NamedTuple):
    about: str
    source: str | bytes
    told: list[str]
    told_in_spanish: list[str]


def changed(this: str, into: str) -> str:
    assert this in FINE
    return FINE.replace(this, into)


CASES = [
    Case(
        "tab",
        changed("  inicio:\n", "\tinicio:\n"),
        ["5:1: a tab cannot indent; use spaces"],
        ["5:1: un tabulador no sirve de sangría; usa espacios"],
    ),
    Case(
        "tab_between",
        changed("    ask: ¿Seguimos?\n", "    ask: ¿Seguimos?\n\tmore: x\n"),
        ["7:1: a tab cannot indent; use spaces"],
        ["7:1: un tabulador no sirve de sangría; usa espacios"],
    ),
    Case(
        "duplicate_key",
        changed("    save: sigue\n", "    save: sigue\n    save: otra\n"),
        ["9:5: 'save' is here twice; the first is on line 8; delete one"],
        ["9:5: 'save' está dos veces; la primera está en la línea 8; borra una"],
    ),
    Case(
        "duplicate_state",
        FINE + "  fin:\n    say: hola\n",
        ["12:3: 'fin' is here twice; the first is on line 10; delete one"],
        ["12:3: 'fin' está dos veces; la primera está en la línea 10; borra una"],
    ),
    Case(
        "anchor",
        changed("save: sigue", "save: &x sigue"),
        [
            "8:11: anchors (`&x`) are not used here; write the value where it belongs; put a text that begins with & in quotes"
        ],
        [
            "8:11: aquí no se usan anclas (`&x`); escribe el valor donde va; pon entre comillas un texto que empiece con &"
        ],
    ),
    Case(
        "alias",
        changed("save: sigue", "save: *x"),
        ["8:11: aliases (`*x`) are not used here; write the value itself; put a text that begins with * in quotes"],
        ["8:11: aquí no se usan alias (`*x`); escribe el valor mismo; pon entre comillas un texto que empiece con *"],
    ),
    Case(
        "merge",
        changed("    save: sigue\n", "    <<: { save: sigue }\n"),
        ["8:5: `<<` is not used here; write the keys themselves"],
        ["8:5: aquí no se usa `<<`; escribe las claves mismas"],
    ),
    Case(
        "tag",
        changed("save: sigue", "save: !!str sigue"),
        ["8:11: tags (!!str) are not used here; write the value alone; put a text that begins with ! in quotes"],
        [
            "8:11: aquí no se usan etiquetas de YAML (!!str); escribe solo el valor; pon entre comillas un texto que empiece con !"
        ],
    ),
    Case(
        "python tag",
        changed("save: sigue", "save: !!python/object/apply:os.system [ls]"),
        [
            "8:11: tags (!!python/object/apply:os.system) are not used here; write the value alone; put a text that begins with ! in quotes"
        ],
        [
            "8:11: aquí no se usan etiquetas de YAML (!!python/object/apply:os.system); escribe solo el valor; pon entre comillas un texto que empiece con !"
        ],
    ),
    Case(
        "second",
        FINE + "---\ndialog: otro\n",
        ["12:1: a second document begins here (`---`); one dialog a file"],
        ["12:1: aquí empieza un segundo documento (`---`); un diálogo por archivo"],
    ),
    Case(
        "colon",
        changed("ask: ¿Seguimos?", "ask: Dime: ¿seguimos?"),
        ["6:14: a second `:` on this line; put the text in quotes if it holds `: `, or look at the indentation"],
        ["6:14: hay un segundo `:` en esta línea; pon entre comillas el texto que lleve `: `, o revisa la sangría"],
    ),
    Case(
        "reserved",
        changed("ask: ¿Seguimos?", "ask: @ana, ¿seguimos?"),
        ["6:10: a text cannot begin with @; put it in quotes"],
        ["6:10: un texto no puede empezar con @; ponlo entre comillas"],
    ),
    Case(
        "unclosed list",
        changed("answer: yes_no", "answer: { type: choice, choices: [uno, dos }"),
        ["7:38: this `[` is not closed, or a comma is missing; lists are `[one, two]`"],
        ["7:38: este `[` no se cierra, o falta una coma; una lista es `[uno, dos]`"],
    ),
    Case(
        "unclosed quote",
        changed("ask: ¿Seguimos?", 'ask: "¿Seguimos?'),
        ["6:10: this quote is never closed; add the closing quote"],
        ["6:10: estas comillas no se cierran; pon las comillas que faltan"],
    ),
    Case(
        "escape",
        changed("ask: ¿Seguimos?", 'ask: "¿Seguimos\\? "'),
        ["6:20: this `\\` means nothing here; write `\\\\`, or put the text in single quotes"],
        ["6:20: este `\\` no significa nada aquí; escribe `\\\\`, o pon el texto entre comillas simples"],
    ),
    Case(
        "indentation",
        changed("    save: sigue", "   save: sigue"),
        ["8:4: this line is not indented like the ones it belongs to; line it up with its neighbours"],
        ["8:4: esta línea no tiene la sangría de las que la acompañan; alinéala con sus vecinas"],
    ),
    Case(
        "missing colon",
        changed("    save: sigue", "    save sigue"),
        ["8:5: a `:` is missing after this key; write `key: value`"],
        ["8:5: falta `:` después de esta clave; escribe `clave: valor`"],
    ),
    Case(
        "brace text",
        changed("ask: ¿Seguimos?", "ask: {{ nombre }}, ¿seguimos?"),
        ['6:10: a text that begins with {{ needs quotes; write "{{ name }} …"'],
        ['6:10: un texto que empieza con {{ va entre comillas; escribe "{{ nombre }} …"'],
    ),
    Case(
        "not utf8",
        FINE.encode("latin-1"),
        ["6:10: this character is not UTF-8; save the file with the encoding UTF-8"],
        ["6:10: este carácter no es UTF-8; guarda el archivo con la codificación UTF-8"],
    ),
    Case(
        "binary",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        ["1:1: this is not a text file; the files of a workspace are YAML texts saved as UTF-8"],
        [
            "1:1: esto no es un archivo de texto; los archivos de un espacio de trabajo son textos YAML guardados como UTF-8"
        ],
    ),
    Case(
        "nul",
        changed("sigue", "si\x00gue"),
        ["8:13: this is not a text file; the files of a workspace are YAML texts saved as UTF-8"],
        [
            "8:13: esto no es un archivo de texto; los archivos de un espacio de trabajo son textos YAML guardados como UTF-8"
        ],
    ),
    Case(
        "control",
        changed("¿Seguimos?", "¿Segui\x1bmos?"),
        ["6:16: invisible character U+001B; delete it"],
        ["6:16: carácter invisible U+001B; bórralo"],
    ),
    Case(
        "empty",
        "",
        ["1:1: the file does not hold what it should; it has to begin with `dialog: name` and its states"],
        ["1:1: el archivo no contiene lo que debe; tiene que empezar con `dialog: nombre` y sus estados"],
    ),
    Case(
        "list",
        "- dialog: demo\n",
        ["1:1: the file does not hold what it should; it has to begin with `dialog: name` and its states"],
        ["1:1: el archivo no contiene lo que debe; tiene que empezar con `dialog: nombre` y sus estados"],
    ),
    Case(
        "text",
        "hola\n",
        ["1:1: the file does not hold what it should; it has to begin with `dialog: name` and its states"],
        ["1:1: el archivo no contiene lo que debe; tiene que empezar con `dialog: nombre` y sus estados"],
    ),
    Case(
        "misspelled key",
        changed("states:", "estates:"),
        ["4:1: unknown key 'estates'; did you mean 'states'?"],
        ["4:1: clave desconocida 'estates'; ¿quisiste decir 'states'?"],
    ),
    Case(
        "misspelled key in state",
        changed("    save: sigue", "    sav: sigue"),
        ["8:5: unknown key 'sav'; did you mean 'save'?"],
        ["8:5: clave desconocida 'sav'; ¿quisiste decir 'save'?"],
    ),
    Case(
        "key beside its group",
        changed("answer: yes_no", "answer: number\n    max: 9"),
        ["8:5: 'max' belongs inside 'answer'; write `answer: { type: number, max: 9 }`"],
        ["8:5: 'max' va dentro de 'answer'; escribe `answer: { type: number, max: 9 }`"],
    ),
    Case(
        "option in short",
        changed("answer: yes_no", "menu:\n      - Sí: fin\n      - Ahora no: fin"),
        [
            "8:9: an option says its label and where it leads, each by its key; write `{ label: Sí, goto: fin }`",
            "9:9: an option says its label and where it leads, each by its key; write `{ label: Ahora no, goto: fin }`",
        ],
        [
            "8:9: una opción dice su etiqueta y a dónde lleva, cada una con su clave; escribe `{ label: Sí, goto: fin }`",
            "9:9: una opción dice su etiqueta y a dónde lleva, cada una con su clave; escribe `{ label: Ahora no, goto: fin }`",
        ],
    ),
    Case(
        "words without brackets",
        changed(
            "states:", "starts: { keywords: ['a, b'] }\nanywhere:\n  - words: ayuda, persona\n    goto: fin\nstates:"
        ),
        ["6:12: warning: 'ayuda, persona' is one text here; a list is written `[ayuda, persona]`"],
        ["6:12: aviso: 'ayuda, persona' es aquí un solo texto; una lista se escribe `[ayuda, persona]`"],
    ),
    Case(
        "yes as a name",
        changed("    goto: fin\n", "    when:\n      - { if: sigue == sí, goto: fin }\n      - { else: fin }\n"),
        ["10:24: unknown name 'sí'; did you mean 'true'?"],
        ["10:24: nombre desconocido 'sí'; ¿quisiste decir 'true'?"],
    ),
    Case(
        "spanish key",
        changed("    ask: ", "    pregunta: "),
        ["6:5: unknown key 'pregunta'; did you mean 'ask'?"],
        ["6:5: clave desconocida 'pregunta'; ¿quisiste decir 'ask'?"],
    ),
    Case(
        "far key",
        changed("    save: sigue", "    color: rojo"),
        [
            "8:5: unknown key 'color'; the keys here are say, ask, menu, more, else, answer, check, save, set, goto, when, retry, …"
        ],
        [
            "8:5: clave desconocida 'color'; las claves de aquí son say, ask, menu, more, else, answer, check, save, set, goto, when, retry, …"
        ],
    ),
    Case(
        "missing dialog",
        changed("dialog: demo\n", ""),
        ["1:1: 'dialog' is missing; add `dialog:` here"],
        ["1:1: falta 'dialog'; agrega `dialog:` aquí"],
    ),
    Case(
        "missing states",
        "dialog: demo\n",
        ["1:1: 'states' is missing; add `states:` here"],
        ["1:1: falta 'states'; agrega `states:` aquí"],
    ),
    Case(
        "no states",
        "dialog: demo\nstates: {}\n",
        ["2:1: 'states' is empty; write something or delete it"],
        ["2:1: 'states' está vacío; escribe algo o bórralo"],
    ),
    Case(
        "norway",
        changed("needs:", "starts: { default: no }\nneeds:"),
        ["3:20: 'default' must be true or false, and 'no' is a text; write false"],
        ["3:20: 'default' tiene que ser true o false, y 'no' es un texto; escribe false"],
    ),
    Case(
        "norway yes",
        changed("needs:", "starts: { default: sí }\nneeds:"),
        ["3:20: 'default' must be true or false, and 'sí' is a text; write true"],
        ["3:20: 'default' tiene que ser true o false, y 'sí' es un texto; escribe true"],
    ),
    Case(
        "number for text",
        changed("ask: ¿Seguimos?", "ask: 5"),
        ["6:10: 'ask' must be a text, and 5 is not; put it in quotes: \"5\""],
        ["6:10: 'ask' tiene que ser un texto, y 5 no lo es; ponlo entre comillas: \"5\""],
    ),
    Case(
        "list for text",
        changed("ask: ¿Seguimos?", "ask: [a, b]"),
        ["6:10: 'ask' must be text, not a list"],
        ["6:10: 'ask' tiene que ser un texto, no una lista"],
    ),
    Case(
        "text for group",
        changed("retry: { goto: fin }", "retry: fin"),
        ["2:8: 'retry' must be a group of `key: value`, not 'fin'"],
        ["2:8: 'retry' tiene que ser un grupo de `clave: valor`, no 'fin'"],
    ),
    Case(
        "nothing",
        changed("ask: ¿Seguimos?", "ask:"),
        ["6:5: 'ask' is empty; it takes text"],
        ["6:5: 'ask' está vacío; lleva un texto"],
    ),
    Case(
        "empty text",
        changed("ask: ¿Seguimos?", 'ask: ""'),
        ["6:5: 'ask' is empty; write something or delete it"],
        ["6:5: 'ask' está vacío; escribe algo o bórralo"],
    ),
    Case(
        "bad name",
        changed("dialog: demo", "dialog: Mi Demo"),
        ["1:9: 'dialog' needs a name of a-z, 0-9 and _, not 'Mi Demo'; did you mean 'mi_demo'?"],
        ["1:9: 'dialog' lleva un nombre con a-z, 0-9 y _, no 'Mi Demo'; ¿quisiste decir 'mi_demo'?"],
    ),
    Case(
        "bad state",
        changed("inicio", "Inicio 1"),
        ["5:3: a state cannot be called 'Inicio 1'; did you mean 'inicio_1'?"],
        ["5:3: un estado no puede llamarse 'Inicio 1'; ¿quisiste decir 'inicio_1'?"],
    ),
    Case(
        "answer type",
        changed("answer: yes_no", "answer: yesno"),
        ["7:13: unknown answer type 'yesno'; did you mean 'yes_no'?"],
        ["7:13: tipo de respuesta desconocido 'yesno'; ¿quisiste decir 'yes_no'?"],
    ),
    Case(
        "language",
        changed("needs:", "language: español\nneeds:"),
        ["3:11: 'language' cannot be 'español'; did you mean 'es'?"],
        ["3:11: 'language' no puede ser 'español'; ¿quisiste decir 'es'?"],
    ),
    Case(
        "attempts",
        changed("retry: { goto: fin }", "retry: { goto: fin, attempts: 11 }"),
        ["2:31: 'attempts' cannot be 11; from 1 to 10"],
        ["2:31: 'attempts' no puede ser 11; de 1 a 10"],
    ),
    Case(
        "duration number",
        changed("needs:", "response_timeout: 90\nneeds:"),
        ["3:19: 90 is not a time; did you mean 90m? Times are written 90m, 4h, 1h30m or 0"],
        ["3:19: 90 no es un tiempo; ¿quisiste decir 90m? Los tiempos se escriben 90m, 4h, 1h30m o 0"],
    ),
    Case(
        "duration words",
        changed("needs:", "response_timeout: 4 horas\nneeds:"),
        ["3:19: '4 horas' is not a time; did you mean 4h? Times are written 90m, 4h, 1h30m or 0"],
        ["3:19: '4 horas' no es un tiempo; ¿quisiste decir 4h? Los tiempos se escriben 90m, 4h, 1h30m o 0"],
    ),
    Case(
        "duration day",
        changed("needs:", "response_timeout: 1d\nneeds:"),
        ["3:19: '1d' is not a time; did you mean 24h? Times are written 90m, 4h, 1h30m or 0"],
        ["3:19: '1d' no es un tiempo; ¿quisiste decir 24h? Los tiempos se escriben 90m, 4h, 1h30m o 0"],
    ),
    Case(
        "duration seconds",
        changed("needs:", "response_timeout: 30s\nneeds:"),
        ["3:19: '30s' is not a time; write 90m, 4h, 1h30m or 0, in whole minutes"],
        ["3:19: '30s' no es un tiempo; escribe 90m, 4h, 1h30m o 0, en minutos enteros"],
    ),
    Case(
        "duration long",
        changed("needs:", "response_timeout: 25h\nneeds:"),
        ["3:19: 'response_timeout' cannot be 25h; from 0 to 24h"],
        ["3:19: 'response_timeout' no puede ser 25h; de 0 a 24h"],
    ),
    Case(
        "duration negative",
        changed("needs:", "response_timeout: -1h\nneeds:"),
        ["3:19: '-1h' is not a time; write 90m, 4h, 1h30m or 0, in whole minutes"],
        ["3:19: '-1h' no es un tiempo; escribe 90m, 4h, 1h30m o 0, en minutos enteros"],
    ),
    Case(
        "goto",
        changed("    goto: fin", "    goto: fni"),
        ["9:11: unknown state 'fni'; did you mean 'fin'?"],
        ["9:11: estado desconocido 'fni'; ¿quisiste decir 'fin'?"],
    ),
    Case(
        "deleted",
        "dialog: demo\nretry: { goto: otro }\nneeds: { nombre: text }\nstates:\n  inicio:\n    ask: ¿Seguimos?\n    answer: yes_no\n    save: sigue\n    goto: fin\n  otro:\n    close: listo\n",
        ["9:11: unknown state 'fin'; the states are inicio, otro"],
        ["9:11: estado desconocido 'fin'; los estados son inicio, otro"],
    ),
    Case(
        "both",
        changed("    save: sigue", "    say: Hola\n    save: sigue"),
        ["8:5: 'inicio' asks and acts: `say` cannot stand beside `ask`; put `say` in a state of its own"],
        ["8:5: 'inicio' pregunta y actúa: `say` no puede ir junto a `ask`; pon `say` en un estado propio"],
    ),
    Case(
        "neither",
        FINE + "  vacio: {}\nanywhere: [{ words: [x], goto: vacio }]\n",
        ["12:3: state 'vacio' does nothing; give it an `ask`, or an action: say, set, goto, when, handoff or close"],
        ["12:3: el estado 'vacio' no hace nada; dale un `ask`, o una acción: say, set, goto, when, handoff o close"],
    ),
    Case(
        "no ask",
        "dialog: demo\nretry: { goto: fin }\nneeds: { nombre: text }\nstates:\n  inicio:\n    answer: yes_no\n    goto: fin\n  fin:\n    close: listo\n",
        ["6:5: `answer` belongs to a question, and 'inicio' has no `ask`; add `ask:`, or delete `answer`"],
        ["6:5: `answer` es de una pregunta, y 'inicio' no tiene `ask`; agrega `ask:` o borra `answer`"],
    ),
    Case(
        "no answer",
        changed("    answer: yes_no\n", ""),
        [
            "6:5: question 'inicio' does not say what fits as an answer; add `menu:` or `answer:` (`answer: text` takes any text)"
        ],
        [
            "6:5: la pregunta 'inicio' no dice qué respuesta espera; agrega `menu:` o `answer:` (`answer: text` acepta cualquier texto)"
        ],
    ),
    Case(
        "branches in Spanish",
        changed("    goto: fin\n  fin", "    when:\n      - { si: sigue, goto: fin }\n      - { sino: fin }\n  fin"),
        [
            "10:11: unknown key 'si'; did you mean 'if'?",
            "11:11: unknown key 'sino'; did you mean 'else'?",
        ],
        [
            "10:11: clave desconocida 'si'; ¿quisiste decir 'if'?",
            "11:11: clave desconocida 'sino'; ¿quisiste decir 'else'?",
        ],
    ),
    Case(
        "word that leads nowhere, in Spanish",
        FINE + "anywhere: [{ words: [menu], ir: inicio }]\n",
        ["12:29: unknown key 'ir'; did you mean 'goto'?"],
        ["12:29: clave desconocida 'ir'; ¿quisiste decir 'goto'?"],
    ),
    Case(
        "state with a capital",
        FINE.replace("fin\n", "Año\n").replace("fin }", "Año }").replace("  fin:", "  Año:"),
        ["10:3: a state cannot be called 'Año'; did you mean 'año'?"],
        ["10:3: un estado no puede llamarse 'Año'; ¿quisiste decir 'año'?"],
    ),
    Case(
        "bold at the beginning",
        changed("¿Seguimos?", "*Hola*, ¿seguimos?"),
        ["6:10: a text cannot begin with *; put it in quotes"],
        ["6:10: un texto no puede empezar con *; ponlo entre comillas"],
    ),
    Case(
        "comma in a label",
        changed("answer: yes_no", "menu: [{ label: Sí, claro, goto: fin }, { label: { es: No, gracias }, goto: fin }]"),
        [
            "7:21: a comma cuts this text of 'label'; put it in quotes: \"Sí, claro\"",
            "7:60: a comma cuts this text of 'es'; put it in quotes: \"No, gracias\"",
            "9:5: warning: `goto` is never taken: each option has a `goto` of its own; delete it",
        ],
        [
            "7:21: una coma corta este texto de 'label'; ponlo entre comillas: \"Sí, claro\"",
            "7:60: una coma corta este texto de 'es'; ponlo entre comillas: \"No, gracias\"",
            "9:5: aviso: `goto` no se toma nunca: cada opción tiene su propio `goto`; bórralo",
        ],
    ),
    Case(
        "key of an option without a value",
        changed("answer: yes_no", "menu: [{ label: Sí, secondary }, No]"),
        ["7:25: 'secondary' is empty; it takes true or false"],
        ["7:25: 'secondary' está vacío; lleva true o false"],
    ),
    Case(
        "key of an option misspelt",
        changed("answer: yes_no", "menu: [{ label: Sí, synonims: [va] }, No]"),
        ["7:25: unknown key 'synonims'; did you mean 'synonyms'?"],
        ["7:25: clave desconocida 'synonims'; ¿quisiste decir 'synonyms'?"],
    ),
    Case(
        "menu without options",
        changed("    answer: yes_no\n", "    menu: []\n"),
        ["7:5: 'menu' is empty; write something or delete it"],
        ["7:5: 'menu' está vacío; escribe algo o bórralo"],
    ),
    Case(
        "address of a medium",
        changed(
            "    ask: ¿Seguimos?\n    answer: yes_no\n    save: sigue\n", "    say: { image: shop.example/map.png }\n"
        ),
        ["6:19: 'image' must be a web address, not 'shop.example/map.png'; it begins with https://"],
        ["6:19: 'image' tiene que ser una dirección web, no 'shop.example/map.png'; empieza con https://"],
    ),
    Case(
        "menu and answer",
        changed("    answer: yes_no\n", "    answer: yes_no\n    menu: [a, b]\n"),
        ["7:5: 'inicio' has both `menu` and `answer`; keep one of them"],
        ["7:5: 'inicio' tiene `menu` y `answer`; deja uno de los dos"],
    ),
    Case(
        "no exit",
        changed("retry: { goto: fin }\n", ""),
        [
            "4:3: 'inicio' has no way out when nobody understands the answer; add `retry: { goto: state }` here or for the whole dialog"
        ],
        [
            "4:3: 'inicio' no tiene salida cuando nadie entiende la respuesta; agrega `retry: { goto: estado }` aquí o para todo el diálogo"
        ],
    ),
    Case(
        "no else",
        changed("    goto: fin", "    when:\n      - { if: sigue, goto: fin }"),
        ["9:5: `when` has no `else`; add `- else: state` as its last branch"],
        ["9:5: a `when` le falta `else`; agrega `- else: estado` como última rama"],
    ),
    Case(
        "else first",
        changed("    goto: fin", "    when:\n      - { else: fin }\n      - { if: sigue, goto: fin }"),
        ["10:11: `else` is not the last branch; what comes after it never happens"],
        ["10:11: `else` no es la última rama; lo que viene después no ocurre nunca"],
    ),
    Case(
        "if alone",
        changed("    goto: fin", "    when:\n      - { if: sigue }\n      - { else: fin }\n"),
        ["10:9: this branch is not whole; write `if: …, goto: state` or `else: state`"],
        ["10:9: esta rama no está completa; escribe `if: …, goto: estado` o `else: estado`"],
    ),
    Case(
        "goto and when",
        changed("    goto: fin", "    goto: fin\n    when:\n      - { else: fin }\n"),
        ["9:5: `goto` beside `when`: only one can lead on; write it as `else:`, the last of `when`"],
        ["9:5: `goto` junto a `when`: solo uno puede llevar adelante; escríbelo como `else:`, lo último de `when`"],
    ),
    Case(
        "after close",
        changed("    close: listo", "    close: listo\n    say: Adiós"),
        ["12:5: `say` stands after `close`, which ends the dialog; write it before `close`"],
        ["12:5: `say` está después de `close`, que termina el diálogo; escríbelo antes de `close`"],
    ),
    Case(
        "goto after close",
        changed("    close: listo", "    close: listo\n    goto: inicio"),
        ["12:5: `goto` never happens: `close` ends the dialog; delete one, or close in a state of its own"],
        ["12:5: `goto` no ocurre nunca: `close` termina el diálogo; borra uno, o cierra en un estado propio"],
    ),
    Case(
        "reason",
        changed("close: listo", "close: lsito"),
        ["11:12: unknown close reason 'lsito'; did you mean 'listo'?"],
        ["11:12: motivo de cierre desconocido 'lsito'; ¿quisiste decir 'listo'?"],
    ),
    Case(
        "reserved reason",
        changed("close: listo", "close: no_answer"),
        ["11:12: the reason 'no_answer' is the system's own; choose another name"],
        ["11:12: el motivo 'no_answer' es del sistema; elige otro nombre"],
    ),
    Case(
        "department",
        changed("    close: listo", "    handoff: { department: cobransa }"),
        ["11:28: unknown department 'cobransa'; did you mean 'cobranza'?"],
        ["11:28: departamento desconocido 'cobransa'; ¿quisiste decir 'cobranza'?"],
    ),
    Case(
        "name in text",
        changed("¿Seguimos?", "¿Seguimos, {{ nombr }}?"),
        ["6:24: unknown name 'nombr'; did you mean 'nombre'?"],
        ["6:24: nombre desconocido 'nombr'; ¿quisiste decir 'nombre'?"],
    ),
    Case(
        "name in quoted",
        changed("ask: ¿Seguimos?", 'ask: "¿\\"Seguimos\\", {{ nombr }}?"'),
        ["6:29: unknown name 'nombr'; did you mean 'nombre'?"],
        ["6:29: nombre desconocido 'nombr'; ¿quisiste decir 'nombre'?"],
    ),
    Case(
        "name in single",
        changed("ask: ¿Seguimos?", "ask: '¿''Seguimos'', {{ nombr }}?'"),
        ["6:29: unknown name 'nombr'; did you mean 'nombre'?"],
        ["6:29: nombre desconocido 'nombr'; ¿quisiste decir 'nombre'?"],
    ),
    Case(
        "name in block",
        changed("ask: ¿Seguimos?", "ask: |\n      Hola.\n      ¿Seguimos, {{ nombr }}?"),
        ["8:21: unknown name 'nombr'; did you mean 'nombre'?"],
        ["8:21: nombre desconocido 'nombr'; ¿quisiste decir 'nombre'?"],
    ),
    Case(
        "name in folded",
        changed("ask: ¿Seguimos?", "ask: >-\n      Hola,\n      ¿seguimos, {{ nombr }}?"),
        ["8:21: unknown name 'nombr'; did you mean 'nombre'?"],
        ["8:21: nombre desconocido 'nombr'; ¿quisiste decir 'nombre'?"],
    ),
    Case(
        "name in plain over lines",
        changed("ask: ¿Seguimos?", "ask: Hola,\n      ¿seguimos, {{ nombr }}?"),
        ["7:21: unknown name 'nombr'; did you mean 'nombre'?"],
        ["7:21: nombre desconocido 'nombr'; ¿quisiste decir 'nombre'?"],
    ),
    Case(
        "answer outside",
        changed("¿Seguimos?", "¿Seguimos, {{ answer }}?"),
        ["6:24: `answer` is known only inside `check`; give it a name with `save:` and use that"],
        ["6:24: `answer` solo se conoce dentro de `check`; dale un nombre con `save:` y usa ese"],
    ),
    Case(
        "unclosed braces",
        changed("¿Seguimos?", "¿Seguimos, {{ nombre ?"),
        ["6:21: this {{ is never closed"],
        ["6:21: este {{ no se cierra nunca"],
    ),
    Case(
        "filter",
        changed("¿Seguimos?", "¿Seguimos, {{ nombre | uper }}?"),
        ["6:33: unknown filter 'uper'; did you mean 'upper'?"],
        ["6:33: filtro desconocido 'uper'; ¿quisiste decir 'upper'?"],
    ),
    Case(
        "positional",
        changed("ask: ¿Seguimos?", 'ask: "Hola {{1}}"'),
        ["6:18: '{{1}}' is for templates; write the name of the data"],
        ["6:18: '{{1}}' es de las plantillas; escribe el nombre del dato"],
    ),
    Case(
        "single equals",
        changed("    goto: fin", "    when:\n      - { if: sigue = true, goto: fin }\n      - { else: fin }\n"),
        ["10:21: '=' is not used here; write =="],
        ["10:21: '=' no se usa aquí; escribe =="],
    ),
    Case(
        "spanish and",
        changed("    goto: fin", '    when:\n      - { if: sigue y nombre == "x", goto: fin }\n      - { else: fin }'),
        ["10:21: 'y' is not used here; write and"],
        ["10:21: 'y' no se usa aquí; escribe and"],
    ),
    Case(
        "unquoted",
        changed("    goto: fin", "    goto: pon\n  pon:\n    set: { sucursal: centro }\n    goto: fin"),
        ["11:22: unknown name 'centro'; a text goes in quotes of its own: '\"centro\"'"],
        ["11:22: nombre desconocido 'centro'; un texto va entre comillas propias: '\"centro\"'"],
    ),
    Case(
        "reserved name",
        changed("save: sigue", "save: answer"),
        ["8:5: 'answer' has a meaning of its own; choose another name"],
        ["8:5: 'answer' ya tiene un significado; elige otro nombre"],
    ),
    Case(
        "endless",
        changed("    goto: fin", "    goto: uno\n  uno: { goto: dos }\n  dos: { goto: uno }"),
        ["10:3: 'uno' goes round without ever asking: uno → dos → uno; let one of them ask, hand off or close"],
        ["10:3: 'uno' da vueltas sin preguntar nunca: uno → dos → uno; que uno de ellos pregunte, derive o cierre"],
    ),
    Case(
        "endless when",
        changed(
            "    goto: fin", "    goto: uno\n  uno:\n    when:\n      - { if: sigue, goto: uno }\n      - { else: uno }"
        ),
        ["10:3: 'uno' goes round without ever asking: uno → uno; let one of them ask, hand off or close"],
        ["10:3: 'uno' da vueltas sin preguntar nunca: uno → uno; que uno de ellos pregunte, derive o cierre"],
    ),
    Case(
        "maybe",
        changed(
            "    goto: fin", "    goto: uno\n  uno:\n    when:\n      - { if: sigue, goto: uno }\n      - { else: fin }"
        ),
        [
            "10:3: warning: 'uno' may go round without asking: uno → uno; after 50 steps in one turn the dialog is stopped"
        ],
        [
            "10:3: aviso: 'uno' puede dar vueltas sin preguntar: uno → uno; tras 50 pasos en un turno el diálogo se detiene"
        ],
    ),
    Case(
        "unreachable",
        FINE + "  lejos:\n    say: Hola\n",
        ["12:3: warning: nothing leads to state 'lejos'; add a `goto: lejos` somewhere, or delete it"],
        ["12:3: aviso: nada lleva al estado 'lejos'; agrega `goto: lejos` en algún lugar, o bórralo"],
    ),
    Case(
        "labels",
        changed("answer: yes_no", "menu: [Sí, No, ¡SI!]"),
        ["7:20: '¡SI!' reads the same as 'Sí'; contacts could not choose between them"],
        ["7:20: '¡SI!' se lee igual que 'Sí'; nadie podría elegir entre los dos"],
    ),
    Case(
        "number label",
        changed("answer: yes_no", 'menu: ["2", Dos]'),
        ["7:12: '2' is the number of another option; this option is number 1; name it otherwise"],
        ["7:12: '2' es el número de otra opción; esta opción es la 1; llámala de otro modo"],
    ),
    Case(
        "opt out",
        changed("answer: yes_no", "menu: [Pagar, Baja]"),
        ["7:19: warning: 'Baja' always means opting out: no dialog ever sees it; choose another word"],
        ["7:19: aviso: 'Baja' siempre significa darse de baja: ningún diálogo la ve; elige otra palabra"],
    ),
    Case(
        "codes",
        changed("answer: yes_no", "menu: [9/10, 9-10]"),
        ["7:18: '9-10' and '9/10' would both be stored as '9_10'; give one a `code` of its own"],
        ["7:18: '9-10' y '9/10' se guardarían los dos como '9_10'; dale a uno su propio `code`"],
    ),
    Case(
        "buttons",
        changed("answer: yes_no", "menu: [{ label: Sí, button: X }, { label: No, button: X }]"),
        [
            "7:59: payload 'X' is also used in 'inicio'; each option needs its own; leave `button` out unless a template sends it"
        ],
        [
            "7:59: la marca 'X' también se usa en 'inicio'; cada opción lleva la suya; quita `button` si ninguna plantilla lo envía"
        ],
    ),
    Case(
        "rating",
        changed("answer: yes_no", "answer: { type: rating, max: 11 }"),
        ["7:34: a rating cannot reach 11; from 0 to 10"],
        ["7:34: una calificación no puede llegar a 11; de 0 a 10"],
    ),
    Case(
        "min max",
        changed("answer: yes_no", "answer: { type: number, min: 5, max: 1 }"),
        ["7:34: min (5) is above max (1)"],
        ["7:34: min (5) es mayor que max (1)"],
    ),
    Case(
        "limit",
        changed("answer: yes_no", "answer: { type: yes_no, max: 1 }"),
        ["7:29: an answer of type yes_no takes no 'max'; possible here: none"],
        ["7:29: una respuesta de tipo yes_no no lleva 'max'; aquí van: ninguno"],
    ),
    Case(
        "choices",
        changed("answer: yes_no", "answer: choice"),
        ["7:13: `choice` needs its `choices`; write `answer: { type: choice, choices: [one, two] }`"],
        ["7:13: a `choice` le faltan sus `choices`; escribe `answer: { type: choice, choices: [uno, dos] }`"],
    ),
    Case(
        "keep",
        changed("    save: sigue", "    save: sigue\n    keep: [menú]"),
        ["9:12: warning: 'menú' is not a word of `anywhere`; in `anywhere`: none"],
        ["9:12: aviso: 'menú' no es una palabra de `anywhere`; en `anywhere`: ninguno"],
    ),
    Case(
        "anywhere twice",
        FINE + "anywhere:\n  - { words: [menú, inicio], goto: inicio }\n  - { words: menu, goto: fin }\n",
        ["14:14: 'menu' is here twice; delete one"],
        ["14:14: 'menu' está dos veces; borra una"],
    ),
    Case(
        "media",
        changed(
            "    close: listo", "    say: { image: https://x.mx/a.png, video: https://x.mx/b.mp4 }\n    close: listo"
        ),
        ["11:10: a medium has exactly one kind; one of image, audio, video, document"],
        ["11:10: un medio es de una sola clase; una de image, audio, video, document"],
    ),
    Case(
        "more without menu",
        changed("    save: sigue", "    save: sigue\n    more: Otros"),
        ["9:5: `more` needs a `menu`; without one, what does not fit takes `retry`"],
        ["9:5: `more` necesita un `menu`; sin él, lo que no encaja toma `retry`"],
    ),
]
