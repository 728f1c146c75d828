# shellcheck shell=bash
# Shared by the image scripts; sourced, never run.
#
# Every script follows the same plan: quick exit when the cache already holds what was asked for (same
# inputs, same stamp), otherwise take a lock, build in a temporary directory inside the cache, and move the
# finished files into place, the stamp last. Progress goes to stderr, the resulting path to stdout.

set -euo pipefail
export LC_ALL=C
umask 022

# shellcheck disable=SC2034 # for the scripts
IMAGES_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
CACHE=${EMU_CACHE:-${XDG_CACHE_HOME:-${HOME:?set HOME or EMU_CACHE}/.cache}/linuxemu}
SCRIPT_NAME=${0##*/}
WORK=

say() { printf '%s: %s\n' "$SCRIPT_NAME" "$*" >&2; }

die() {
    say "$*"
    exit 1
}

usage_error() {
    printf '%s: %s\n%s\n' "$SCRIPT_NAME" "$1" "$2" >&2
    exit 2
}

# ---------------------------------------------------------------- cache

# input_hash [TEXT...] -- FILE...: one word that changes when any of the texts or files do.
input_hash() {
    local texts=()
    while [ "$1" != -- ]; do
        texts+=("$1")
        shift
    done
    shift
    { printf '%s\n' "${texts[@]}" && cat -- "$@"; } | sha256sum | cut -d ' ' -f 1
}

# cached DIR STAMP FILE...: true when DIR was finished for this STAMP and the files are there.
cached() {
    local dir=$1 stamp=$2 found file
    shift 2
    { read -r found <"$dir/.stamp"; } 2>/dev/null || return 1
    [ "$found" = "$stamp" ] || return 1
    for file; do [ -s "$dir/$file" ] || return 1; done
}

# lock NAME: only one builder of NAME at a time; the lock goes with the process.
lock() {
    mkdir -p "$CACHE" || die "cannot make the cache directory $CACHE (EMU_CACHE chooses another)"
    exec 9>"$CACHE/.lock-$1"
    if ! flock -n 9; then
        say "waiting for another $1 build"
        flock 9
    fi
}

# make_work: sets WORK to a new temporary directory in the cache that is removed on exit.
make_work() {
    # What a killed run left behind a day or more ago.
    find "$CACHE" -maxdepth 1 -name '.tmp-*' -mtime +0 -exec rm -rf {} + || true
    WORK=$(mktemp -d "$CACHE/.tmp-XXXXXXXX")
    trap 'rm -rf "$WORK"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    chmod 755 "$WORK"
}

# install_result FROM TO STAMP: every file in FROM replaces its namesake in TO, each by one rename.
install_result() {
    local from=$1 to=$2 stamp=$3 file
    mkdir -p "$to"
    rm -f "$to/.stamp"
    for file in "$from"/*; do
        if [ -d "$file" ]; then rm -rf "${to:?}/${file##*/}"; fi
        mv -fT "$file" "$to/${file##*/}"
    done
    printf '%s\n' "$stamp" >"$from/.stamp"
    mv -fT "$from/.stamp" "$to/.stamp"
}

# ---------------------------------------------------------------- packages

is_root() { [ "$(id -u)" = 0 ]; }

# apt: apt-get, quiet, waiting for another apt instead of failing; its chatter goes to stderr.
apt() { DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 -o APT::Sandbox::User=root "$@" >&2; }

# need_lists PACKAGE: the package lists know PACKAGE, or a clear end.
need_lists() {
    command -v apt-get >/dev/null || die "needs Debian's apt-get to fetch $1; this machine has none"
    package_known "$1" && return
    is_root || die "the package lists do not know $1; run: sudo apt-get update"
    say "apt-get update"
    apt update || die "apt-get update failed"
    package_known "$1" || die "the package lists do not offer $1"
}

package_known() { [ -n "$(apt-cache madison "$1" 2>/dev/null)" ]; }

