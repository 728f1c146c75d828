#!/bin/bash
# The whole benchmark suite, with every JDK given: the processor's parts; boots of three kernels, both ways into a bzImage,
# with and without the launcher; then the guest workloads, long and short; then growth. Appends its tables to
# docs/performance.md (or to the file named); takes hours, on a machine that does nothing else.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

usage="usage: benchmark.sh [--runs 5] [--output FILE] [JAVA...]
  JAVA are the commands of the JDKs to use, java when left out."
runs=5
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
        -*) usage_error "unknown option $1" "$usage" ;;
        *) javas+=("$1") ;;
    esac
    shift
done
[ ${#javas[@]} -gt 0 ] || javas=(java)

boots() {
    local kernel java launcher way label heading=1
    for kernel in "$("$IMAGES_DIR/cloud-kernel.sh")" "$("$IMAGES_DIR/cloud-kernel.sh" --series 6.12)" \
        "$("$IMAGES_DIR/tutorial-kernel.sh" --slim)"; do
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
{
    printf '\n## Suite of %s\n\n' "$(date -u +%F)"
    for java in "${javas[@]}"; do
        "$IMAGES_DIR/benchmark-parts.sh" --java "$java" 2>"$WORK/messages" || die "$(tail -n 1 "$WORK/messages")"
        printf '\n'
    done
    boots
    for seconds in 10 1; do
        for java in "${javas[@]}"; do
            printf '\n'
            "$IMAGES_DIR/compare-bench.py" --java "$java" --seconds "$seconds"
            printf '\n'
            "$IMAGES_DIR/compare-bench.py" --java "$java" --seconds "$seconds" --launcher --no-icount
        done
    done
} >"$WORK/tables"
cat "$WORK/tables" >>"$output"
"$IMAGES_DIR/growth.py" --java "${javas[0]}"
