"""Broken dialogs and what each is told, in both languages: the corpus of `test_check_corpus.py`.

Each is a whole `dialogs/x.yaml`; `<<` marks stand for what would be long or invisible here.
"""

# A dialog that is fine but for what a case adds to it.
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

CASES: dict[str, tuple[str, str, str]] = {
}
