# Every test, several files at a time; what failed then runs once more, by itself.
#
#   sh scripts/test.sh PYTHON [PYTEST'S ARGUMENTS]
#
# Many tests start servers and browsers and kill them: beside each other on a small machine one may lose its patience.
# What is broken fails again; what passes now is told all the same, for it wants looking at.
python=$1
shift
"$python" -m pytest -n auto --maxprocesses 8 --dist loadfile --no-loadscope-reorder "$@"
status=$?
[ "$status" -eq 1 ] || exit "$status"
echo
echo "What failed runs once more, by itself:"
"$python" -m pytest --last-failed --last-failed-no-failures none -v "$@"
