package kith.codec;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * The four secrets that the daemon keeps, 32 bytes each; root secret and owner key cannot be had
 * from them. After a rekey those of before besides, for what was written with them: a pack is read
 * with the secrets that it was made with, which its id tells to whoever has them. Once no pack of
 * theirs is left they are spent: what is kept of them names chunks and opens nothing. Immutable.
 */
public final class DriveKeys {
  private static final int KEY = 32;
  private static final int VERSION = 1;
  private static final int RING_VERSION = 2;

  /** Of keys that are spent, and of a ring with such in it. */
  private static final int SPENT_VERSION = 3;

  private static final int KEYS = 4 * KEY;
  private static final int SIZE = 1 + KEYS;
  private static final int SPENT_SIZE = 1 + 2 * KEY;

  /** Bytes of a pack's id that are random where the others tell the secrets. */
  private static final int RANDOM = PackId.SIZE / 2;

  private final byte[] head;
  private final byte[] tree;
  private final byte[] seal;
  private final byte[] convergence;
  private final byte[] treeConvergence;
  private final boolean spent;
  private final List<DriveKeys> former;

  private DriveKeys(ByteBuffer in, List<DriveKeys> former) {
    this.head = key(in);
    this.tree = key(in);
    this.seal = key(in);
    this.convergence = key(in);
    this.treeConvergence = Hkdf.derive(tree, "tree convergence 1", new byte[0], KEY);
    this.spent = false;
    this.former = List.copyOf(former);
  }

  private DriveKeys(byte[] convergence, byte[] treeConvergence) {
    this.head = new byte[0];
    this.tree = new byte[0];
    this.seal = new byte[0];
    this.convergence = convergence;
    this.treeConvergence = treeConvergence;
    this.spent = true;
    this.former = List.of();
  }

  /** The keys that follow from the root secret. */
  public static DriveKeys derive(RootSecret root) {
    ByteBuffer keys =
        ByteBuffer.allocate(KEYS)
            .put(root.derive("head key 1", KEY))
            .put(root.derive("tree key 1", KEY))
            .put(root.derive("seal secret 1", KEY))
            .put(root.derive("convergence secret 1", KEY));
    return new DriveKeys(keys.flip(), List.of());
  }

  /** These, after a rekey that took the place of others. */
  public DriveKeys after(DriveKeys before) {
    List<DriveKeys> all = new ArrayList<>(before.former);
    all.add(before.alone());
    if (all.size() > OwnerLineage.MAX_REKEYS) {
      throw new IllegalStateException("a drive has at most " + OwnerLineage.MAX_REKEYS + " rekeys");
    }
    return with(all);
  }

  /** These, with the keys of before each rekey as a head brings them. */
  public DriveKeys with(List<DriveKeys> before) {
    return new DriveKeys(ByteBuffer.wrap(own()), before);
  }

  /** These without any of before. */
  private DriveKeys alone() {
    return spent ? this : with(List.of());
  }

  /** These, where the former ones of which no pack is left are {@link #isSpent spent}. */
  public DriveKeys spending(IntPredicate generation) {
    List<DriveKeys> left = new ArrayList<>();
    for (int i = 0; i < former.size(); i++) {
      DriveKeys each = former.get(i);
      left.add(generation.test(i) ? new DriveKeys(each.convergence, each.treeConvergence) : each);
    }
    return with(left);
  }

  /** Whether they open nothing any more, and only tell the names of chunks. */
  public boolean isSpent() {
    return spent;
  }

  /** Those of before each rekey, the oldest first; of each only its own. */
  public List<DriveKeys> former() {
    return former;
  }

  /** How many rekeys there were before a pack was made. */
  public int generation(PackId pack) {
    byte[] id = pack.toBytes();
    byte[] random = Arrays.copyOf(id, RANDOM);
    for (int i = former.size(); i > 0; i--) {
      if (!generation(i).spent) {
        byte[] tag = generation(i).tag(random);
        if (Arrays.equals(id, RANDOM, id.length, tag, 0, tag.length)) {
          return i;
        }
      }
    }
    return 0;
  }

  /** Whether a pack was made with keys that are spent, as far as can be told. */
  public boolean isSpent(PackId pack) {
    return generation(generation(pack)).spent;
  }

  /** Those of a pack; where they are spent the present ones, which open nothing of it. */
  private DriveKeys of(PackId pack) {
    DriveKeys found = generation(generation(pack));
    return found.spent ? this : found;
  }

  /** The secrets of a generation, from 0 to as many as are {@link #former}. */
  public DriveKeys generation(int number) {
    return number == former.size() ? this : former.get(number);
  }

