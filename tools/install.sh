#!/bin/sh
# Install what requirements/$1.txt lists, hash by hash, into .venv, and comity itself so that changed files take effect at once.
# uv is used where it is found. Without it, the Python that is here makes .venv and its pip installs: Debian's own Python refuses
# pip outside a venv, and no other is needed.
set -eu
cd "$(dirname "$0")/.."
export UV_PYTHON_DOWNLOADS=never PIP_DISABLE_PIP_VERSION_CHECK=1
uv=$(command -v uv || true)

fits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; }

choose() {
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11 python}; do
        if fits "$candidate"; then command -v "$candidate"; return; fi
    done
    echo "comity needs Python 3.11, 3.12 or 3.13, and ${PYTHON:-none} was found. Install one, or name it: make $1 PYTHON=/path/to/python3.12" >&2
    return 1
}

make_venv() {
    python=$(choose setup)
    if [ -n "$uv" ]; then "$uv" venv --quiet --python "$python" .venv; return; fi
    "$python" -m venv .venv && return
    rm -rf .venv
    echo "$python cannot make a venv. On Debian: apt-get install python3-venv" >&2
    return 1
}

install() {
    if [ -n "$uv" ]; then "$uv" pip install --quiet --python .venv/bin/python "$@"; return; fi
    .venv/bin/python -m pip --version >/dev/null 2>&1 || .venv/bin/python -m ensurepip >/dev/null
    .venv/bin/python -m pip install --quiet "$@"
}

[ -x .venv/bin/python ] || make_venv
install --require-hashes -r "requirements/$1.txt"
install --no-deps --no-build-isolation -e .
