#!/bin/bash
# Debian's own programs in an initramfs, with a script that has them compute: CACHE/debian-programs/initramfs.cpio
# (plain newc, 130 MB; guests need -m 1G); base.cpio, python.cpio, perl.cpio and gcc.cpio beside it are its parts, to be
# concatenated as one wants them, and root is the same tree, for a chroot.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

usage="usage: debian-programs.sh"
case ${1-} in
    '') ;;
    -h | --help)
        printf '%s\n' "$usage"
        exit
        ;;
    *) usage_error "unknown option $1" "$usage" ;;
esac

dir=$CACHE/debian-programs
sources=$IMAGES_DIR/debian-programs
stamp=$(input_hash -- "$IMAGES_DIR/lib.sh" "$0" "$sources"/*)

# packages: what the programs are in, and everything that it depends on less what no workload needs.
packages() {
    apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances \
        busybox-static bash coreutils diffutils grep sed openssl python3 perl sqlite3 bc gcc libc6-dev xz-utils zstd |
        grep '^[a-z]' | sort -u |
        grep -vE '^(lib(a|l|t|ub)san[0-9]+|libhwasan0|libcc1-0|libgprofng0|.*krb5.*|libgssapi.*|libk5.*|libtirpc.*|libnsl2|rpcsvc.*)$' |
        grep -vE '^(dpkg|tar|debconf|base-files|base-passwd|debianutils|mawk|original-awk|gawk|libsigsegv2|install-info|readline-common|mailcap|mime-support)$' |
        grep -vE '^(media-types|manpages.*|libdb5.*|libgdbm.*|libkeyutils1|libcom-err2|netbase|tzdata|.*-cross|cdebconf)$'
    # Python's own tests, of the version that python3 is now.
    apt-cache depends python3 | sed -n 's/.*Depends: python\(3\.[0-9]*\)$/libpython\1-testsuite/p' | head -n 1
}

# download_all: those packages to $WORK/debs, in one go, since apt-get takes seconds to start.
download_all() {
    local names
    names=$(packages)
    mkdir "$WORK/debs"
    say "downloading $(printf '%s\n' "$names" | wc -l) packages"
    # shellcheck disable=SC2086 # one word each
    if ! (cd "$WORK/debs" && apt download $names); then
        is_root || die "could not download all; old package lists? run: sudo apt-get update"
        say "apt-get update"
        apt update || die "apt-get update failed"
        # shellcheck disable=SC2046
        (cd "$WORK/debs" && apt download $(packages)) || die "could not download all of" $names
    fi
}

if ! cached "$dir" "$stamp" initramfs.cpio root/workload; then
    lock debian-programs
fi
if ! cached "$dir" "$stamp" initramfs.cpio root/workload; then
    need_lists sqlite3
    make_work
    root=$WORK/out/root
    mkdir -p "$root/usr/bin" "$root/usr/lib" "$root/usr/lib64"
    download_all
    for deb in "$WORK"/debs/*.deb; do
        dpkg-deb -x "$deb" "$root"
    done
    # Where packages put everything below /usr, base-files has these.
    for path in bin lib lib64; do
        [ -e "$root/$path" ] || ln -s "usr/$path" "$root/$path"
    done
    say "building the initramfs of Debian programs"
    python=$(basename "$(ls -d "$root"/usr/lib/python3.*/)")
    (
        cd "$root"
        # What is neither run nor read by a workload: the guest copies every byte at every boot.
        rm -rf etc/* var usr/share/{doc,man,info,locale,lintian,bug,bash-completion,pixmaps,applications,menu,zoneinfo,i18n} \
            usr/lib/x86_64-linux-gnu/{gconv,audit,e2fsprogs,bfd-plugins} usr/lib{,exec}/gcc/*/*/{lto1,lto-wrapper,g++-mapper-server} \
            usr/include/{c++,drm,rdma,sound,mtd,video,scsi,misc,xen} usr/include/linux/*/ usr/share/{gcc,gdb} \
            usr/bin/*{gold,gprof,gprofng,dwp,lto-dump*,gp-*,gcov*,gcc-ar*,gcc-nm*,gcc-ranlib*,elfedit,nm,readelf,strip,objcopy,addr2line} \
            usr/bin/{perl5*,pzstd,xsubpp,x86_64-linux-gnu-cpp*,pod*,perl?*,pydoc*,pygettext*,py3*} \
            usr/lib/x86_64-linux-gnu/libstdc++* usr/lib/x86_64-linux-gnu/perl/*/{CORE,auto/Encode/??,auto/Unicode} \
            usr/share/perl/*/{Unicode,Module,CPAN,CPAN.pm,perl5db.pl,ExtUtils,TAP,Test*,Pod,pod,unicore/Name.pl} \
            usr/lib/"$python"/{idlelib,lib2to3,ensurepip,pydoc_data,distutils,tkinter,multiprocessing,asyncio/test*,xml,email,curses,dbm,wsgiref,xmlrpc,config*}
        rm -f usr/lib/x86_64-linux-gnu/{libicu*,libgprofng*,libgomp*,libitm*,libquadmath*,libncurses*}
        find usr -name '*.pod' -delete
        find usr/lib -name '*.a' ! -name 'libc_nonshared.a' ! -name 'libgcc*.a' ! -path '*/libm.a' -delete
        # Of Python's tests those of numbers.
        cd usr/lib/"$python"/test
        find . -mindepth 1 ! -path './support*' ! -name __init__.py ! -path './test_float.py' ! -path './test_math.py' \
            ! -path './test_struct.py' ! -path './test_decimal.py' ! -path './decimaltestdata*' ! -path './math_testcases.txt' \
            ! -path './cmath_testcases.txt' ! -path './mathdata*' ! -path './formatfloat_testcases.txt' ! -path './test_grammar.py' \
            ! -name 'ann_module*.py' ! -path './list_tests.py' ! -path './seq_tests.py' ! -path './floating_points.txt' ! -path './ieee754.txt' \
            ! -type d -delete
        find . -type d -empty -delete
    )
    mkdir -p "$root"/{dev,proc,sys,tmp,root,etc}
    chmod 1777 "$root/tmp"
    cp "$sources"/{workload,compute.c,compute.pl,compute.py,compute.sql,init} "$root/"
    ln -sf busybox "$root/bin/sh"
    # One archive a part, since the guest copies all that it is given at every boot.
    (
        cd "$root"
        find . -mindepth 1 \( -type d -printf '%P dir %m\n' \) -o \( -type l -printf '%P link %l\n' \) -o \
            \( -type f -printf "%P file %m $root/%P\n" \)
    ) | awk -v to="$WORK/list-" '{
        part = "base"
        if ($2 == "dir") part = "base"
        else if ($1 ~ /^usr\/lib\/gcc|include\/|\.[ao]$|cc1|lib(bfd|opcodes|ctf|isl|mpc|mpfr)|bin\/(.*gcc.*|.*cpp.*|as|ld.*|objdump|x86_64-.*)$/)
            part = "gcc"
        else if ($1 ~ /python/) part = "python"
        else if ($1 ~ /perl/) part = "perl"
        print >(to part)
    }'
    for part in base python perl gcc; do
        newc <"$WORK/list-$part" >"$WORK/out/$part.cpio"
    done
    cat "$WORK"/out/{base,python,perl,gcc}.cpio >"$WORK/out/initramfs.cpio"
    install_result "$WORK/out" "$dir" "$stamp"
fi
printf '%s\n' "$dir/initramfs.cpio"
