#!/bin/bash
# The initramfs of the benchmark suite: busybox, the programs of bench/, and Debian's openssl and python3 with what they
# need. CACHE/bench/initramfs.cpio, uncompressed, so that its unpacking is not what is measured.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

usage="usage: bench-initramfs.sh"
case ${1-} in
    '') ;;
    -h | --help)
        printf '%s\n' "$usage"
        exit
        ;;
    *) usage_error "unknown option $1" "$usage" ;;
esac

dir=$CACHE/bench
sources=$IMAGES_DIR/bench
stamp=$(input_hash "${CC:-gcc}" -- "$IMAGES_DIR/lib.sh" "$0" "$sources"/*)

if ! cached "$dir" "$stamp" initramfs.cpio; then
    lock bench
fi
if ! cached "$dir" "$stamp" initramfs.cpio; then
    need_tools "${CC:-gcc}:gcc" lib/libc.a:libc6-dev objdump:binutils openssl:openssl
    need_lists busybox-static
    make_work
    mkdir "$WORK/root" "$WORK/out"
    for package in busybox-static openssl python3.11-minimal libpython3.11-minimal libpython3.11-stdlib libc6 libssl3 \
        zlib1g libexpat1; do
        dpkg-deb -x "$(download "$package:amd64")" "$WORK/root"
    done
    say "building the benchmark initramfs"
    # Optimised: these stand for the programs that people run, not for those that they debug.
    for program in work nothing; do
        "${CC:-gcc}" -O2 -static -no-pie -o "$WORK/$program" "$sources/$program.c" || die "could not compile $program.c"
    done
    openssl genrsa -out "$WORK/key.pem" 4096 2>/dev/null || die "could not make a key"
    busybox=$(find "$WORK/root" -path '*bin/busybox' -type f -print -quit)
    python=$WORK/root/usr/bin/python3.11
    loader=$(find "$WORK/root" -name ld-linux-x86-64.so.2 -print -quit)
    find "$WORK/root/usr/lib/python3.11" -name '*.py' -size -40k | sort | sed -n 1,40p | xargs cat >"$WORK/text"
    {
        for path in bench bin dev lib lib64 proc root sbin sys tmp usr usr/bin usr/lib usr/sbin; do
            printf '%s dir 755\n' "$path"
        done
        printf '%s\n' \
            "init file 755 $sources/init" \
            "bench/init file 755 $sources/init" \
            "bench/mix.py file 644 $sources/mix.py" \
            "bench/key.pem file 644 $WORK/key.pem" \
            "bench/text file 644 $WORK/text" \
            "bin/bench file 755 $sources/bench" \
            "bin/work file 755 $WORK/work" \
            "bin/nothing file 755 $WORK/nothing" \
            "bin/busybox file 755 $busybox" \
            "bin/sh link busybox" \
            "usr/bin/openssl file 755 $WORK/root/usr/bin/openssl" \
            "usr/bin/python3 file 755 $python" \
            "lib64/ld-linux-x86-64.so.2 file 755 $loader"
        for program in "$WORK/root/usr/bin/openssl" "$python"; do libraries "$program"; done | sort -u |
            while read -r path; do
                [ "${path##*/}" = ld-linux-x86-64.so.2 ] || printf 'lib/%s file 755 %s\n' "${path##*/}" "$path"
            done
        (cd "$WORK/root" && find usr/lib/python3.11 -type d -printf '%p dir 755\n' &&
            find usr/lib/python3.11 -type f -name '*.py' -printf "%p file 644 $WORK/root/%p\n" &&
            find usr/lib/python3.11/lib-dynload -type f -name '*.so' -printf "%p file 755 $WORK/root/%p\n")
    } | newc >"$WORK/out/initramfs.cpio"
    install_result "$WORK/out" "$dir" "$stamp"
fi
printf '%s\n' "$dir/initramfs.cpio"
