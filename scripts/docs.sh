# Writes the pages of docs/ that are made from the code; tests compare them.
set -e
bot-runtime check --codes --markdown --language en > docs/findings.md
bot-runtime check --codes --markdown --language es > docs/hallazgos.md
bot-runtime schema --reference --language en > docs/reference.md
bot-runtime schema --reference --language es > docs/referencia.md
