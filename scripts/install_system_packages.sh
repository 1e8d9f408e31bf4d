#!/usr/bin/env bash
# Installs what the tests need beside Python packages: PostgreSQL, chromium, LibreOffice, antiword and a Chinese font.
# Does nothing where they are present; elsewhere than on Debian as root it says what is missing and leaves it to you.
set -euo pipefail

missing=()
{ command -v pg_ctl || compgen -G '/usr/lib/postgresql/*/bin/pg_ctl'; } >/dev/null || missing+=(postgresql)
command -v chromium >/dev/null || missing+=(chromium)
[ -e /usr/lib/libreoffice/program/libswlo.so ] || missing+=(libreoffice-writer-nogui)
[ -e /usr/lib/libreoffice/program/libsclo.so ] || missing+=(libreoffice-calc-nogui)
command -v antiword >/dev/null || missing+=(antiword)
{ command -v fc-list && fc-list :lang=zh | grep -q .; } >/dev/null 2>&1 || missing+=(fonts-noto-cjk)

if [ ${#missing[@]} -eq 0 ]; then
  exit 0
fi
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  echo "not installed: ${missing[*]}; tests that need them are skipped (install them to run every test)" >&2
  exit 0
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends fontconfig "${missing[@]}"
