# make_venv.sh PYTHON FOLDER: a virtual environment. Debian ships Python without the part that makes them (ensurepip).
if ! "$1" -c 'import ensurepip, venv' 2>/dev/null; then
    package="$("$1" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq && apt-get install -y -qq --no-install-recommends "$package" >/dev/null || exit 1
    else
        echo "This Python cannot make virtual environments. Debian, Ubuntu: apt-get install $package" >&2
        exit 1
    fi
fi
"$1" -m venv --clear "$2"
