#!/bin/bash
# An initramfs of two files, /init (a static bash) and /demo, as plain newc: CACHE/bash/init.cpio.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

usage="usage: bash-initramfs.sh"
case ${1-} in
    '') ;;
    -h | --help)
        printf '%s\n' "$usage"
        exit
        ;;
    *) usage_error "unknown option $1" "$usage" ;;
esac

dir=$CACHE/bash
sources=$IMAGES_DIR/initramfs
stamp=$(input_hash "${CC:-gcc}" -- "$IMAGES_DIR/lib.sh" "$0" "$sources/demo.c")

if ! cached "$dir" "$stamp" init.cpio demo; then
    lock bash
fi
if ! cached "$dir" "$stamp" init.cpio demo; then
    need_tools "${CC:-gcc}:gcc" lib/libc.a:libc6-dev
    need_lists bash-static
    make_work
    mkdir "$WORK/root" "$WORK/out"
    dpkg-deb -x "$(download bash-static:amd64)" "$WORK/root"
    bash=$WORK/root/bin/bash-static
    [ -e "$bash" ] || bash=$WORK/root/usr/bin/bash-static
    say "building the bash initramfs"
    compile "$sources/demo.c" "$WORK/out/demo"
    printf '%s\n' "init file 755 $bash" "demo file 755 $WORK/out/demo" | newc >"$WORK/out/init.cpio"
    install_result "$WORK/out" "$dir" "$stamp"
fi
printf '%s\n' "$dir/init.cpio"
