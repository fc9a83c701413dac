# shellcheck shell=bash
# What deploy/quickstart and tests/run share: packages by name, npm from the lock file, builds. Sourced, with
# $root set to the project's folder; sends progress to standard error.

: "${root:?set by whoever sources this}"

say() { printf '%s\n' "$*" >&2; }

die() {
        say "error: $*"
        exit 1
}

# Packages of the given uses that are not installed.
missing_packages() {
        local use package kind uses=" $* "
        while read -r package kind; do
                [[ -z $package || $package == \#* ]] && continue
                [[ $uses == *" $kind "* ]] || continue
                # node and npm of another origin conflict with Debian's own: what works is left alone.
                if [[ $kind == pages ]] && command -v node >/dev/null && command -v npm >/dev/null; then
                        continue
                fi
                use=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
                [[ $use == installed ]] || printf '%s\n' "$package"
        done <"$root/deploy/packages.txt"
}

# Runs a command as root, by sudo if need be.
as_root() {
        if [[ $(id -u) -eq 0 ]]; then
                "$@"
        elif command -v sudo >/dev/null; then
                sudo "$@"
        else
                die "this needs root: run as root, or install sudo: $*"
        fi
}

# Installs what is missing for the given uses, and nothing else.
need_packages() {
        local -a wanted
        mapfile -t wanted < <(missing_packages "$@")
        [[ ${#wanted[@]} -eq 0 ]] && return 0
        command -v apt-get >/dev/null ||
                die "these Debian packages are missing and there is no apt-get: ${wanted[*]}"
        say "installing: ${wanted[*]}"
        local log
        log=$(mktemp)
        if ! apt-cache show "${wanted[@]}" >/dev/null 2>&1; then
                as_root apt-get update >"$log" 2>&1 || say "apt-get update complained; going on with the lists there are"
        fi
        if ! as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${wanted[@]}" \
                >"$log" 2>&1; then
                tail -n 20 "$log" >&2
                die "apt-get install failed; see above, then run this again"
        fi
        rm -f "$log"
}

# npm ci in a folder with a lock file, when it was not done for this very lock file.
need_npm() {
        local dir=$1 mark=$1/node_modules/.installed-for
        [[ -f $dir/package-lock.json ]] || return 0
        if [[ -f $mark ]] && cmp -s "$mark" "$dir/package-lock.json"; then
                return 0
        fi
        say "npm ci in ${dir#"$root"/}"
        if ! (cd "$dir" && npm ci --no-audit --no-fund --ignore-scripts=false >npm.log 2>&1); then
                tail -n 20 "$dir/npm.log" >&2
                die "npm ci failed in $dir; see above, then run this again"
        fi
        rm -f "$dir/npm.log"
        cp "$dir/package-lock.json" "$mark"
}

# need_build DIR COMPILER TARGETS [meson options]: sets a build folder up once, then builds what changed of the
# targets (words; none is everything). A folder that was set up for another source folder, compiler or options would
# go on building those, so it is set up anew; so is one that was set up by hand, whose options are then gone.
need_build() {
        local dir=$1 compiler=$2 log set_up
        local -a targets
        read -ra targets <<<"$3"
        shift 3
        mkdir -p "$dir"
        log=$dir/build.log
        set_up="$root $compiler $*"
        if [[ ! -f $dir/build.ninja || ! -f $dir/.set-up || $(<"$dir/.set-up") != "$set_up" ]]; then
                rm -rf "$dir/build.ninja" "$dir/.set-up" "$dir/meson-private" "$dir/meson-info"
                if ! CC=$compiler meson setup "$dir" "$root" "$@" >"$log" 2>&1; then
                        tail -n 30 "$log" >&2
                        return 1
                fi
                printf '%s\n' "$set_up" >"$dir/.set-up"
        fi
        if ! ninja -C "$dir" -j "${MAITRED_JOBS:-$(nproc)}" "${targets[@]}" >"$log" 2>&1; then
                grep -E -A6 'error|FAILED|warning' "$log" | head -n 60 >&2
                say "the build failed in $dir; all of it is in $log"
                return 1
        fi
}
