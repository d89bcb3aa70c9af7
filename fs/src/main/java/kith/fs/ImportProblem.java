package kith.fs;

/**
 * Something that an import could not take as it is.
 *
 * @param path below the source, in its bytes; empty for the source itself
 * @param reason a clause for people
 */
public record ImportProblem(byte[] path, String reason) {}
