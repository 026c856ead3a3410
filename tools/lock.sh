#!/bin/sh
# Write requirements/*.txt anew: exact versions and hashes for Python 3.11 to 3.13, with no registry's address in them.
# Give `--upgrade` to take newer versions; without it, only what pyproject.toml asks for changes.
set -eu
cd "$(dirname "$0")/.."
uv=${UV:-uv}
compile() { target=$1; shift; "$uv" pip compile -q pyproject.toml "$@" -o "requirements/$target" --universal --python-version 3.11 \
    --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header; }
# Everything first; then the node's part of it, held to the same versions.
compile dev.txt --extra node --extra postgres --group dev "$@"
compile node.txt --extra node --extra postgres --group build --constraint requirements/dev.txt
