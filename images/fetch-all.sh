#!/bin/bash
# Makes every image that the tests boot and that costs little: both cloud kernels and both initramfs.
# With --debug also the cloud kernels' vmlinux, with --slim also the slim kernel (minutes), with --tutorial also
# the tutorial kernel (longer). Prints the paths, one a line.
set -euo pipefail
cd "$(dirname "$0")"

debug=
kernels=()
for option; do
    case $option in
        --debug) debug=--debug ;;
        --slim | --tutorial) kernels+=("$option") ;;
        -h | --help)
            echo "usage: fetch-all.sh [--debug] [--slim] [--tutorial]"
            exit
            ;;
        *)
            printf 'fetch-all.sh: unknown option %s\nusage: fetch-all.sh [--debug] [--slim] [--tutorial]\n' "$option" >&2
            exit 2
            ;;
    esac
done

for series in 6.1 6.12; do
    ./cloud-kernel.sh --series "$series"
    [ -z "$debug" ] || ./cloud-kernel.sh --series "$series" --debug
done
./busybox-initramfs.sh
./bash-initramfs.sh
for kernel in "${kernels[@]}"; do
    case $kernel in
        --slim) ./tutorial-kernel.sh --slim ;;
        --tutorial) ./tutorial-kernel.sh ;;
    esac
done
