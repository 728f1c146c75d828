#!/bin/bash
# Debian's stock cloud kernel: CACHE/cloud-SERIES/bzImage, and vmlinux with DWARF when asked for.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

usage="usage: cloud-kernel.sh [--series 6.1|6.12] [--debug] [--refresh]
  --series S  kernel series (6.1 when left out); the newest package that the apt lists offer
  --debug     also extract vmlinux with DWARF from the matching -dbg package, and print its path instead
  --refresh   look for a newer package even when the cache has one"
series=6.1
debug=
refresh=
while [ $# -gt 0 ]; do
    case $1 in
        --series)
            [ $# -ge 2 ] || usage_error "--series wants a number" "$usage"
            series=$2
            shift
            ;;
        --debug) debug=1 ;;
        --refresh) refresh=1 ;;
        -h | --help)
            printf '%s\n' "$usage"
            exit
            ;;
        *) usage_error "unknown option $1" "$usage" ;;
    esac
    shift
done
[[ $series =~ ^[0-9]+\.[0-9]+$ ]] || usage_error "not a kernel series: $series" "$usage"

dir=$CACHE/cloud-$series
stamp=cloud-1

# The newest signed image package of the series that can be fetched now.
newest_package() {
    local name
    while read -r name; do
        package_known "$name" && printf '%s\n' "$name" && return
    done < <(apt-cache pkgnames "linux-image-$series" | grep -E "^linux-image-${series//./\\.}\.[0-9][^ ]*-cloud-amd64$" | sort -rV)
    return 1
}

fetch_image() {
    local package deb
    command -v apt-get >/dev/null || die "needs Debian's apt-get and dpkg-deb"
    if ! package=$(newest_package); then
        need_lists linux-image-cloud-amd64
        package=$(newest_package) || die "the package lists offer no linux-image-$series.*-cloud-amd64"
    fi
    deb=$(download "$package")
    mkdir "$WORK/root" "$WORK/out"
    dpkg-deb -x "$deb" "$WORK/root"
    mv "$WORK"/root/boot/vmlinuz-* "$WORK/out/bzImage"
    mv "$WORK"/root/boot/config-* "$WORK/out/config"
    printf '%s=%s\n' "$package" "$(dpkg-deb -f "$deb" Version)" >"$WORK/out/package"
    # A vmlinux of another build would mislead a debugger.
    if [ -e "$dir/package" ] && ! cmp -s "$dir/package" "$WORK/out/package"; then rm -f "$dir/vmlinux"; fi
    install_result "$WORK/out" "$dir" "$stamp"
    rm -rf "$WORK/root"
}

fetch_vmlinux() {
    local package deb
    package=$(cat "$dir/package")
    package=${package%%=*}-dbg=${package#*=}
    need_lists "${package%%=*}"
    deb=$(download "$package")
    say "extracting vmlinux"
    mkdir "$WORK/debug"
    dpkg-deb --fsys-tarfile "$deb" |
        tar -x -C "$WORK/debug" --strip-components=5 --wildcards './usr/lib/debug/boot/vmlinux-*' ||
        die "no vmlinux in $package"
    mv "$WORK"/debug/vmlinux-* "$dir/vmlinux"
}

if [ -n "$refresh" ] || ! cached "$dir" "$stamp" bzImage package; then
    lock "cloud-$series"
    if [ -n "$refresh" ] || ! cached "$dir" "$stamp" bzImage package; then
        make_work
        fetch_image
    fi
fi
if [ -z "$debug" ]; then
    printf '%s\n' "$dir/bzImage"
    exit
fi
if ! [ -s "$dir/vmlinux" ]; then
    lock "cloud-$series"
    if ! [ -s "$dir/vmlinux" ]; then
        [ -n "$WORK" ] || make_work
        fetch_vmlinux
    fi
fi
printf '%s\n' "$dir/vmlinux"
