package kith.fs;

import java.util.List;

/**
 * A file as it comes into the live tree: all but its name.
 *
 * @param inode a fresh number
 * @param row with one name
 * @param extents all of them, or if it was begun without a name, those that are not there yet
 * @param begun whether it is in the rows already, without a name
 */
record ImportedNode(
    long inode, InodeRow row, List<Xattr> xattrs, List<Extent.Chunked> extents, boolean begun) {}
