package kith.fs.node;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;
import kith.index.Rows;
import kith.index.Table;
import kith.index.Update;
import kith.peer.OwnerRecord;
import kith.peer.SignedRecord;
import kith.peer.TakeoverState;

/**
 * Machines that the owner has refused: told to every partner, whenever he comes, and again while he
 * has one announced. Row of META, {@code takeover.refused}: version u8 = 1, and of each, the oldest
 * first, length u16 and signed word, length u16 and the owner key's signature under it. Guarded by
 * its user.
 */
final class NodeRefusals {
  private static final byte[] KEY = "takeover.refused".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;

  /** As many as a partner remembers. */
  private static final int MOST = 16;

  private final Rows rows;
  private final List<Refusal> refusals = new ArrayList<>();
  private final Set<List<Object>> told = new HashSet<>();

  /** One of them, both signatures checked. */
  record Refusal(SignedRecord word, OwnerRecord override) {
    /**
     * @throws CorruptDataException if one is damaged or false, or they do not belong together
     */
    static Refusal of(byte[] word, byte[] override) throws CorruptDataException {
      SignedRecord said = SignedRecord.takeover(word);
      OwnerRecord signed = OwnerRecord.takeoverOverride(override);
      if (!signed.isAbout(said)) {
        throw new CorruptDataException("the owner key has signed another word about a machine");
      }
      return new Refusal(said, signed);
    }
  }

  NodeRefusals(Rows rows) throws IOException, CorruptDataException {
    this.rows = rows;
    byte[] row = rows.get(Table.META, KEY);
    if (row != null) {
      refusals.addAll(read(row));
    }
  }

  static List<Refusal> read(byte[] row) throws CorruptDataException {
    List<Refusal> found = new ArrayList<>();
    try {
      ByteBuffer in = ByteBuffer.wrap(row);
      if (in.get() != VERSION) {
        throw new CorruptDataException("the row of refused machines is of an unknown version");
      }
      while (in.hasRemaining() && found.size() < MOST) {
        found.add(Refusal.of(take(in), take(in)));
      }
      return found;
    } catch (BufferUnderflowException e) {
      throw new CorruptDataException("the row of refused machines is cut off", e);
    }
  }

  private static byte[] take(ByteBuffer in) {
    byte[] part = new byte[Math.min(in.getShort() & 0xffff, in.remaining() + 1)];
    in.get(part);
    return part;
  }

  static byte[] row(List<Refusal> refusals) {
    int length = 1;
    for (Refusal each : refusals) {
      length += 2 * Short.BYTES + each.word.toBytes().length + each.override.toBytes().length;
    }
    ByteBuffer out = ByteBuffer.allocate(length).put((byte) VERSION);
    for (Refusal each : refusals) {
      byte[] word = each.word.toBytes();
      byte[] override = each.override.toBytes();
      out.putShort((short) word.length).put(word);
      out.putShort((short) override.length).put(override);
    }
    return out.array();
  }

  /** Keeps one, durably. */
  void add(Refusal refusal) throws IOException {
    refusals.add(refusal);
    while (refusals.size() > MOST) {
      refusals.remove(0);
    }
    rows.apply(new Update().put(Table.META, KEY, row(refusals)));
    rows.sync();
  }

  /** Those that a partner has not heard since this node started, or does not heed. */
  List<Refusal> owed(OwnerId partner, TakeoverState state) throws CorruptDataException {
    List<Refusal> owed = new ArrayList<>();
    for (Refusal each : refusals) {
      if (state.announces(each.word) || !told.contains(List.of(partner, each))) {
        owed.add(each);
      }
    }
    return owed;
  }

  void told(OwnerId partner, Refusal refusal) {
    told.add(List.of(partner, refusal));
  }
}
