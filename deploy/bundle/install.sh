#!/bin/sh
# Installs Shanfu from this folder, without any network: sh install.sh [--to FOLDER]. PYTHON may name the Python.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
if command -v sha256sum >/dev/null; then  # before anything of the folder is run
  (cd "$here" && sha256sum --check --quiet SHA256SUMS)
fi
python=${PYTHON:-}
if [ -z "$python" ]; then
  for name in python@PYTHON@ python3; do
    if command -v "$name" >/dev/null; then python=$name; break; fi
  done
fi
if [ -z "$python" ]; then
  echo "未找到 Python @PYTHON@。 / Python @PYTHON@ was not found." >&2
  exit 1
fi
exec "$python" -I "$here/install.py" "$@"
