#!/bin/bash
# Makes every image that the tests boot and that costs little: both cloud kernels and both initramfs.
# With --debug also the cloud kernels' vmlinux, with --slim also the slim kernel (minutes), with --tutorial also
# the tutorial kernel (longer). With --tools also the programs that some tests show the emulator to, as far as they
# can be installed; without them those tests say so and are skipped. Prints the paths, one a line.
set -euo pipefail
cd "$(dirname "$0")"

debug=
tools=
kernels=()
for option; do
    case $option in
        --debug) debug=--debug ;;
        --tools) tools=1 ;;
        --slim | --tutorial) kernels+=("$option") ;;
        -h | --help)
            echo "usage: fetch-all.sh [--debug] [--slim] [--tutorial] [--tools]"
            exit
            ;;
        *)
            printf 'fetch-all.sh: unknown option %s\nusage: fetch-all.sh [--debug] [--slim] [--tutorial] [--tools]\n' "$option" >&2
            exit 2
            ;;
    esac
done

[ -z "$tools" ] || ./test-tools.sh
for series in 6.1 6.12; do
    ./cloud-kernel.sh --series "$series"
    [ -z "$debug" ] || ./cloud-kernel.sh --series "$series" --debug
done
./busybox-initramfs.sh
./bash-initramfs.sh
./exercises-initramfs.sh
for kernel in "${kernels[@]}"; do
    case $kernel in
        --slim) ./tutorial-kernel.sh --slim ;;
        --tutorial) ./tutorial-kernel.sh ;;
    esac
done
