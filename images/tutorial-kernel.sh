#!/bin/bash
# The tutorials' kernel, built from Debian's source package: CACHE/tutorial-SERIES/ or, with --slim,
# CACHE/slim-SERIES/ holds bzImage, vmlinux with DWARF, config, vmlinux-gdb.py and scripts/gdb.
# The unpacked source stays in CACHE/linux-source-SERIES, so that gdb shows source lines.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

usage="usage: tutorial-kernel.sh [--slim] [--series 6.12] [--jobs N] [--configure-only]
  --slim            a small kernel (2 to 4 minutes on 2 cores) instead of defconfig's (10 or more)
  --series S        series of the linux-source-S package
  --jobs N          parallel compilations (all processors when left out)
  --configure-only  stop after making and checking the configuration, and print its path"
series=6.12
name=tutorial
base=x86_64_defconfig
jobs=$(nproc)
configure_only=
while [ $# -gt 0 ]; do
    case $1 in
        --slim)
            name=slim
            base=tinyconfig
            ;;
        --series | --jobs)
            [ $# -ge 2 ] || usage_error "$1 wants a number" "$usage"
            if [ "$1" = --series ]; then series=$2; else jobs=$2; fi
            shift
            ;;
        --configure-only) configure_only=1 ;;
        -h | --help)
            printf '%s\n' "$usage"
            exit
            ;;
        *) usage_error "unknown option $1" "$usage" ;;
    esac
    shift
done
[[ $series =~ ^[0-9]+\.[0-9]+$ ]] || usage_error "not a kernel series: $series" "$usage"
[[ $jobs =~ ^[1-9][0-9]*$ ]] || usage_error "not a number of jobs: $jobs" "$usage"

dir=$CACHE/$name-$series
source_dir=$CACHE/linux-source-$series
fragment=$IMAGES_DIR/kernel/$name.config
stamp=$(input_hash kernel-1 "$base" -- "$fragment")

unpack_source() {
    local deb
    [ -e "$source_dir/Makefile" ] && return
    need_lists "linux-source-$series"
    deb=$(download "linux-source-$series")
    say "unpacking the kernel source"
    mkdir "$WORK/source"
    dpkg-deb --fsys-tarfile "$deb" | tar -xO --wildcards './usr/src/linux-source-*.tar.xz' |
        tar -xJ -C "$WORK/source" --strip-components=1
    basename "$deb" | cut -d _ -f 1,2 | tr _ = >"$WORK/source/.debian-package"
    rm -rf "$source_dir" "$deb"
    mv -T "$WORK/source" "$source_dir"
}

# The build's names and paths do not depend on the host, the user or the hour.
kernel_make() {
    make -s -C "$source_dir" O="$WORK/build" ARCH=x86_64 \
        KBUILD_BUILD_TIMESTAMP='2025-01-01 00:00:00 UTC' KBUILD_BUILD_USER=user KBUILD_BUILD_HOST=host \
        KBUILD_BUILD_VERSION=1 KCFLAGS="-ffile-prefix-map=$WORK/build=$dir" "$@" >&2
}

configure() {
    local line option
    mkdir "$WORK/build"
    kernel_make "$base"
    (cd "$WORK/build" && "$source_dir/scripts/kconfig/merge_config.sh" -m .config "$fragment" >/dev/null)
    kernel_make olddefconfig
    # A dependency that silently drops an option would show much later, as a guest without a console.
    while read -r line; do
        case $line in
            CONFIG_*) grep -qxF -e "$line" "$WORK/build/.config" || die "the configuration lost $line" ;;
            '# CONFIG_'*' is not set')
                option=${line#\# }
                ! grep -q "^${option%% *}=" "$WORK/build/.config" || die "the configuration has ${option%% *}"
                ;;
        esac
    done <"$fragment"
}

build() {
    local build=$WORK/build out=$WORK/out
    say "building $name $series with $jobs jobs; this takes minutes"
    kernel_make -j "$jobs" bzImage scripts_gdb
    mkdir -p "$out/scripts"
    cp -L "$build/arch/x86/boot/bzImage" "$build/vmlinux" "$out"
    cp -L "$build/.config" "$out/config"
    cp -RL "$build/scripts/gdb" "$out/scripts/gdb"
    cp -L "$source_dir/scripts/gdb/vmlinux-gdb.py" "$out"
    cp "$source_dir/.debian-package" "$out/package"
    find "$out/scripts" -name ".*.cmd" -delete
}

complete() { cached "$dir" "$stamp" bzImage vmlinux vmlinux-gdb.py scripts/gdb/linux/constants.py; }

if [ -z "$configure_only" ] && complete; then
    printf '%s\n' "$dir/bzImage"
    exit
fi
lock kernel-build
if [ -n "$configure_only" ] || ! complete; then
    need_tools gcc:gcc lib/libc.a:libc6-dev make:make flex:flex bison:bison bc:bc perl:perl xz:xz-utils \
        /usr/include/libelf.h:libelf-dev
    make_work
    unpack_source
    configure
    if [ -n "$configure_only" ]; then
        mkdir -p "$dir"
        cp "$WORK/build/.config" "$dir/config.checked"
        printf '%s\n' "$dir/config.checked"
        exit
    fi
    build
    install_result "$WORK/out" "$dir" "$stamp"
fi
printf '%s\n' "$dir/bzImage"
