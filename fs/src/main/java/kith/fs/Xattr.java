package kith.fs;

/**
 * An extended attribute.
 *
 * @param name with its namespace, for example {@code user.comment}; 1 to 255 bytes
 * @param value up to 65536 bytes
 */
public record Xattr(byte[] name, byte[] value) {}
