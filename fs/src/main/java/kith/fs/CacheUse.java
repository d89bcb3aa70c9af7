package kith.fs;

/**
 * How full the local cache is, all sizes in bytes.
 *
 * @param used by packs and staging
 * @param budget what they may take
 * @param diskFree what the disk has left
 * @param reserve of that stays free
 * @param evictable packs among the used that partners have, once they show it
 * @param waiting how many writes are held back now
 * @param shortage why writes are held back or refused; empty if they aren't
 */
public record CacheUse(
    long used,
    long budget,
    long diskFree,
    long reserve,
    long evictable,
    int waiting,
    String shortage) {}
