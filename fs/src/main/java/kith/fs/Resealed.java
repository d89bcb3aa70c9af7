package kith.fs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import kith.codec.DriveKeys;
import kith.codec.PackId;
import kith.codec.PackKind;
import kith.index.RowView;
import kith.index.Table;
import kith.index.Update;

/**
 * Where the chunks of a pack are after a rekey: at the same places of another pack, which is sealed
 * by the keys of now. References go on naming the pack of before. Kept in META, {@code resealed.}
 * and the id of the pack of before:
 *
 * <pre>
 *   version u8 = 1 | pack | generation of the first head whose index may tell of it u64, or 0
 * </pre>
 *
 * @param to the pack that has them now, unless that was sealed anew, too
 * @param head 0 while no index run tells of it
 */
record Resealed(PackId to, long head) {
  private static final byte[] PREFIX = "resealed.".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final int SIZE = 1 + PackId.SIZE + Long.BYTES;

  /** Sees packs that were sealed anew, in the order of the ids that they had before. */
  @FunctionalInterface
  interface Visitor {
    void pack(PackId before, Resealed now) throws IOException;
  }

  static byte[] key(PackId before) {
    return ByteBuffer.allocate(PREFIX.length + PackId.SIZE)
        .put(PREFIX)
        .put(before.toBytes())
        .array();
  }

  byte[] encode() {
    return ByteBuffer.allocate(SIZE).put((byte) VERSION).put(to.toBytes()).putLong(head).array();
  }

  private static Resealed decode(byte[] row) throws IOException {
    if (row.length != SIZE || row[0] != VERSION) {
      throw new IOException("damaged row of a pack that was sealed anew, or a newer Kith's");
    }
    PackId to = new PackId(Arrays.copyOfRange(row, 1, 1 + PackId.SIZE));
    return new Resealed(to, ByteBuffer.wrap(row).getLong(1 + PackId.SIZE));
  }

  static void put(Update update, PackId before, Resealed now) {
    update.put(Table.META, key(before), now.encode());
  }

  /** What became of a pack; empty if it was not sealed anew. */
  static Optional<Resealed> of(RowView rows, PackId before) throws IOException {
    byte[] row = rows.get(Table.META, key(before));
    return row == null ? Optional.empty() : Optional.of(decode(row));
  }

  /** Visits all. */
  static void visit(RowView rows, Visitor visitor) throws IOException {
    byte[] end = PREFIX.clone();
    end[end.length - 1]++;
    rows.scan(
        Table.META,
        PREFIX,
        end,
        (key, value) -> {
          byte[] before = Arrays.copyOfRange(key, PREFIX.length, key.length);
          visitor.pack(new PackId(before), decode(value));
          return true;
        });
  }

  /** The pack that has now what a pack had; itself while it is in use, or was not sealed anew. */
  static PackId now(RowView rows, PackId pack) throws IOException {
    PackId now = pack;
    while (PackRows.live(rows, now).isEmpty()) {
      Optional<Resealed> next = of(rows, now);
      if (next.isEmpty()) {
        return now;
      }
      now = next.get().to; // never a circle: each is sealed after the one before
    }
    return now;
  }

  /** Whether enough partners have a pack, or had it at some time. */
  static boolean isSafe(RowView rows, PackId pack) throws IOException {
    return PackRows.live(rows, pack).map(PackRow::wasSafe).orElse(false);
  }

  /** Whether after rekeys no pack but those of the index is of before the last one. */
  static boolean isAllButIndex(RowView rows, DriveKeys keys) throws IOException {
    boolean[] found = {keys.former().isEmpty()};
    PackRows.visit(
        rows,
        (id, row) ->
            found[0] |= row.kind() != PackKind.INDEX && row.state().live() && isFormer(id, keys));
    return !found[0];
  }

  /** Whether a pack was made before the last rekey. */
  static boolean isFormer(PackId pack, DriveKeys keys) {
    return keys.generation(pack) < keys.former().size();
  }

  /**
   * The former keys, from 0, of which there is no pack any more that anything may refer to. None
   * before the oldest that is needed: whose a pack is can't be told without its keys.
   */
  static Set<Integer> spent(RowView rows, DriveKeys keys) throws IOException {
    Set<Integer> left = new HashSet<>();
    if (keys.former().isEmpty() || Reclaim.whole(rows) == 0 || RecoveryRow.find(rows).isPresent()) {
      return left; // not all packs may be known
    }
    int[] oldest = {keys.former().size()};
    PackRows.visit(
        rows,
        (id, row) -> {
          if (row.state() != PackState.DROPPED) {
            oldest[0] = Math.min(oldest[0], keys.generation(id));
          }
        });
    for (int i = 0; i < oldest[0]; i++) {
      left.add(i);
    }
    return left;
  }

  /** Whether a published head tells of it, so that the pack of before is not needed for it. */
  boolean isPublished(long lastHead) {
    return head > 0 && head <= lastHead;
  }
}
