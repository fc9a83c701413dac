# shellcheck shell=bash
# A real hub for a script suite: sourced, with $root set and $MAITRED_BUILD naming the build. Every hub has a folder of its
# own under $work, which is removed at the end; a hub is stopped by its own process id.

: "${root:?set by whoever sources this}"
build=${MAITRED_BUILD:-$root/build/gcc}
maitred=$build/server/maitred
maitrectl=$build/server/ctl/maitrectl
pages=$build/server/web/pages
work=$(mktemp -d)
hub_pid=
passed=0 failed=0 skipped=0

cleanup() {
        hub_stop
        rm -rf "$work"
}
trap cleanup EXIT

# is WHAT COMMAND...: one case.
is() {
        local what=$1
        shift
        if "$@"; then
                passed=$((passed + 1))
                printf 'ok       %s\n' "$what"
        else
                failed=$((failed + 1))
                printf 'FAILED   %s\n' "$what"
        fi
}

finish_suite() {
        printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
        [[ $failed -eq 0 ]]
}

free_port() {
        node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'
}

# until_true SECONDS COMMAND...: waits for a condition, never for a time.
until_true() {
        local last=$((SECONDS + $1))
        shift
        until "$@" >/dev/null 2>&1; do
                [[ $SECONDS -lt $last ]] || return 1
                read -rt 0.05 <> <(:) || true
        done
}

# hub_demo FOLDER [demo option...]: the demo store's files for a hub on a free port.
hub_demo() {
        local folder=$1
        shift
        "$maitrectl" demo --port "$(free_port)" "$@" "$folder" >/dev/null
}

# hub_everybody FOLDER: head office's file by which no department is left out of calls and invitations [P161], and few
# are full [P164], for a story in which anybody may come to anybody: --set "rules.house_bounds=$(hub_everybody FOLDER)".
hub_everybody() {
        printf 'invite_not = none\nalert_not = none\narrivals = 60 to 60\n' >"$1/bounds"
        printf '%s\n' "$1/bounds"
}

# hub_start FOLDER [maitred option...]: starts the hub of FOLDER/maitred.conf and waits until it takes connections.
hub_start() {
        local folder=$1
        shift
        hub_port=$(sed -n 's/^port *= *//p' "$folder/maitred.conf" | head -n 1)
        hub_base=https://localhost:$hub_port
        hub_ca=$folder/data/tls/ca.pem
        "$maitred" --config "$folder/maitred.conf" --set "web.root=$pages" "$@" >>"$folder/log" 2>&1 &
        hub_pid=$!
        until_true 30 curl -sf --cacert "$hub_ca" "$hub_base/healthz"
}

hub_stop() {
        [[ -n $hub_pid ]] || return 0
        kill "$hub_pid" 2>/dev/null
        wait "$hub_pid" 2>/dev/null
        hub_pid=
}

ctl() {
        local folder=$1
        shift
        "$maitrectl" --socket "$folder/control" "$@"
}

# One customer is invited by an associate after a sale, joins and arrives, as deploy/quickstart --check does it.
hub_story() {
        local folder=$1 associate=$2 # $3: what was sold
        node "$root/deploy/check.mjs" --base "$hub_base" --ca "$hub_ca" \
                --handheld-link "$(ctl "$folder" link handheld "$associate" | head -n 1)" \
                --sign-link "$(ctl "$folder" link sign | head -n 1)" --item "$3"
}

imported() { ctl "$1" import --yes "$1/csv" >"$work/import" 2>&1; }
