package kith.codec;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The keys that spoke for an owner before the present one, and the rekeys that led from each to the
 * next: signed by the key that was replaced and by the node of that time. The present key is not in
 * it; it signs what the lineage stands beside. Immutable. Format: docs/formats/records.md.
 */
public final class OwnerLineage {
  /** More rekeys than this a drive does not have. */
  public static final int MAX_REKEYS = 6;

  /** Of an owner who still has his first key. */
  public static final OwnerLineage NONE = new OwnerLineage(List.of());

  /** Length of a node's signature in bytes. */
  public static final int NODE_SIGNATURE = 64;

  private static final byte[] DOMAIN = "kith rekey 1\0".getBytes(StandardCharsets.US_ASCII);
  private static final int REKEY =
      OwnerKey.PUBLIC_KEY_SIZE + Long.BYTES + OwnerKey.SIGNATURE_SIZE + NODE_SIGNATURE;

  /** The longest in bytes. */
  public static final int MAX_BYTES = 1 + MAX_REKEYS * REKEY;

  private final List<Rekey> rekeys;

  private record Rekey(byte[] former, Instant time, byte[] byOwner, byte[] byNode) {}

  private OwnerLineage(List<Rekey> rekeys) {
    this.rekeys = List.copyOf(rekeys);
  }

  /**
   * Reads what {@link #toBytes} wrote; signatures are for {@link #check}.
   *
   * @throws CorruptDataException if it is cut off or too long
   */
  public static OwnerLineage parse(byte[] bytes) throws CorruptDataException {
    try {
      ByteBuffer in = ByteBuffer.wrap(bytes);
      int count = in.get() & 0xff;
      if (count > MAX_REKEYS || bytes.length != 1 + count * REKEY) {
        throw new CorruptDataException(count + " rekeys in " + bytes.length + " bytes");
      }
      List<Rekey> found = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        byte[] former = take(in, OwnerKey.PUBLIC_KEY_SIZE);
        long time = in.getLong();
        if (time < 0) {
          throw new CorruptDataException("a rekey of before 1970");
        }
        byte[] byOwner = take(in, OwnerKey.SIGNATURE_SIZE);
        found.add(new Rekey(former, Instant.ofEpochMilli(time), byOwner, take(in, NODE_SIGNATURE)));
      }
      return new OwnerLineage(found);
    } catch (BufferUnderflowException e) {
      throw new CorruptDataException("the rekeys of an owner are cut off", e);
    }
  }

  private static byte[] take(ByteBuffer in, int length) {
    byte[] part = new byte[length];
    in.get(part);
    return part;
  }

  /** Number of rekeys u8, then for each: key before it, time in ms u64, signatures. */
  public byte[] toBytes() {
    ByteBuffer out = ByteBuffer.allocate(1 + rekeys.size() * REKEY).put((byte) rekeys.size());
    for (Rekey each : rekeys) {
      out.put(each.former).putLong(each.time.toEpochMilli()).put(each.byOwner).put(each.byNode);
    }
    return out.array();
  }

  /** As it is printed: letters and digits, nothing if there were no rekeys. */
  public String text() {
    StringBuilder text = new StringBuilder();
    if (!rekeys.isEmpty()) {
      for (int value : Base32.split(toBytes())) {
        text.append(Base32.character(value));
      }
    }
    return text.toString();
  }

  /**
   * Reads what {@link #text} wrote, in either case.
   *
   * @throws CorruptDataException if it is something else
   */
  public static OwnerLineage ofText(String text) throws CorruptDataException {
    int[] values = text.chars().map(character -> Base32.value((char) character)).toArray();
    if (Arrays.stream(values).anyMatch(value -> value < 0)) {
      throw new CorruptDataException("the rekeys of an owner have other characters than these");
    }
    return values.length == 0 ? NONE : parse(Base32.join(values));
  }

  /** How many rekeys there were. */
  public int generation() {
    return rekeys.size();
  }

  /** When the key of that generation, from 0, was replaced. */
  public Instant replaced(int generation) {
    return rekeys.get(generation).time;
  }

  /** Whose lineage it is, if {@code present} is the present key. */
  public OwnerId owner(byte[] present) {
    return OwnerId.ofPublicKey(key(0, present));
  }

  /** The key of a generation, of which the last is the present one. */
  public byte[] key(int generation, byte[] present) {
    byte[] key = generation < rekeys.size() ? rekeys.get(generation).former : present;
    return key.clone();
  }

  /** What is signed for the rekey that led to a generation, from 1. */
  public byte[] signed(int generation, byte[] present) {
    return message(
        owner(present),
        generation,
        key(generation - 1, present),
        key(generation, present),
        rekeys.get(generation - 1).time);
  }

  private static byte[] message(
      OwnerId owner, int generation, byte[] former, byte[] next, Instant time) {
    return ByteBuffer.allocate(
            DOMAIN.length + OwnerId.SIZE + 4 + former.length + next.length + Long.BYTES)
        .put(DOMAIN)
        .put(owner.toBytes())
        .putInt(generation)
        .put(former)
        .put(next)
        .putLong(time.toEpochMilli())
        .array();
  }

  /** The node's signature under {@link #signed}; whether it is true, its keeper can tell. */
  public byte[] nodeSignature(int generation) {
    return rekeys.get(generation - 1).byNode.clone();
  }

  /**
   * Checks that each key was replaced by its own word, from the first to the present one.
   *
   * @throws CorruptDataException if {@code present} does not speak for {@code owner}
   */
  public void check(OwnerId owner, byte[] present) throws CorruptDataException {
    if (!owner(present).equals(owner)) {
      throw new CorruptDataException("a key that is not that of owner " + owner.brief());
    }
    for (int i = 1; i <= rekeys.size(); i++) {
      Rekey rekey = rekeys.get(i - 1);
      if (!OwnerKey.verify(rekey.former, signed(i, present), rekey.byOwner)) {
        throw new CorruptDataException("the signature of rekey " + i + " is false");
      }
    }
  }

  /**
   * With one more rekey.
   *
   * @param former the present key so far
   * @param next the key that takes its place
   * @param node signs with the key of the owner's node
   */
  OwnerLineage then(OwnerKey former, byte[] next, Instant time, UnaryOperator<byte[]> node) {
    if (rekeys.size() == MAX_REKEYS) {
      throw new IllegalStateException("a drive has at most " + MAX_REKEYS + " rekeys");
    }
    byte[] message = message(former.id(), rekeys.size() + 1, former.publicKey(), next, time);
    List<Rekey> all = new ArrayList<>(rekeys);
    all.add(new Rekey(former.publicKey(), time, former.sign(message), node.apply(message)));
    return new OwnerLineage(all);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof OwnerLineage that && Arrays.equals(toBytes(), that.toBytes());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(toBytes());
  }

  @Override
  public String toString() {
    return rekeys.size() + " rekeys";
  }
}
