#!/usr/bin/env bash
# Runs a command with a PostgreSQL of its own, which is thrown away afterwards: postgres.sh COMMAND...
# Its address is in PAYUNG_TEST_POSTGRES. Reached by a socket in a private folder; fsync is off unless FSYNC=on.
set -euo pipefail
binaries=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
[ -n "$binaries" ] || binaries=$(dirname "$(command -v initdb || true)")
[ -x "$binaries/initdb" ] || { echo "Please install PostgreSQL first: apt-get install postgresql" >&2; exit 1; }

# PostgreSQL refuses to run as root; Debian's package has made a user for it.
as_other=()
folder=$(mktemp -d "${TMPDIR:-/tmp}/payung-postgres.XXXXXX")
if [ "$(id -u)" = 0 ]; then
  chown postgres: "$folder"
  as_other=(setpriv --reuid=postgres --regid=postgres --clear-groups)
fi
end() {
  (cd / && "${as_other[@]}" "$binaries/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1) || true
  rm -rf "$folder"
}
trap end EXIT

here=$PWD
cd "$folder"
"${as_other[@]}" "$binaries/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --no-locale --no-sync >/dev/null
cat >>"$folder/data/postgresql.conf" <<CONF
listen_addresses = ''
unix_socket_directories = '$folder'
max_connections = 300
fsync = ${FSYNC:-off}
synchronous_commit = on
full_page_writes = ${FSYNC:-off}
shared_buffers = 256MB
max_wal_size = 4GB
CONF
"${as_other[@]}" "$binaries/pg_ctl" -D "$folder/data" -l "$folder/log" -w start >/dev/null || { cat "$folder/log" >&2; exit 1; }
cd "$here"
PAYUNG_TEST_POSTGRES="postgres://postgres@${folder//\//%2F}/postgres" "$@"
