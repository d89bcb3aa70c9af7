package kith.fs;

/**
 * Something that could not be imported or restored as it is.
 *
 * @param path below where it began, in its bytes; empty for that itself
 * @param reason a clause for people
 */
public record PathProblem(byte[] path, String reason) {}
