package kith.peer;

/**
 * What is left of a put: the holder's word, checked.
 *
 * @param record the signed acknowledgement, to be kept
 */
public record PutReceipt(PutAck ack, SignedRecord record) {}
