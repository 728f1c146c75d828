/**
 * JMH benchmarks of the parts: what one decode, lookup, translation, interrupt or condition costs
 * once the JVM is warm. {@code images/benchmark-parts.sh} runs them and prints the table of
 * docs/performance.md; the build only checks, in {@link org.linuxemu.core.bench.BenchmarksTest},
 * that each does the work it is named after.
 */
package org.linuxemu.core.bench;
