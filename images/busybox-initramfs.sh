#!/bin/bash
# A busybox initramfs, gzip'ed newc: CACHE/busybox/initramfs.cpio.gz (and hello and demo for a debugger).
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

usage="usage: busybox-initramfs.sh"
case ${1-} in
    '') ;;
    -h | --help)
        printf '%s\n' "$usage"
        exit
        ;;
    *) usage_error "unknown option $1" "$usage" ;;
esac

dir=$CACHE/busybox
sources=$IMAGES_DIR/initramfs
stamp=$(input_hash "${CC:-gcc}" -- "$IMAGES_DIR/lib.sh" "$0" "$sources/init" "$sources/hello.c" "$sources/demo.c")

if ! cached "$dir" "$stamp" initramfs.cpio.gz hello demo; then
    lock busybox
fi
if ! cached "$dir" "$stamp" initramfs.cpio.gz hello demo; then
    need_tools "${CC:-gcc}:gcc" lib/libc.a:libc6-dev gzip:gzip
    need_lists busybox-static
    make_work
    mkdir "$WORK/root" "$WORK/out"
    dpkg-deb -x "$(download busybox-static:amd64)" "$WORK/root"
    busybox=$WORK/root/bin/busybox
    [ -e "$busybox" ] || busybox=$WORK/root/usr/bin/busybox
    say "building the busybox initramfs"
    compile "$sources/hello.c" "$WORK/out/hello"
    compile "$sources/demo.c" "$WORK/out/demo"
    {
        for path in bin dev proc root sbin sys tmp usr usr/bin usr/sbin; do
            printf '%s dir 755\n' "$path"
        done
        printf '%s\n' \
            "init file 755 $sources/init" \
            "bin/busybox file 755 $busybox" \
            "bin/sh link busybox" \
            "bin/hello file 755 $WORK/out/hello" \
            "bin/demo file 755 $WORK/out/demo"
    } | newc | gzip -9n >"$WORK/out/initramfs.cpio.gz"
    install_result "$WORK/out" "$dir" "$stamp"
fi
printf '%s\n' "$dir/initramfs.cpio.gz"
