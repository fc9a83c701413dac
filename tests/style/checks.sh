# shellcheck shell=bash
# The house rules as checks. Each `check_NAME TREE` prints one line a violation, "file:line: what", with paths
# from the tree's root, and nothing when all is well. TREE is the project or one of the planted trees.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
planted_dir=tests/style/planted

# Files of a tree by endings: what git knows or would take up; in a planted tree all there is.
files() {
        local tree=$1 ends
        shift
        ends=$(printf '%s|' "$@")
        {
                if [[ -e $tree/.git ]]; then
                        git -C "$tree" ls-files -co --exclude-standard
                else
                        (cd "$tree" && find . -type f | sed 's|^\./||')
                fi
        } | grep -E "(${ends%|})\$" | grep -v "^$planted_dir/" | sort -u | while read -r file; do
                [[ -f $tree/$file ]] && printf '%s\n' "$file"
        done
}

c_files() { files "$1" '\.c' '\.h'; }

# bash and sh programs, by their first line or ending.
scripts() {
        local file first
        files "$1" '\.sh' '/[a-z_-]+' '^[a-z_-]+' | while read -r file; do
                first=
                IFS= read -r first <"$1/$file" || true
                case $file,$first in
                *.sh,* | *,'#!/usr/bin/env bash' | *,'#!/bin/sh' | *,'#!/bin/bash') printf '%s\n' "$file" ;;
                esac
        done 2>/dev/null
}

# Numbered lines without comments and strings: "file:line:text".
stripped() { awk -f "$here/strip.awk" "$1/$2" | awk -v f="$2" '{ print f ":" NR ":" $0 }'; }

# What a layer may include, itself apart. The most specific folder comes first.
layer_of() {
        local folder
        for folder in server/common server/link server/rulebook server/lab server/core server/sources server/hub server/front \
                server/announce server/ctl proto config tests agent/core agent; do
                [[ $1 == "$folder"/* ]] && printf '%s\n' "$folder" && return
        done
        [[ $1 == server/main.c || $1 == server/*.[ch] ]] && printf 'main\n'
}

below() {
        case $1 in
        proto) printf '' ;;
        config | server/common | server/link | server/rulebook | server/sources) printf 'proto' ;;
        server/core) printf 'proto server/rulebook' ;;
        server/lab) printf 'proto server/rulebook' ;;
        server/hub) printf 'proto config server/common server/link server/rulebook server/lab server/core' ;;
        server/front) printf 'proto config server/common server/link server/sources' ;;
        server/announce) printf 'proto server/common' ;;
        server/ctl) printf 'proto config server/common server/link server/rulebook server/lab' ;;
        agent/core) printf 'proto' ;;
        agent) printf 'proto config server/common agent/core' ;;
        main) printf 'proto config server/common server/link server/hub server/front server/announce' ;;
        *) printf 'any' ;;
        esac
}

includes() { grep -nE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' "$1/$2" | sed -E 's/^([0-9]+):.*"([^"]*)".*/\1 \2/'; }

check_include_direction() {
        local file layer line path target
        c_files "$1" | while read -r file; do
                layer=$(layer_of "$file")
                [[ -n $layer ]] || printf '%s:1: this folder belongs to no layer; add it to layer_of\n' "$file"
                includes "$1" "$file" | while read -r line path; do
                        target=$(layer_of "$path")
                        [[ $target == "$layer" || " $(below "$layer") " == *" any "* ]] && continue
                        [[ -n $target && " $(below "$layer") " == *" $target "* ]] && continue
                        printf '%s:%s: %s may not include "%s"\n' "$file" "$line" "$layer" "$path"
                done
        done
}

# A file that the build makes: some meson.build names it as an output, with the same folder in the build.
made_by_meson() { [[ $2 == *.inc ]] && grep -qsF "'$(basename "$2" .inc)" "$1/$(dirname "$2")/meson.build" "$1/$(dirname "$(dirname "$2")")/meson.build"; }

check_include_from_root() {
        local file line path
        c_files "$1" | while read -r file; do
                includes "$1" "$file" | while read -r line path; do
                        [[ -f $1/$path ]] || made_by_meson "$1" "$path" ||
                                printf '%s:%s: "%s" is not written from the root\n' "$file" "$line" "$path"
                done
        done
}

# Raw purchases are seen by few: who gets a line onto a card must go through project().
check_purchase_h() {
        local file
        c_files "$1" | xargs -r -I{} grep -lE '^#include "server/rulebook/purchase.h"' "$1/{}" 2>/dev/null |
                sed "s|^$1/||" | while read -r file; do
                case $file in
                server/rulebook/*.[ch] | server/lab/*.[ch] | server/core/dossier.[ch] | server/core/event.h | server/hub/store/*.[ch] | tests/*) ;;
                *) printf '%s:1: this file has no business with raw purchases (purchase.h)\n' "$file" ;;
                esac
        done
}

check_function_length() {
        local file
        c_files "$1" | while read -r file; do
                awk -v f="$file" '/^\{/ { start = NR } /^\}/ && start {
                        if (NR - start - 1 > 70) print f ":" start ": a function of " NR - start - 1 " lines (70)"
                        start = 0 }' "$1/$file"
        done
        { files "$1" '\.ts' '\.mjs' '\.js' && scripts "$1"; } | while read -r file; do
                awk -v f="$file" '
                match($0, /^ *(export )?(default )?(async )?function .*\{$/) || match($0, /^ *[a-z_]+\(\) \{$/) {
                        if (!start) { match($0, /^ */); indent = substr($0, 1, RLENGTH); start = NR } }
                start && $0 == indent "}" {
                        if (NR - start - 1 > 70) print f ":" start ": a function of " NR - start - 1 " lines (70)"
                        start = 0 }' "$1/$file"
        done
}

