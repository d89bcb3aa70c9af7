package kith.fs.node;

/**
 * How taking an offer back ended.
 *
 * @param partner with what is agreed, if the other side had signed before; else null
 * @param told whether the other side knows; else it is told as soon as it can be reached
 */
public record WithdrawResult(PartnerInfo partner, boolean told) {}
