"""Which key an author probably meant by an unknown one."""

from collections.abc import Collection

from bot_runtime.dialogs.problems import nearest

# key: what is also written for it, by whoever thinks in Spanish or comes from another tool
_ALSO_WRITTEN = """
    ask: pregunta preguntar question text
    say: texto decir di message mensaje send
    menu: opciones options menú buttons
    answer: respuesta
    save: guardar
    goto: ir ir_a next siguiente go transitions
    if: si
    else: sino default
    when: cuando
    states: estados
    title: titulo título
    language: idioma
    close: cerrar
    handoff: derivar
    attempts: intentos
    label: etiqueta
    synonyms: sinonimos sinónimos
    words: palabras
    department: departamento
    channels: canales
    departments: departamentos
    brand: marca
    dialog: name nombre
    timeout: on_timeout
    response_timeout: wait
    code: value valor
    needs: variables datos
    check: validate validar
    template: plantilla
    turns: turnos
    hours: horario horarios
    holidays: festivos feriados
    time_zone: zona_horaria huso_horario
    texts: textos
"""
KEYS_BY_WORD = {
    word: key.strip()
    for key, _, written in (line.partition(":") for line in _ALSO_WRITTEN.split("\n"))
    for word in written.split()
}


def meant_key(word: str, known: Collection[str]) -> str | None:
    """The key of `known` that `word` stands for: another word for it, or a slip of the pen."""
    key = KEYS_BY_WORD.get(word.lower())
    return key if key in known else nearest(word, known)
