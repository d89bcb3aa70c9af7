package kith.fs;

/**
 * How far what was written before a rekey is sealed by the keys of now.
 *
 * @param left bytes of packs that former keys open and that are still needed
 * @param done bytes of packs that took the place of such
 * @param goingAtPartners bytes of packs that former keys open, that nothing needs and that partners
 *     have not let go of yet
 */
public record ResealProgress(long left, long done, long goingAtPartners) {}
