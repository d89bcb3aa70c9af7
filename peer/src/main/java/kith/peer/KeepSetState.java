package kith.peer;

/**
 * How what a holder keeps for an owner stands, as the holder tells.
 *
 * @param dropped shards that were dropped by what was asked
 * @param usedBytes of the quota, with the trash
 * @param trashBytes in the trash
 * @param droppableBytes that may be dropped now without the owner key
 * @param waitMillis until something leaves the trash; 0 if it is empty
 */
public record KeepSetState(
    long dropped, long usedBytes, long trashBytes, long droppableBytes, long waitMillis) {}
