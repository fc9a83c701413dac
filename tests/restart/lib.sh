# shellcheck shell=bash
# What restart and restart-long share: sourced after tests/lib/hub.sh.

# measure_restarts FOLDER TURNS WITHIN_MS: one case a line of what main.mjs says, beside the table.
measure_restarts() {
        local line
        while IFS= read -r line; do
                case $line in
                "ok "*) passed=$((passed + 1)) ;;
                "FAILED "*) failed=$((failed + 1)) ;;
                esac
                printf '%s\n' "$line"
        done < <(
                node "${root:?}/tests/restart/main.mjs" "${build:?}" "$1" "${hub_base:?}" "$2" "$3" 2>&1
                printf 'ended %s\n' "$?" >"${work:?}/ended"
        )
        is "the driver came to its end" grep -qx 'ended 0' "$work/ended"
}
