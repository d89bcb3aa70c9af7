package kith.fs;

import java.util.List;

/**
 * What a restored file is to be given besides its content.
 *
 * @param mode permission bits
 * @param uid of the owner, on this machine
 * @param gid of the group, on this machine
 * @param mtime time of the last change of its content
 * @param xattrs access control lists among them
 */
public record DestinationAttributes(
    int mode, int uid, int gid, Timestamp mtime, List<Xattr> xattrs) {}
