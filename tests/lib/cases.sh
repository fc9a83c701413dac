# shellcheck shell=bash
# Whether one case of a program of ours passes: for suites that hold sentences to the tests which show them. Each program
# is run once.

declare -A cases_said=() # what a program said, by its name

# case_passes BUILD PROGRAM CASE: sets $why to what is wrong, "" if nothing is.
# shellcheck disable=SC2034 # who calls it reads $why
case_passes() {
        local build=$1 program=$2 case=$3
        why=
        [[ -x $build/tests/$program ]] || { why="tests/$program is not built" && return 1; }
        [[ -n ${cases_said[$program]:-} ]] || cases_said[$program]=$("$build/tests/$program" 2>&1)
        grep -qE "^\[ +OK \] $case\$" <<<"${cases_said[$program]}" || { why="the case does not pass, or is not there" && return 1; }
}
