# shellcheck shell=bash disable=SC2154 # root and work are set by run
# The table of planted leaks: each patch of tests/plants that names this suite is applied to a copy of what is committed,
# which is built by pieces; said is the pair at which it was caught. Sourced by run, with $root and $work set.

leak_named() { basename "$1" .patch | sed 's/^[0-9]*-//'; }

plants_main() {
        local tree=$work/tree patch name began=$SECONDS failed=0 caught=0 from at
        mkdir "$tree" && git -C "$root" archive HEAD | tar -x -C "$tree" && git -C "$tree" init -q || return 1
        make_build "$tree" "$tree/build" tests/leaks/leaks_twins || return 1
        printf '%-32s %-10s %s\n' leak "caught at" "how"
        for patch in "$root"/tests/plants/[0-9]*.patch; do
                grep -q '^suite: leaks$' "$patch" || continue
                ! grep -q '^processes: yes$' "$patch" || continue
                name=$(leak_named "$patch")
                [[ $# -eq 0 || " $* " == *" $name "* ]] || continue
                from=$SECONDS
                if ! git -C "$tree" apply --whitespace=nowarn "$patch" 2>"$work/apply"; then
                        printf '%-32s %-10s %s\n' "$name" - "does not apply: $(head -n 1 "$work/apply")"
                        failed=$((failed + 1))
                        continue
                fi
                if make_build "$tree" "$tree/build" tests/leaks/leaks_twins; then
                        MAITRED_LEAKS_PAIRS=${MAITRED_LEAKS_PAIRS:-20000} MAITRED_LANES=1 MAITRED_BOOKS=$tree/config/rulebooks \
                                "$tree/build/tests/leaks/leaks_twins" >"$work/log" 2>&1
                        at=$(sed -n 's/^# pair \([0-9]*\): \(.*\) differs .*/pair \1\t\2/p' "$work/log" | head -n 1)
                        [[ -n $at ]] || at=$(sed -n 's/^FAILED  *\(.*\)/-\t\1/p' "$work/log" | head -n 1)
                        if [[ -n $at ]]; then caught=$((caught + 1)); else failed=$((failed + 1)) at=$'never\tSURVIVED'; fi
                        printf '%-32s %-10s %s (%d s)\n' "$name" "${at%%$'\t'*}" "${at#*$'\t'}" $((SECONDS - from))
                else
                        failed=$((failed + 1))
                        printf '%-32s %-10s %s\n' "$name" - "does not build"
                fi
                git -C "$tree" apply -R --whitespace=nowarn "$patch"
        done
        printf '%d seconds\n%d passed, %d failed, 0 skipped\n' $((SECONDS - began)) "$caught" "$failed"
        [[ $failed -eq 0 && $caught -gt 0 ]]
}
