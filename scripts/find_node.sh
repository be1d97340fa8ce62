# Prints the Node on PATH if the pages can be built with it (20.19 or newer); else fails, and the one from PyPI is used.
node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' \
    2>/dev/null && command -v npm >/dev/null && command -v node
