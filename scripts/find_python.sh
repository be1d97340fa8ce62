# Prints the first Python that is new enough; else says on stderr what is missing.
for name in python3 python3.13 python3.12 python3.11 python3.14 python; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        echo "$name"
        exit 0
    fi
done
echo "bot-runtime needs Python 3.11 or newer, and none is on PATH." >&2
echo "Install one (Debian 12 and newer: apt-get install python3 python3-venv), or name it: make PYTHON=/path/to/python3" >&2
exit 1
