package kith.fs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import kith.codec.KithException;

/**
 * A tree without the names that libfuse gives to files that were removed while open: they are gone
 * to everybody but who has them open.
 */
final class BackedUpTree implements ReadTree {
  private static final byte[] REMOVED = ".fuse_hidden".getBytes(StandardCharsets.US_ASCII);

  private final ReadTree tree;

  BackedUpTree(ReadTree tree) {
    this.tree = tree;
  }

  private static boolean removed(FileName name) {
    byte[] bytes = name.toBytes();
    return bytes.length > REMOVED.length
        && Arrays.equals(bytes, 0, REMOVED.length, REMOVED, 0, REMOVED.length);
  }

  @Override
  public Attributes attributes(long inode) throws IOException, KithException {
    return tree.attributes(inode);
  }

  @Override
  public OptionalLong lookup(long directory, FileName name) throws IOException, KithException {
    return removed(name) ? OptionalLong.empty() : tree.lookup(directory, name);
  }

  @Override
  public void list(long directory, FileName after, Visitor visitor)
      throws IOException, KithException {
    tree.list(
        directory, after, (name, inode, kind) -> removed(name) || visitor.visit(name, inode, kind));
  }

  @Override
  public byte[] symlinkTarget(long inode) throws IOException, KithException {
    return tree.symlinkTarget(inode);
  }

  @Override
  public List<Xattr> xattrs(long inode) throws IOException, KithException {
    return tree.xattrs(inode);
  }

  @Override
  public long seek(long inode, long offset, FileSystem.SeekTo what)
      throws IOException, KithException {
    return tree.seek(inode, offset, what);
  }

  @Override
  public int read(long inode, long offset, ByteBuffer target) throws IOException, KithException {
    return tree.read(inode, offset, target);
  }
}
