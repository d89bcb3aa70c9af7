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
 */
public record SpaceStatus(
    long usable,
    long used,
    long unique,
    long packed,
    long atPartners,
    long heldForOthers,
    long cache,
    long cacheLimit) {
  /** Nothing anywhere, as in a node that has just been initialised. */
  public static final SpaceStatus EMPTY = new SpaceStatus(0, 0, 0, 0, 0, 0, 0, 0);
}
