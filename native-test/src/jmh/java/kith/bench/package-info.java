/**
 * What the micro-benchmarks share. They lie in the packages of what they measure, because most of
 * that is package-private; the bytes processed are the operations, so that a rate is bytes per
 * second. {@code make bench ROWS=jmh} compiles and runs them, no other target does.
 */
package kith.bench;
