package kith.fs.node;

/**
 * Where the room is, all in bytes.
 *
 * @param usable user data that fits at the partners (m x b of docs/design.md, section 7)
 * @param used of that, used
 * @param unique content of the drive and its snapshots after deduplication
 * @param packed the same compressed and packed
 * @param atPartners shards of this drive at partners, as sealed
 * @param heldForOthers shards of others kept here
 * @param cache packs and staging kept on this machine
 * @param cacheLimit what they may take
 * @param evictable packs among these that partners have: they leave when room is needed
 * @param diskFree what this machine's disk has left
 * @param reserve of that stays free
 * @param writesHeld writes that wait for room now
 * @param shortage why writes wait or are refused; empty if they aren't
 */
public record SpaceStatus(
    long usable,
    long used,
    long unique,
    long packed,
    long atPartners,
    long heldForOthers,
    long cache,
    long cacheLimit,
    long evictable,
    long diskFree,
    long reserve,
    int writesHeld,
    String shortage) {
  /** Nothing anywhere, as in a node that has just been initialised. */
  public static final SpaceStatus EMPTY = new SpaceStatus(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, "");
}