check_file_length() {
        local file lines
        { c_files "$1" && files "$1" '\.ts' '\.mjs' '\.js' '\.css' && scripts "$1"; } | while read -r file; do
                lines=$(wc -l <"$1/$file")
                [[ $lines -le 500 ]] || printf '%s:1: %d lines (500)\n' "$file" "$lines"
        done
}

check_banned_calls() {
        local file calls='strcpy|strcat|strncpy|strncat|sprintf|vsprintf|gets|strtok|atoi|atol|atof|system|popen'
        calls+='|localtime|gmtime|asctime|ctime|rand|srand|random|srandom|drand48|tmpnam|mktemp|alloca'
        calls+='|sleep|usleep|nanosleep|uuid_generate|uuid_generate_time'
        c_files "$1" | while read -r file; do
                stripped "$1" "$file" | grep -E "(^|[^A-Za-z0-9_>.])($calls)[[:space:]]*\(" |
                        sed -E "s/^([^:]*:[0-9]+):.*[^A-Za-z0-9_]($calls) *\(.*/\1: \2() is banned/"
        done
}

# Time and chance come in from the edge: one file reads the clock, one draws random numbers.
check_edges() {
        local file
        c_files "$1" | grep -vE '^tests/' | while read -r file; do
                if [[ $file != server/common/clock.c ]]; then
                        stripped "$1" "$file" | grep -E '[^A-Za-z0-9_](clock_gettime|gettimeofday|time|timespec_get|mktime) *\(' |
                                sed -E 's/^([^:]*:[0-9]+):.*/\1: only server\/common\/clock.c reads the time/'
                fi
                if [[ $file != server/common/ids.c ]]; then
                        stripped "$1" "$file" | grep -E '[^A-Za-z0-9_](randombytes_[a-z]*|getrandom|getentropy|uuid_generate[a-z_]*) *\(' |
                                sed -E 's/^([^:]*:[0-9]+):.*/\1: only server\/common\/ids.c draws random numbers/'
                fi
        done
}

check_format() {
        command -v clang-format-19 >/dev/null || return 77
        # Without a file of its own a planted tree is judged by the project's.
        c_files "$1" | (cd "$1" && xargs -r clang-format-19 --style="file:$here/../../.clang-format" --dry-run -Werror 2>&1) |
                sed -n -E 's|^(\./)?([^: ]*):([0-9]+):[0-9]+: .*|\2:\3: not as clang-format-19 has it|p' | awk -F: '!seen[$1]++'
}

