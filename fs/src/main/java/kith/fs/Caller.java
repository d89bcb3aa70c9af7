package kith.fs;

/**
 * Who asks.
 *
 * @param uid user's number
 * @param gid group's number
 */
public record Caller(int uid, int gid) {}
