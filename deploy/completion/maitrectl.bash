# shellcheck shell=bash
# Completion of maitrectl for bash: install as maitrectl in the folder of bash-completion.

_maitrectl_words() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2"); }

_maitrectl_files() { mapfile -t COMPREPLY < <(compgen -f -- "$1"); }

# The command among the words so far: the first that is neither an option nor the value of one.
_maitrectl_command() {
        local i word
        for ((i = 1; i < COMP_CWORD; i++)); do
                word=${COMP_WORDS[i]}
                case $word in
                --socket | --config | --now) i=$((i + 1)) ;;
                -*) ;;
                *) printf '%s %d\n' "$word" "$i" && return ;;
                esac
        done
}

_maitrectl_value() {
        case $1 in
        --dialect) _maitrectl_words 'auto comma semicolon tab' "$2" ;;
        --encoding) _maitrectl_words 'utf-8 latin-1 windows-1252' "$2" ;;
        --socket | --config | --rejects) _maitrectl_files "$2" ;;
        --language) _maitrectl_words 'en sv fr' "$2" ;;
        --face) _maitrectl_words 'handheld console sign till' "$2" ;;
        --zone | --map | --now | --seed | --people | --lines | --port | --associate | --key) COMPREPLY=() ;;
        *) return 1 ;;
        esac
}

_maitrectl() {
        local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command='' at=0
        read -r command at < <(_maitrectl_command) || true
        _maitrectl_value "$before" "$word" && return
        case $command,$((COMP_CWORD - ${at:-0})) in
        ,*) _maitrectl_words 'first import link token session agent manager house notice sign record shown walkin receipt explain preview rules status metrics canary backup demo help --socket --config --json --now --help --version' "$word" ;;
        import,*)
                if [[ $word == -* ]]; then
                        _maitrectl_words '--map --dialect --encoding --zone --rejects --dry-run --yes --json' "$word"
                else
                        mapfile -t COMPREPLY < <(compgen -W 'stores associates classes products customers purchases shifts' -- "$word"; compgen -f -- "$word")
                fi
                ;;
        link,1) _maitrectl_words 'handheld console sign customer' "$word" ;;
        link,*) _maitrectl_words '--qr --code --json' "$word" ;;
        session,1) _maitrectl_words 'list revoke unlock clear-pin' "$word" ;;
        session,*) _maitrectl_words '--associate --face --json' "$word" ;;
        agent,1) _maitrectl_words 'list zone revoke' "$word" ;;
        agent,*) _maitrectl_words '--json' "$word" ;;
        manager,1) _maitrectl_words 'list reset' "$word" ;;
        manager,*) _maitrectl_words '--json' "$word" ;;
        notice,1) _maitrectl_words 'list add' "$word" ;;
        notice,*) _maitrectl_files "$word" ;;
        sign,*) _maitrectl_words '--language --json' "$word" ;;
        record,*) _maitrectl_words '--json' "$word" ;;
        walkin,*) _maitrectl_words '--phone --last --json' "$word" ;;
        shown,*) _maitrectl_words '--to --dry-run --check --json' "$word" ;;
        receipt,1) _maitrectl_words 'verify key' "$word" ;;
        receipt,*)
                if [[ $word == -* ]]; then
                        _maitrectl_words '--key --json' "$word"
                else
                        _maitrectl_files "$word"
                fi
                ;;
        house,1) _maitrectl_words 'show check set history rollback bounds' "$word" ;;
        house,*)
                if [[ $word == -* ]]; then
                        _maitrectl_words '--dry-run --json' "$word"
                else
                        _maitrectl_files "$word"
                fi
                ;;
        token,1) _maitrectl_words 'till' "$word" ;;
        explain,1) _maitrectl_words 'preferred' "$word" ;;
        explain,*) _maitrectl_words '--all --json' "$word" ;;
        preview,*) _maitrectl_words '--sensed --json' "$word" ;;
        rules,1) _maitrectl_words 'check diff replay print explain preview list show propose publish withdraw rollback' "$word" ;;
        rules,*)
                if [[ $word == -* ]]; then
                        _maitrectl_words '--conflicts --days --who --line --field --sensed --notice --live --why --dry-run --json' "$word"
                else
                        _maitrectl_files "$word"
                fi
                ;;
        demo,*)
                if [[ $word == -* ]]; then
                        _maitrectl_words '--seed --people --lines --now --port' "$word"
                else
                        _maitrectl_files "$word"
                fi
                ;;
        backup,*) _maitrectl_files "$word" ;;
        help,*) _maitrectl_words 'first import link token session agent manager house notice sign record shown receipt explain preview rules status metrics canary backup demo help' "$word" ;;
        *) COMPREPLY=() ;;
        esac
}

complete -F _maitrectl maitrectl
