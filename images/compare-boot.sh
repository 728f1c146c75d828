#!/bin/bash
# Boot time of the emulator's jar beside QEMU's TCG on the same kernel and initramfs: from the start of the command
# to the shell's prompt, and to the end of the process after "poweroff -f". Runs alternate; prints the medians as a
# row of a Markdown table (the heading goes to stderr, so that rows can be collected).
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

usage="usage: compare-boot.sh [--kernel FILE] [--initrd FILE] [--append TEXT] [--memory 256M] [--runs 5]
                       [--jar FILE] [--java COMMAND] [--launcher] [--options TEXT] [--qemu COMMAND] [--label TEXT]
  The kernel is the 6.1 cloud kernel and the initramfs busybox's when left out. --label names the guest in the row.
  --options are more options for the emulator alone. --launcher starts the jar by emu-cli/src/main/dist/emu, with the
  JDK that --java names, instead of plain java -jar."
kernel=
initrd=
append=console=ttyS0
memory=256M
runs=5
jar=$IMAGES_DIR/../emu-cli/target/emu.jar
java=java
launcher=
qemu="qemu-system-x86_64"
options=
label=
while [ $# -gt 0 ]; do
    case $1 in
        -h | --help)
            printf '%s\n' "$usage"
            exit
            ;;
        --kernel | --initrd | --append | --memory | --runs | --jar | --java | --options | --qemu | --label)
            [ $# -ge 2 ] || usage_error "$1 wants a value" "$usage"
            printf -v "${1#--}" %s "$2"
            shift
            ;;
        --launcher) launcher=$IMAGES_DIR/../emu-cli/src/main/dist/emu ;;
        *) usage_error "unknown option $1" "$usage" ;;
    esac
    shift
done
[[ $runs =~ ^[1-9][0-9]*$ ]] || usage_error "not a number of runs: $runs" "$usage"

[ -e "$jar" ] || die "no $jar; build it first: mvn -DskipTests package"
if [ "$qemu" = qemu-system-x86_64 ]; then need_tools qemu-system-x86_64:qemu-system-x86; fi
[ -n "$kernel" ] || kernel=$("$IMAGES_DIR/cloud-kernel.sh")
[ -n "$initrd" ] || initrd=$("$IMAGES_DIR/busybox-initramfs.sh")
[ -n "$label" ] || label="$(basename "$(dirname "$kernel")") + $(basename "$(dirname "$initrd")")"

emulator=("$java" -jar "$jar")
if [ -n "$launcher" ]; then
    export EMU_JAR=$jar EMU_JAVA=$java
    emulator=("$launcher")
    label="$label, launcher"
fi
common=(-kernel "$kernel" -initrd "$initrd" -append "$append" -m "$memory" -nographic -no-reboot)
prompt_seconds=120
exit_seconds=15

microseconds() { printf '%s\n' "${EPOCHREALTIME/./}"; }

# boot COMMAND...: sets at_prompt and at_exit, microseconds since the start; at_exit is empty when the machine did
# not end by itself (a kernel without ACPI halts instead of switching QEMU off).
boot() {
    local start chunk pid guest_out guest_in
    start=$(microseconds)
    coproc GUEST { exec "$@" 2>&1; }
    pid=$GUEST_PID guest_out=${GUEST[0]} guest_in=${GUEST[1]}
    at_prompt='' at_exit=''
    while IFS= read -r -t "$prompt_seconds" -d '#' -u "$guest_out" chunk; do
        case $chunk in
            *$'\n/ ' | *$'\ninit-'[0-9]*.[0-9]) at_prompt=$(($(microseconds) - start)) && break ;;
        esac
    done
    if [ -z "$at_prompt" ]; then
        kill -KILL "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
        die "no prompt from: $*"
    fi
    printf 'poweroff -f || exit\n' >&"$guest_in"
    # End of output is the end of the process.
    local status=0
    while IFS= read -r -t "$exit_seconds" -d '#' -u "$guest_out" _ || { status=$? && false; }; do :; done
    if [ "$status" -gt 128 ]; then
        kill -KILL "$pid" 2>/dev/null || true
    else
        at_exit=$(($(microseconds) - start))
    fi
    wait "$pid" 2>/dev/null || true
}

# median VALUE...: of the values in microseconds, in seconds; a dash when one is missing.
median() {
    [ $# -eq "$runs" ] || {
        echo -
        return
    }
    printf '%s\n' "$@" | sort -n | awk '{ v[NR] = $1 }
        END { m = NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2; printf "%.2f\n", m / 1e6 }'
}

ratio() {
    if [ "$1" = - ] || [ "$2" = - ]; then echo -; else awk "BEGIN { printf \"%.2f\n\", $1 / $2 }"; fi
}

# So that no measured run makes the launcher's archive.
[ -z "$launcher" ] || EMU_ARCHIVE="wait" boot "${emulator[@]}" "${common[@]}"
qemu_prompts=() qemu_exits=() emu_prompts=() emu_exits=()
for ((run = 1; run <= runs; run++)); do
    boot "$qemu" -accel tcg "${common[@]}"
    qemu_prompts+=("$at_prompt") qemu_exits+=(${at_exit:+"$at_exit"})
    line="run $run of $runs: QEMU $(runs=1 median "$at_prompt") s"
    # shellcheck disable=SC2086 # several options
    boot "${emulator[@]}" "${common[@]}" $options
    emu_prompts+=("$at_prompt") emu_exits+=(${at_exit:+"$at_exit"})
    say "$line, emulator $(runs=1 median "$at_prompt") s"
done

qemu_prompt=$(median "${qemu_prompts[@]}") qemu_exit=$(median "${qemu_exits[@]}")
emu_prompt=$(median "${emu_prompts[@]}") emu_exit=$(median "${emu_exits[@]}")
machine=$(awk -F ': ' '/^model name/ { print $2; exit }' /proc/cpuinfo 2>/dev/null || true)
jdk=$("$java" -version 2>&1 | awk -F '"' '/version/ { print $2; exit }')
qemu_version=$("$qemu" --version | awk '/version/ { print $4; exit }')

echo '| date | machine | JDK | QEMU | guest | QEMU to prompt, s | emulator to prompt, s | ratio |' \
    'QEMU to exit, s | emulator to exit, s | ratio |' >&2
echo '|---|---|---|---|---|---|---|---|---|---|---|' >&2
echo "| $(date -u +%F) | ${machine:-$(uname -m)}, $(nproc) cores | $jdk | $qemu_version | $label |" \
    "$qemu_prompt | $emu_prompt | $(ratio "$emu_prompt" "$qemu_prompt") |" \
    "$qemu_exit | $emu_exit | $(ratio "$emu_exit" "$qemu_exit") |"
