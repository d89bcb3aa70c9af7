package kith.peer;

/**
 * What is left of a head that was put: the holder's word, checked.
 *
 * @param record the signed acknowledgement, to be kept
 */
public record HeadReceipt(HeadAck ack, SignedRecord record) {}
