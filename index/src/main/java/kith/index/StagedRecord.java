package kith.index;

/**
 * Where staged bytes lie.
 *
 * @param segment number of the segment
 * @param position of the record in the segment, in bytes
 * @param length of the data in the record, in bytes
 */
public record StagedRecord(int segment, long position, int length) {}
