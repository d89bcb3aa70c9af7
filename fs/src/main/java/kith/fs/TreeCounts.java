package kith.fs;

/**
 * How many files of the live tree are where, and their sizes together in bytes.
 *
 * @param localFiles with bytes that no pack has
 * @param shippingFiles that no published head has, but for the local ones
 * @param publishedFiles that the published head has as they are
 * @param damagedFiles with ranges whose bytes are gone; they count as local ones too
 * @param atLeast whether there was more than is counted at once: each number may be greater
 */
public record TreeCounts(
    long localFiles,
    long localBytes,
    long shippingFiles,
    long shippingBytes,
    long publishedFiles,
    long publishedBytes,
    long damagedFiles,
    boolean atLeast) {}
