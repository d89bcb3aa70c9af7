package kith.fs;

/**
 * What is known of a file that is imported.
 *
 * @param attributes as of the machine's own filesystem
 * @param filesystem number of the filesystem that it lies on
 */
public record SourceStat(Attributes attributes, long filesystem) {
  /** What tells a file from all others of the machine. */
  public record Id(long filesystem, long inode) {}

  public Id id() {
    return new Id(filesystem, attributes.inode());
  }

  public FileKind kind() {
    return attributes.kind();
  }

  /** Whether it has the content that it had, as far as a filesystem tells. */
  boolean sameContent(SourceStat later) {
    Attributes now = later.attributes;
    return id().equals(later.id())
        && attributes.size() == now.size()
        && attributes.mtime().equals(now.mtime())
        && attributes.ctime().equals(now.ctime());
  }

  /** Whether some of it may be holes. */
  boolean isSparse() {
    return attributes.blocks() < (attributes.size() + 511) / 512;
  }
}