# Approximate: a `default:` in a switch that has one of our enumerators as a case.
check_no_default() {
        local file names
        names=$(c_files "$1" | while read -r file; do awk -f "$here/strip.awk" "$1/$file"; done | awk '
                /(^|[^A-Za-z_])enum([^A-Za-z_]|$)[^;(]*\{/ { inside = 1 }
                inside { line = $0; sub(/.*\{/, "", line); gsub(/=[^,}]*/, "", line)
                        n = split(line, parts, /[^A-Z0-9_]+/); for (i = 1; i <= n; i++) if (parts[i] ~ /^[A-Z][A-Z0-9_]+$/) print parts[i] }
                /\}/ { inside = 0 }' | sort -u | tr '\n' ' ')
        c_files "$1" | while read -r file; do
                stripped "$1" "$file" | awk -v names=" $names" '
                { at = $0; sub(/:[^:]*$/, "", at); text = $0; sub(/^[^:]*:[0-9]+:/, "", text) }
                text ~ /switch \(/ { depth++; ours[depth] = 0; match(text, /^ */); indent[depth] = RLENGTH }
                depth && text ~ /^ *case / { label = text; sub(/^ *case /, "", label); sub(/[^A-Z0-9_].*/, "", label)
                        if (label != "" && index(names, " " label " ")) ours[depth] = 1 }
                depth && text ~ /^ *default:/ && ours[depth] { split($0, p, ":"); print p[1] ":" p[2] ": default: over our own enum" }
                depth && text ~ /^ *\}/ { match(text, /^ */); if (RLENGTH == indent[depth]) depth-- }'
        done
}

# Addresses, hosts and folders of one machine have no place here. Hosts named in texts are made up, or name a
# standard that a file format demands.
check_commit_safe() {
        local safe='localhost|127\.0\.0\.1|\[::1\]?|[a-z0-9.-]*\.?example(\.com|\.org|\.net)?|[a-z0-9.-]+\.(test|invalid)|www\.w3\.org'
        safe+='|\.\.\.|json-schema\.org|www\.apache\.org|HOST|host|NAME|\$|\{|%'
        local plain lock
        plain=$(files "$1" '.' | grep -vE '^LICENSE$|\.(png|ico|woff2)$')
        lock=$(grep -E -- '-lock\.json$' <<<"$plain")
        (
                cd "$1" || exit
                xargs -r grep -HnIE '(^|[^A-Za-z0-9_.$}/])/(work|root|home/[a-z]+|Users)/' <<<"$plain" |
                        sed -E 's|^([^:]+:[0-9]+):.*|\1: a path of one machine|'
                # A lock file quotes its packages' funding pages; what counts there is where files come from.
                {
                        grep -vE -- '-lock\.json$' <<<"$plain" | xargs -r grep -HnIE 'https?:'
                        xargs -r grep -HnI '"resolved"' <<<"$lock"
                } | awk '{ match($0, /^[^:]+:[0-9]+:/); at = substr($0, 1, RLENGTH); rest = substr($0, RLENGTH + 1)
                        while (match(rest, /https?:\/\/[^]"'"'"' )<>`,;|\\]+/)) {
                                print at substr(rest, RSTART, RLENGTH); rest = substr(rest, RSTART + RLENGTH) } }' |
                        grep -vE "^[^:]+:[0-9]+:https?://($safe)" |
                        sed -E 's|^([^:]+:[0-9]+):(.*)|\1: a host that is not made up: \2|'
        )
}

check_header_comment() {
        local file guard
        files "$1" '\.h' | while read -r file; do
                [[ $(head -c 2 "$1/$file") == '/*' ]] || printf '%s:1: a header opens with a comment\n' "$file"
                guard=$(basename "$file" | tr 'a-z.-' 'A-Z__')
                grep -qE "^#ifndef ([A-Z_]+_)?$guard\$" "$1/$file" ||
                        printf '%s:1: the include guard does not end in %s\n' "$file" "$guard"
        done
}

check_sql_in_files() {
        local file
        c_files "$1" | grep -vE '^tests/' | while read -r file; do
                grep -nE '"(SELECT |INSERT |UPDATE |DELETE FROM|CREATE TABLE|DROP )' "$1/$file" |
                        sed -E "s|^([0-9]+):.*|$file:\1: SQL stands in .sql files|"
        done
}

# Node 18, which Debian 12 has, knows neither; both came with 20.11.
check_node_18() {
        local file
        files "$1" '\.(mjs|js|ts)' | while read -r file; do
                grep -nE 'import\.meta\.(dirname|filename)' "$1/$file" |
                        sed -E "s|^([0-9]+):.*|$file:\1: Node 18 does not have it; use fileURLToPath(new URL(NAME, import.meta.url))|"
        done
}

check_doc_links() {
        local file line link
        files "$1" '\.md' | while read -r file; do
                grep -noE '\]\([^)#: ]+[)#]' "$1/$file" | sed -E 's/^([0-9]+):\]\((.*)./\1 \2/' | while read -r line link; do
                        [[ -e $1/$(dirname "$file")/$link ]] || printf '%s:%s: "%s" is not there\n' "$file" "$line" "$link"
                done
        done
}

# A key that nothing reads would be a promise that nobody keeps.
check_config_keys() {
        local file line section name
        for file in $(files "$1" 'keys\.def'); do
                grep -nE '^KEY_(TEXT|PATH|NUMBER|TIME|CHOICE)\(' "$1/$file" |
                        sed -E 's/^([0-9]+):KEY_[A-Z]+\(([a-z_]+), ([a-z_]+),.*/\1 \2 \3/' |
                        while read -r line section name; do
                                grep -rqE --include='*.c' "(->|\.)${section}_$name\\b" "$1/server" "$1/agent" 2>/dev/null ||
                                        printf '%s:%s: nothing reads %s.%s\n' "$file" "$line" "$section" "$name"
                        done
        done
}

# A patch is exempt: an empty line of context is a space in it.
check_whitespace() {
        local file all
        all=$(files "$1" '.' | grep -vE '^LICENSE$|\.(png|ico|woff2|gz|br|patch)$')
        (cd "$1" && xargs -r grep -HnIE '[[:space:]]$' <<<"$all") | sed -E 's|^([^:]+:[0-9]+):.*|\1: space at the end of the line|'
        while read -r file; do
                [[ ! -s $1/$file || -z $(tail -c 1 "$1/$file") ]] || printf '%s:1: no line end at the end\n' "$file"
        done <<<"$all"
}

check_shell() {
        command -v shellcheck >/dev/null || return 77
        local file
        scripts "$1" | while read -r file; do
                (cd "$1" && shellcheck -x -f gcc "$file") | sed -E 's/^([^:]*:[0-9]+):[0-9]+: /\1: /'
        done
}

# fence_of ARCHIVE NAME ALSO...: what a pure library takes from outside itself and the archives below it, less
# what is allowed; and what it keeps that can change.
fence_of() {
        local archive=$1 name=$2
        shift 2
        comm -23 <(nm -u "$archive" 2>/dev/null | awk 'NF == 2 { print $2 }' | grep -vE '^__(asan|ubsan|sanitizer|odr_asan)|^_GLOBAL_OFFSET' | sort -u) \
                <(nm --defined-only "$archive" "$@" 2>/dev/null | awk 'NF == 3 { print $3 }' | sort -u) |
                while read -r symbol; do
                        grep -qE "^([a-z]+ )?$symbol\$" <(sed -n "s/^all //p; s/^$name //p" "$here/pure_symbols.txt") ||
                                printf '%s:1: takes %s() from outside (tests/style/pure_symbols.txt)\n' "$name" "$symbol"
                done
        nm -f sysv "$archive" 2>/dev/null | awk -F'|' -v name="$name" '{ gsub(/ /, "", $1); gsub(/ /, "", $7) }
                ($7 == ".data" || $7 == ".bss" || $7 ~ /^\.(data|bss)\.[a-z]/ && $7 !~ /rel/) && $1 !~ /asan|ubsan|^\.L|^\*/ {
                        print name ":1: keeps " $1 ", which can change (" $7 ")" }'
}

check_fence() {
        local build=${MAITRED_BUILD:-} name archive
        local -a below=()
        if [[ $1 == */planted/* ]]; then
                build=$(mktemp -d)
                gcc -c -o "$build/bad.o" "$1/server/core/bad.c" && ar rcs "$build/libcore.a" "$build/bad.o"
                fence_of "$build/libcore.a" core | sed 's|^core:|server/core/bad.c:|'
                gcc -c -o "$build/good.o" "$1/server/core/good.c" && ar rcs "$build/libgood.a" "$build/good.o"
                fence_of "$build/libgood.a" core | sed 's|^core:|server/core/good.c:|'
                rm -rf "$build"
                return 0
        fi
        [[ -d $build ]] || return 77
        for name in proto link sources rulebook lab core agentcore; do
                archive=$(find "$build" -name "lib$name.a" | head -n 1)
                [[ -n $archive ]] || continue
                fence_of "$archive" "$name" "${below[@]}"
                below+=("$archive")
        done
}
