#!/bin/sh
# Runs a script of this folder with the first Python that is new enough: sh scripts/python.sh setup.py ...
set -u
cd "$(dirname "$0")/.." || exit 1
export PYTHONUTF8=1 PYTHONDONTWRITEBYTECODE=1
for python in "${PYTHON:-python3}" python3.13 python3.12 python3.11 python3.14 python3; do
    if command -v "$python" >/dev/null 2>&1 &&
        "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
        script=$1
        shift
        exec "$python" -m "scripts.$script" "$@"
    fi
done
echo "需要 Python 3.11 或更高版本，本机没有找到。" >&2
echo "Python 3.11 or newer is needed and was not found. On Debian: apt-get install python3 python3-venv" >&2
echo "Found: $(python3 --version 2>&1 || echo none). Another one can be named: make run PYTHON=/path/to/python3" >&2
exit 1
