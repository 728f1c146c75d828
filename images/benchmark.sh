#!/bin/bash
# The whole benchmark suite, with every JDK given: the processor's parts; boots of three kernels, both ways into a bzImage,
# with and without the launcher; then the guest workloads, long and short; then growth. Appends its tables to
# docs/performance.md (or to the file named); takes hours, on a machine that does nothing else.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

usage="usage: benchmark.sh [--runs 5] [--output FILE] [--quick] [JAVA...]
  JAVA are the commands of the JDKs to use, java when left out. --quick only shows in a quarter of an hour that
  everything still runs: one short run of each kind, written to standard output."
runs=5
quick=
output=$IMAGES_DIR/../docs/performance.md
javas=()
while [ $# -gt 0 ]; do
    case $1 in
        -h | --help)
            printf '%s\n' "$usage"
            exit
            ;;
        --runs | --output)
            [ $# -ge 2 ] || usage_error "$1 wants a value" "$usage"
            printf -v "${1#--}" %s "$2"
            shift
            ;;
        --quick) quick=1 ;;
        -*) usage_error "unknown option $1" "$usage" ;;
        *) javas+=("$1") ;;
    esac
    shift
done
[ ${#javas[@]} -gt 0 ] || javas=(java)

kernels=("$("$IMAGES_DIR/tutorial-kernel.sh" --slim)")
seconds=(10 1)
parts=()
start=(--runs 9)
bench=()
growth=(--minutes 10)
if [ -n "$quick" ]; then
    runs=1
    seconds=(0.2)
    parts=(-wi 1 -i 1 -w 100ms -r 100ms)
    start=(--runs 1 --kernels slim-6.12)
    bench=(--runs 1 --workloads "sort,copy4k")
else
    kernels+=("$("$IMAGES_DIR/cloud-kernel.sh")" "$("$IMAGES_DIR/cloud-kernel.sh" --series 6.12)")
fi

boots() {
    local kernel java launcher way label heading=1
    for kernel in "${kernels[@]}"; do
        for java in "${javas[@]}"; do
            for launcher in '' --launcher; do
                for way in '' '-boot-decompressor'; do
                    label="$(basename "$(dirname "$kernel")")${way:+, own decompressor}"
                    # shellcheck disable=SC2086 # an option or none
                    "$IMAGES_DIR/compare-boot.sh" --kernel "$kernel" --java "$java" --runs "$runs" --label "$label" \
                        --options "$way" $launcher 2>"$WORK/messages" >"$WORK/row" || die "$(tail -n 1 "$WORK/messages")"
                    if [ -n "$heading" ]; then grep '^|' "$WORK/messages"; fi
                    heading=
                    cat "$WORK/row"
                done
            done
        done
    done
}

mkdir -p "$CACHE"
make_work
if [ -n "$quick" ]; then
    growth=(--minutes 0.2 --sizes "64M,8G" --output "$WORK/growth.svg")
    output=/dev/stdout
fi
{
    printf '\n## Suite of %s\n\n' "$(date -u +%F)"
    for java in "${javas[@]}"; do
        "$IMAGES_DIR/benchmark-parts.sh" --java "$java" "${parts[@]}" 2>"$WORK/messages" || die "$(tail -n 1 "$WORK/messages")"
        printf '\n'
    done
    "$IMAGES_DIR/compare-start.py" "${start[@]}" "${javas[@]}"
    printf '\n'
    boots
    for each in "${seconds[@]}"; do
        for java in "${javas[@]}"; do
            printf '\n'
            "$IMAGES_DIR/compare-bench.py" --java "$java" --seconds "$each" "${bench[@]}"
            printf '\n'
            "$IMAGES_DIR/compare-bench.py" --java "$java" --seconds "$each" "${bench[@]}" --launcher --no-icount
        done
    done
    printf '\n'
    "$IMAGES_DIR/growth.py" "${growth[@]}" --memory "${javas[@]}"
    "$IMAGES_DIR/growth.py" "${growth[@]}" --java "${javas[0]}"
} >"$WORK/tables"
cat "$WORK/tables" >>"$output"
