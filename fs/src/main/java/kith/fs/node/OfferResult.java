package kith.fs.node;

/**
 * How an offer ended.
 *
 * @param partner with what is agreed now; null while a person at the other side decides
 * @param waits why that is
 */
public record OfferResult(PartnerInfo partner, String waits) {}
