# Writes the hashed locks from pyproject.toml. They hold no server address: whoever installs picks the index.
#   requirements.lock        what the server needs (uvloop included)
#   requirements-dev.lock    that, and what tests, checks and builds need
#   requirements-build.lock  what builds the wheel, with a Node for machines without one
set -e
export UV_PYTHON_DOWNLOADS=never
compile() {
    output=$1
    shift
    .venv/bin/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 --output-file "$output" "$@"
}
compile requirements-dev.lock pyproject.toml --extra fast --extra pdf --group dev "$@"
compile requirements.lock pyproject.toml --extra fast --constraint requirements-dev.lock "$@"
compile requirements-build.lock --group pyproject.toml:build --group pyproject.toml:node --constraint requirements-dev.lock "$@"