# need_tools COMMAND:PACKAGE...: installs the packages whose commands are missing. A COMMAND that begins
# with / is a file; lib/NAME is a file that the C compiler finds.
need_tools() {
    local pair what missing=()
    for pair; do
        what=${pair%%:*}
        case $what in
            /*) [ -e "$what" ] || missing+=("${pair#*:}") ;;
            lib/*) [ -e "$(${CC:-gcc} -print-file-name="${what#lib/}" 2>/dev/null)" ] || missing+=("${pair#*:}") ;;
            *) command -v "$what" >/dev/null || missing+=("${pair#*:}") ;;
        esac
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    is_root || die "missing packages; run: sudo apt-get install ${missing[*]}"
    need_lists "${missing[0]}"
    say "apt-get install ${missing[*]}"
    apt install -y --no-install-recommends "${missing[@]}" || die "could not install ${missing[*]}"
}

# download PACKAGE[=VERSION]: fetches the .deb into $WORK (no root needed) and prints its path. Old package lists
# name files that are gone: root gets new lists then and tries once more.
download() {
    local debs=$WORK/debs
    rm -rf "$debs" && mkdir "$debs"
    say "downloading $1"
    if ! (cd "$debs" && apt download "$1"); then
        is_root || die "could not download $1; old package lists? run: sudo apt-get update"
        say "apt-get update"
        apt update || die "apt-get update failed"
        (cd "$debs" && apt download "$1") || die "could not download $1"
    fi
    set -- "$debs"/*.deb
    [ -e "$1" ] || die "apt-get download left no file"
    printf '%s\n' "$1"
}

# libraries FILE: paths of the libraries that FILE needs, found below $WORK/root, theirs included.
libraries() {
    local name path
    objdump -p "$1" | sed -n 's/^ *NEEDED *//p' | while read -r name; do
        path=$(find "$WORK/root" -name "$name" -print -quit)
        [ -n "$path" ] || die "no library $name"
        printf '%s\n' "$path"
        libraries "$path"
    done
}

# ---------------------------------------------------------------- newc archives

# newc: reads lines and writes an uncompressed newc archive. Lines, in any order (they are sorted by path):
#   PATH dir MODE | PATH file MODE SOURCE | PATH link TARGET
# Owner root, time 0 and inode numbers by position, so that equal inputs give equal bytes on every file
# system; written here because cpio(1) copies link counts, which differ between file systems.
newc() {
    local path kind a b inode=0 total=0
    while read -r path kind a b; do
        inode=$((inode + 1))
        case $kind in
            dir) newc_entry "$path" $((8#$a | 8#040000)) 2 0 ;;
            file)
                newc_entry "$path" $((8#$a | 8#100000)) 1 "$(stat -Lc %s "$b")"
                cat "$b"
                newc_pad 4
                ;;
            link)
                newc_entry "$path" $((8#120777)) 1 ${#a}
                printf %s "$a"
                newc_pad 4
                ;;
            *) die "newc: $path: unknown kind $kind" ;;
        esac
    done < <(sort)
    inode=0
    newc_entry 'TRAILER!!!' 0 1 0
    newc_pad 512
}

# newc_entry PATH MODE LINKS SIZE: header and name; keeps `total`, the archive's length so far.
newc_entry() {
    printf '070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%s\0' \
        "$inode" "$2" 0 0 "$3" 0 "$4" 0 0 0 0 $((${#1} + 1)) 0 "$1"
    total=$((total + 110 + ${#1} + 1))
    newc_pad 4
    total=$((total + $4))
}

# newc_pad N: zero bytes up to the next multiple of N.
newc_pad() {
    while [ $((total % $1)) -ne 0 ]; do
        printf '\0'
        total=$((total + 1))
    done
}

# compile SOURCE OUTPUT: a static x86-64 program whose bytes do not depend on where it was built.
compile() {
    (cd "$(dirname "$1")" && "${CC:-gcc}" -g -O0 -static -no-pie "-ffile-prefix-map=$PWD=." -o "$2" "$(basename "$1")") ||
        die "could not compile $1"
}
