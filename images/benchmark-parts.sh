#!/bin/bash
# What the parts of the processor cost, by JMH: decoding, block lookup, TLB, page walks, interrupts, flags. Builds the
# benchmarks (emu-core's test sources, package bench), runs them and prints a table for docs/performance.md.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

usage="usage: benchmark-parts.sh [--java JAVA] [JMH OPTION...]
  JMH's options: a pattern of names, -f forks, -wi -i iterations, -w -r seconds of each; -h lists them."
java=java
if [ "${1:-}" = --help ]; then
    printf '%s\n' "$usage"
    exit
fi
if [ "${1:-}" = --java ]; then
    [ $# -ge 2 ] || usage_error "--java wants a value" "$usage"
    java=$2
    shift 2
fi
java=$(command -v "$java") || die "no $java"

mkdir -p "$CACHE"
make_work
cd "$IMAGES_DIR/.." || exit
maven=(mvn -q -B -ntp -pl emu-core -DskipTests)
"${maven[@]}" test-compile >&2 || die "could not build the benchmarks"
"${maven[@]}" exec:exec@benchmarks "-Dbenchmarks.java=$java" "-Dbenchmarks=-rf csv -rff $WORK/results $*" >&2 ||
    die "a benchmark failed"
[ -s "$WORK/results" ] || exit 0 # an option of JMH that only tells something

printf '%s, %s cores, JDK %s\n\n' "$(date -u +%F)" "$(nproc)" "$("$java" -version 2>&1 | sed -n 's/.* version "\([^"]*\)".*/\1/p')"
printf '| part | ns | ± (99.9 %%) |\n|---|---|---|\n'
# Names are unique without their package.
sed -e 1d -e 's/"//g' "$WORK/results" | while IFS=, read -r name _ _ _ score error _; do
    printf '| %s | %.1f | %.1f |\n' "${name#org.linuxemu.core.bench.}" "$score" "${error/NaN/0}"
done