  private byte[] tag(byte[] random) {
    return Hkdf.derive(seal, "pack id 1", random, PackId.SIZE - RANDOM);
  }

  /** The id of a pack that is made now; after a rekey it tells by which secrets. */
  public PackId newPack(SecureRandom random) {
    byte[] id = new byte[PackId.SIZE];
    random.nextBytes(id);
    if (!former.isEmpty()) {
      byte[] tag = tag(Arrays.copyOf(id, RANDOM));
      System.arraycopy(tag, 0, id, RANDOM, tag.length);
    }
    return new PackId(id);
  }

  /** Encrypts heads. */
  public byte[] head() {
    return whole(head);
  }

  /** Encrypts the footers of packs that are made now. */
  public byte[] tree() {
    return whole(tree);
  }

  /** Encrypts the footer of this pack. */
  public byte[] tree(PackId pack) {
    return of(pack).tree();
  }

  /** What the seals of shards of packs that are made now are derived from. */
  public byte[] seal() {
    return whole(seal);
  }

  /** What the seals of shards of this pack are derived from. */
  public byte[] seal(PackId pack) {
    return of(pack).seal();
  }

  private byte[] whole(byte[] key) {
    if (spent) {
      throw new IllegalStateException("these keys are spent");
    }
    return key.clone();
  }

  /** What the keys of chunks of trees and of the index are derived from, with their bytes. */
  public byte[] treeConvergence() {
    return treeConvergence.clone();
  }

  /** What the keys of chunks are derived from, together with their bytes. */
  public byte[] convergence() {
    return convergence.clone();
  }

  /**
   * Makes the places of cuts depend on the drive; follows from its first convergence secret, so
   * that a rekey leaves files cut as they are.
   */
  public byte[] gear() {
    return Hkdf.derive(generation(0).convergence, "gear key 1", new byte[0], KEY);
  }

  private byte[] own() {
    return ByteBuffer.allocate(KEYS).put(head).put(tree).put(seal).put(convergence).array();
  }

  /**
   * Version, then head, tree, seal and convergence key, and after a rekey those of before, the
   * oldest first; of spent ones a version, convergence and tree convergence secret. For wrapping
   * only.
   */
  public byte[] toBytes() {
    if (spent) {
      ByteBuffer out = ByteBuffer.allocate(SPENT_SIZE).put((byte) SPENT_VERSION);
      return out.put(convergence).put(treeConvergence).array();
    }
    boolean some = former.stream().anyMatch(DriveKeys::isSpent);
    int version = some ? SPENT_VERSION : former.isEmpty() ? VERSION : RING_VERSION;
    ByteBuffer out = ByteBuffer.allocate(SIZE + former.size() * SIZE).put((byte) version);
    out.put(own());
    former.forEach(each -> out.put(some ? each.toBytes() : each.own()));
    return Arrays.copyOf(out.array(), out.position());
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @throws CorruptDataException for another version or length
   */
  public static DriveKeys ofBytes(byte[] bytes) throws CorruptDataException {
    try {
      ByteBuffer in = ByteBuffer.wrap(bytes);
      DriveKeys read = read(in.get(), in);
      boolean canonical = Arrays.equals(bytes, read.toBytes());
      if (canonical && !in.hasRemaining() && read.former.size() <= OwnerLineage.MAX_REKEYS) {
        return read;
      }
      throw new CorruptDataException("keys of a drive in an unknown form");
    } catch (BufferUnderflowException e) {
      throw new CorruptDataException("the keys of a drive are cut off", e);
    }
  }

  private static DriveKeys read(int version, ByteBuffer in) throws CorruptDataException {
    if (version == SPENT_VERSION && in.remaining() == SPENT_SIZE - 1) {
      return new DriveKeys(key(in), key(in));
    }
    if (version < VERSION || version > SPENT_VERSION) {
      throw new CorruptDataException("not the keys of a drive in version " + SPENT_VERSION);
    }
    DriveKeys present = new DriveKeys(in, List.of());
    List<DriveKeys> former = new ArrayList<>();
    while (in.hasRemaining() && version != VERSION) {
      boolean isSpent = version == SPENT_VERSION && in.get() == SPENT_VERSION;
      former.add(isSpent ? new DriveKeys(key(in), key(in)) : new DriveKeys(in, List.of()));
    }
    return present.with(former);
  }

  private static byte[] key(ByteBuffer in) {
    byte[] key = new byte[KEY];
    in.get(key);
    return key;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DriveKeys that && MessageDigest.isEqual(toBytes(), that.toBytes());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(Sha256.of(toBytes()));
  }

  @Override
  public String toString() {
    return "DriveKeys[hidden]";
  }
}
