package kith.fs;

import kith.codec.PackKind;

/**
 * Stores the pages of packed directories again, each one whole: trees with the same items in the
 * same pages have one reference then, whatever they were built from. For one thread.
 */
final class TreeStoredWhole {
  private final PageMemoryChunks chunks;
  private int patches;

  TreeStoredWhole(PageMemoryChunks chunks) {
    this.chunks = chunks;
  }

  /** What a directory, and all below it, would be if no page were stored as a patch. */
  DirectoryRef directory(DirectoryRef ref) throws Exception {
    return new DirectoryRef(page(ref.root()), ref.files(), ref.bytes());
  }

  /** Pages so far that were stored as patches. */
  int patches() {
    return patches;
  }

  private ChunkRef page(ChunkRef ref) throws Exception {
    Page page = PageCache.read(chunks, ref, PageKind.DIRECTORY);
    patches += page.base().isPresent() ? 1 : 0;
    PageBuilder whole = new PageBuilder(PageKind.DIRECTORY, page.level());
    for (int i = 0; i < page.count(); i++) {
      whole.add(page.key(i), page.level() == 0 ? record(page.value(i)) : fence(page, i));
    }
    byte[] bytes = whole.take();
    return chunks.put(PackKind.TREE, bytes, 0, bytes.length);
  }

  private byte[] fence(Page page, int i) throws Exception {
    return new PageOutput(ChunkRef.SIZE).chunk(page(page.child(i))).toBytes();
  }

  private byte[] record(byte[] bytes) throws Exception {
    TreeRecord record = TreeRecord.ofBytes(bytes);
    if (!(record.content() instanceof TreeRecordContent.Directory directory)) {
      return bytes;
    }
    var whole = new TreeRecordContent.Directory(directory(directory.ref()));
    return new TreeRecord(
            record.attributes(),
            record.user(),
            record.group(),
            record.target(),
            record.xattrs(),
            whole)
        .toBytes();
  }
}
