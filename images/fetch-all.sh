#!/bin/bash
# Makes every image that the tests boot and that costs little: both cloud kernels and both initramfs.
# With --debug or --debug=SERIES also the cloud kernels' vmlinux (300 MB to download each), with --slim also the slim
# kernel (minutes), with --tutorial also the tutorial kernel (longer), with --programs also the initramfs of Debian
# programs (60 MB to download). With --kernels-only just the cloud kernels.
# Prints the paths, one a line.
set -euo pipefail
cd "$(dirname "$0")"

debug=
only=
programs=
kernels=()
for option; do
    case $option in
        --debug) debug='6.1 6.12' ;;
        --debug=6.1 | --debug=6.12) debug="$debug ${option#*=}" ;;
        --kernels-only) only=1 ;;
        --programs) programs=1 ;;
        --slim | --tutorial) kernels+=("$option") ;;
        -h | --help)
            echo "usage: fetch-all.sh [--debug[=6.1|6.12]] [--slim] [--tutorial] [--programs] [--kernels-only]"
            exit
            ;;
        *)
            printf 'fetch-all.sh: unknown option %s\nusage: fetch-all.sh [--debug[=6.1|6.12]] [--slim] [--tutorial] [--programs] [--kernels-only]\n' "$option" >&2
            exit 2
            ;;
    esac
done

for series in 6.1 6.12; do
    ./cloud-kernel.sh --series "$series"
    if [[ " $debug " == *" $series "* ]]; then ./cloud-kernel.sh --series "$series" --debug; fi
done
[ -z "$only" ] || exit 0
./busybox-initramfs.sh
./bash-initramfs.sh
./exercises-initramfs.sh
[ -z "$programs" ] || ./debian-programs.sh
for kernel in "${kernels[@]}"; do
    case $kernel in
        --slim) ./tutorial-kernel.sh --slim ;;
        --tutorial) ./tutorial-kernel.sh ;;
    esac
done
