#!/usr/bin/env bash
# Installs what some tests need from Debian: a browser, Chinese fonts, LibreOffice, a PDF renderer and GLPK.
set -euo pipefail
packages=(chromium fonts-noto-cjk libreoffice-calc-nogui libreoffice-writer-nogui poppler-utils glpk-utils)
missing=()
for package in "${packages[@]}"; do
  dpkg-query --show --showformat='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
  echo "all there: ${packages[*]}"
  exit 0
fi
run=()
[ "$(id -u)" -eq 0 ] || run=(sudo)
"${run[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${run[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"
