package kith.fs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import kith.codec.CorruptDataException;
import kith.codec.FuzzTarget;
import kith.codec.OwnerId;

/**
 * The readers of a drive that bytes from partners reach, once decrypted: an owner's own, unless
 * somebody has his keys.
 */
public final class DriveTargets {
  private DriveTargets() {}

  public static List<FuzzTarget> all() {
    var targets =
        new ArrayList<FuzzTarget>(
            List.of(
                FuzzTarget.of("head", golden("head"), HeadCodec::ofBytes, HeadCodec::toBytes),
                new FuzzTarget(
                    "head-sealed",
                    golden("head-sealed"),
                    bytes -> HeadCodec.open(HeadCodecTest.keys(1), HeadCodecTest.OWNER, bytes)),
                FuzzTarget.of(
                    "index-run", golden("index-run"), IndexRun::ofBytes, IndexRun::toBytes),
                FuzzTarget.of("tree-record", records(), TreeRecord::ofBytes, TreeRecord::toBytes),
                FuzzTarget.of(
                    "snapshot-entry",
                    golden("snapshot"),
                    bytes -> SnapshotEntry.ofBytes(7, bytes),
                    SnapshotEntry::toBytes),
                FuzzTarget.of(
                    "directory-ref",
                    golden("directory-ref"),
                    DirectoryRef::ofBytes,
                    DirectoryRef::toBytes),
                new FuzzTarget("tree-root", golden("tree-root"), DriveTargets::treeRoot),
                new FuzzTarget("placement", List.of(placement()), DriveTargets::placement),
                new FuzzTarget("page-patch", golden("page-patch"), PagePatch::ofBytes),
                FuzzTarget.of(
                    "kit", kit(), bytes -> KitParser.parse(text(bytes)), DriveTargets::page)));
    for (PageKind kind : PageKind.values()) {
      targets.add(page(kind));
    }
    return targets;
  }

  private static List<byte[]> golden(String name) {
    try {
      return List.of(TreeGolden.read(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<byte[]> records() {
    return IntStream.rangeClosed(1, 6).mapToObj(i -> golden("record-" + i).get(0)).toList();
  }

  /** A leaf and a page of fences. */
  private static FuzzTarget page(PageKind kind) {
    var leaf = new PageBuilder(kind, 0);
    leaf.add(new byte[] {1}, golden("record-1").get(0));
    leaf.add(new byte[] {2, 0, 0}, new byte[0]);
    var fences = new PageBuilder(kind, 1);
    byte[] chunk = new PageOutput().chunk(TreeGolden.ref(1)).toBytes();
    fences.add(new byte[] {1}, chunk);
    fences.add(new byte[] {2, 0, 0}, chunk);
    return new FuzzTarget(
        "page-" + kind.name().toLowerCase(Locale.ROOT),
        List.of(leaf.take(), fences.take()),
        bytes -> {
          Page page = Page.open(bytes, kind);
          for (int i = 0; i < page.count(); i++) {
            page.ceiling(page.key(i));
            if (page.level() > 0) {
              page.child(i);
            } else if (kind == PageKind.DIRECTORY && page.value(i).length > 0) {
              TreeRecord.ofBytes(page.value(i));
            }
          }
        });
  }

  private static void treeRoot(byte[] bytes) throws CorruptDataException {
    TreeGolden.noDisk(() -> TreeRoot.read(ref -> bytes, TreeGolden.ref(1)));
  }

  private static byte[] placement() {
    var holders = new IndexRunHolders();
    return holders.write(HeadCodecTest.head(1, 1).indexPacks().get(0), new PageOutput()).toBytes();
  }

  private static void placement(byte[] bytes) throws CorruptDataException {
    var holders = new IndexRunHolders();
    holders.number(new OwnerId(new byte[OwnerId.SIZE]));
    holders.number(HeadCodecTest.OWNER);
    var in = new PageInput(bytes, "placement");
    holders.read(TreeGolden.pack(1), in);
    in.end();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static byte[] page(Kit kit) {
    return KitText.of(kit).getBytes(StandardCharsets.UTF_8);
  }

  private static List<byte[]> kit() {
    return List.of(page(KitTest.kit(7, 3)), page(KitTest.masked()));
  }
}
