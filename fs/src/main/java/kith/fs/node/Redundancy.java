package kith.fs.node;

/**
 * How packs are spread now.
 *
 * @param code {@code m+k}, or empty without partners
 * @param losses partners that may be lost without losing what is safe (t)
 * @param meaning one sentence for a person
 */
public record Redundancy(String code, int losses, String meaning) {}
