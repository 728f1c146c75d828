#!/bin/bash
# The busybox initramfs with the first tutorial's exercises in it: exec_test, a script with an interpreter of its own,
# 32-bit programs without and with glibc, a small debugger, and Debian's strace with its libraries. CACHE/exercises/initramfs.cpio.gz: the kernel unpacks one
# archive after the other, so this is the busybox archive followed by another.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

usage="usage: exercises-initramfs.sh"
case ${1-} in
    '') ;;
    -h | --help)
        printf '%s\n' "$usage"
        exit
        ;;
    *) usage_error "unknown option $1" "$usage" ;;
esac

dir=$CACHE/exercises
sources=$IMAGES_DIR/exercises
busybox=$("$IMAGES_DIR/busybox-initramfs.sh")
stamp=$(input_hash "${CC:-gcc}" -- "$IMAGES_DIR/lib.sh" "$0" "$sources"/* "$busybox")

if ! cached "$dir" "$stamp" initramfs.cpio.gz; then
    lock exercises
fi
if ! cached "$dir" "$stamp" initramfs.cpio.gz; then
    need_tools "${CC:-gcc}:gcc" lib/libc.a:libc6-dev objdump:binutils gzip:gzip
    need_lists strace
    make_work
    mkdir "$WORK/root" "$WORK/out"
    for package in strace libc6 libunwind8 liblzma5; do
        dpkg-deb -x "$(download "$package:amd64")" "$WORK/root"
    done
    say "building the exercises' initramfs"
    compile "$sources/exec_test.c" "$WORK/exec_test"
    compile "$sources/stepper.c" "$WORK/stepper"
    "${CC:-gcc}" -m32 -Os -static -nostdlib -ffreestanding -fno-pie -no-pie -fno-stack-protector \
        -o "$WORK/hello32" "$sources/hello32.c" || die "could not compile hello32.c"
    # The 32-bit libraries of gcc-multilib, without installing them.
    mkdir "$WORK/root32"
    version=$("${CC:-gcc}" -dumpversion)
    for package in libc6-dev-i386 "lib32gcc-${version%%.*}-dev"; do
        dpkg-deb -x "$(download "$package:amd64")" "$WORK/root32"
    done
    libgcc=$(dirname "$(find "$WORK/root32" -name crtbeginT.o -print -quit)")
    libc=$(dirname "$(find "$WORK/root32" -name crt1.o -path '*lib32*' -print -quit)")
    "${CC:-gcc}" -m32 -O1 -static -isystem "$WORK/root32/usr/include/x86_64-linux-gnu" \
        -isystem "/usr/include/$("${CC:-gcc}" -print-multiarch)" -B"$libgcc/" -B"$libc/" -L"$libgcc" -L"$libc" \
        -o "$WORK/libc32" "$sources/libc32.c" -lm || die "could not compile libc32.c"
    strace=$WORK/root/usr/bin/strace
    loader=$(find "$WORK/root" -name ld-linux-x86-64.so.2 -print -quit)
    {
        printf '%s dir 755\n' bin lib lib64
        printf '%s\n' \
            "bin/exec_test file 755 $WORK/exec_test" \
            "bin/hello32 file 755 $WORK/hello32" \
            "bin/libc32 file 755 $WORK/libc32" \
            "bin/stepper file 755 $WORK/stepper" \
            "bin/script.sh file 755 $sources/script.sh" \
            "bin/strace file 755 $strace" \
            "lib64/ld-linux-x86-64.so.2 file 755 $loader"
        libraries "$strace" | sort -u | while read -r path; do
            [ "${path##*/}" = ld-linux-x86-64.so.2 ] || printf 'lib/%s file 755 %s\n' "${path##*/}" "$path"
        done
    } | newc | gzip -9n >"$WORK/second.gz"
    cat "$busybox" "$WORK/second.gz" >"$WORK/out/initramfs.cpio.gz"
    install_result "$WORK/out" "$dir" "$stamp"
fi
printf '%s\n' "$dir/initramfs.cpio.gz"
