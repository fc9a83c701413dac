# shellcheck shell=bash
# Completion of maitred-agent for bash.
_maitred_agent() {
        local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
        case $before in
        --config | --replay | --tags)
                mapfile -t COMPREPLY < <(compgen -f -- "$word")
                return
                ;;
        --set)
                mapfile -t COMPREPLY < <(compgen -S = -W "$(maitred-agent --print-config 2>/dev/null |
                        awk '/^\[/ { s = substr($0, 2, length($0) - 2) } /^[a-z_]+ =/ { print s "." $1 }')" -- "$word")
                compopt -o nospace
                return
                ;;
        esac
        mapfile -t COMPREPLY < <(compgen -W "pair --hub --config --set --replay --tags --check-config --print-config --version --help" -- "$word")
}
complete -F _maitred_agent maitred-agent
