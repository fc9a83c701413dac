# shellcheck shell=bash disable=SC2154,SC2317 # root, work and build are set by run; some are called by name
# Twin stores in real processes: two hubs on one machine, each over the files of one of the two stores. Sourced by run
# with $root, $work and counts().

: "${root:?set by whoever sources this}" "${work:?as root}" "${build:?as root}"

twin_now='2026-03-05 11:30'
twin_settings=(--set limits.requests_per_address=1000000 --set limits.accepts_per_address=100000 --set alert.answer_within_s=300 --set alert.nobody_after_s=900 --set canary.pairs=0)
# Whom else a card goes to is not the matter here: it is passed to the manager.
twin_settings+=(--set alert.stand_in_s=0 --set alert.department_s=0 --set alert.floor_s=0)

# twin_hub FOLDER: starts a hub there and waits for it; its address is in $hub_base, its process in $hub_pid.
twin_hub() {
        hub_start "$1" --now "$twin_now" "${twin_settings[@]}" && imported "$1"
}

real_pairs() {
        local pairs=${MAITRED_LEAKS_REAL:-300} one=$work/one two=$work/two base_one log=$work/log status
        hub_demo "$one" --seed 7 --people 50 --lines 1000 --now "$twin_now" && hub_demo "$two" --seed 7 --people 50 --lines 1000 --now "$twin_now" || return 1
        node "$root/tests/leaks/pairs.mjs" files "${twin_now/ /T}:00" "$pairs" "$one" "$two" || return 1
        twin_hub "$one" || return 1
        base_one=${hub_base:?} pids+=("$hub_pid")
        twin_hub "$two" || return 1
        pids+=("$hub_pid")
        # The two imports have read different numbers of rows, and say so.
        node "$root/tests/leaks/pairs.mjs" day "${twin_now/ /T}:00" "$pairs" "$build" "$one" "$base_one" "$two" "${hub_base:?}" >"$log" 2>"$work/err"
        status=$?
        counts "$log"
        if [[ $status -ne 0 ]]; then
                failed=$((failed + 1))
                printf 'FAILED   the day of two real hubs did not come to its end: %s\n' "$(grep -m 1 '^Error' "$work/err")"
        fi
        real_checks "$two"
        local pid
        for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null; wait "$pid" 2>/dev/null; done
        hub_pid=
}

# The hub's own check, as an operator and a customer meet it.
real_checks() {
        ctl "$1" --json canary >"$work/canary" 2>&1
        is "a hub compares 500 pairs of its own cards and finds nothing" \
                python3 -c 'import json, sys; c = json.load(open(sys.argv[1])); sys.exit(not (c["pairs"] == 500 and c["found"] == 0))' "$work/canary"
        ctl "$1" --json status >"$work/status" 2>&1
        is "the status says so" grep -Eq '"leak_check_pairs": *500' "$work/status"
        ctl "$1" metrics >"$work/metrics" 2>&1
        is "and so do the metrics" grep -qx 'maitred_leak_check_pairs 500' "$work/metrics"
        curl -sf --cacert "${hub_ca:?}" "${hub_base:?}/api/customer/now" >"$work/now"
        is "and a customer's page" grep -q '"leak_check":{"at_ms":[0-9]*,"pairs":500,"found":0}' "$work/now"
}

# It comes by itself at the time that is set.
real_night() {
        local folder=$work/night
        hub_demo "$folder" --seed 7 --people 50 --lines 1000 --now "$twin_now" || return 1
        hub_start "$folder" --now "2026-03-05 02:09:58" --set canary.pairs=40 || return 1
        checked() { ctl "$folder" metrics | grep -qx 'maitred_leak_checks_total 1'; }
        is "at ten past two the hub checks itself" until_true 30 checked
        hub_stop
        hub_start "$folder" --now "2026-03-05 08:00" --set canary.pairs=0 || return 1
        curl -sf --cacert "${hub_ca:?}" "${hub_base:?}/api/customer/now" >"$work/now"
        is "and a customer's page says so after a start" grep -q '"leak_check":{"at_ms":[0-9]*,"pairs":[0-9]*,"found":0}' "$work/now"
        hub_stop
}
