package kith.codec;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The four secrets that the daemon keeps, 32 bytes each; root secret and owner key cannot be had
 * from them. After a rekey those of before besides, for what was written with them: a pack is read
 * with the secrets that it was made with, which its id tells to whoever has them. Immutable.
 */
public final class DriveKeys {
  private static final int KEY = 32;
  private static final int VERSION = 1;
  private static final int RING_VERSION = 2;
  private static final int KEYS = 4 * KEY;
  private static final int SIZE = 1 + KEYS;

  /** Bytes of a pack's id that are random where the others tell the secrets. */
  private static final int RANDOM = PackId.SIZE / 2;

  private final byte[] head;
  private final byte[] tree;
  private final byte[] seal;
  private final byte[] convergence;
  private final List<DriveKeys> former;

  private DriveKeys(ByteBuffer in, List<DriveKeys> former) {
    this.head = key(in);
    this.tree = key(in);
    this.seal = key(in);
    this.convergence = key(in);
    this.former = List.copyOf(former);
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
    all.add(new DriveKeys(ByteBuffer.wrap(before.own()), List.of()));
    if (all.size() > OwnerLineage.MAX_REKEYS) {
      throw new IllegalStateException("a drive has at most " + OwnerLineage.MAX_REKEYS + " rekeys");
    }
    return new DriveKeys(ByteBuffer.wrap(own()), all);
  }

  /** These, with the keys of before each rekey as a head brings them. */
  public DriveKeys with(List<DriveKeys> before) {
    return new DriveKeys(ByteBuffer.wrap(own()), before);
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
      byte[] tag = generation(i).tag(random);
      if (Arrays.equals(id, RANDOM, id.length, tag, 0, tag.length)) {
        return i;
      }
    }
    return 0;
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
    return head.clone();
  }

  /** Encrypts the footers of packs that are made now. */
  public byte[] tree() {
    return tree.clone();
  }

  /** Encrypts the footer of this pack. */
  public byte[] tree(PackId pack) {
    return generation(generation(pack)).tree();
  }

  /** What the seals of shards of packs that are made now are derived from. */
  public byte[] seal() {
    return seal.clone();
  }

  /** What the seals of shards of this pack are derived from. */
  public byte[] seal(PackId pack) {
    return generation(generation(pack)).seal();
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
   * oldest first: for wrapping only.
   */
  public byte[] toBytes() {
    int version = former.isEmpty() ? VERSION : RING_VERSION;
    ByteBuffer out = ByteBuffer.allocate(SIZE + former.size() * KEYS).put((byte) version);
    out.put(own());
    former.forEach(each -> out.put(each.own()));
    return out.array();
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @throws CorruptDataException for another version or length
   */
  public static DriveKeys ofBytes(byte[] bytes) throws CorruptDataException {
    int rekeys = (bytes.length - SIZE) / KEYS;
    boolean whole = bytes.length == SIZE + rekeys * KEYS && rekeys <= OwnerLineage.MAX_REKEYS;
    if (!whole || rekeys < 0 || bytes[0] != (rekeys == 0 ? VERSION : RING_VERSION)) {
      throw new CorruptDataException("not the keys of a drive in version " + RING_VERSION);
    }
    List<DriveKeys> former = new ArrayList<>();
    for (int i = 1; i <= rekeys; i++) {
      former.add(new DriveKeys(ByteBuffer.wrap(bytes, 1 + i * KEYS, KEYS), List.of()));
    }
    return new DriveKeys(ByteBuffer.wrap(bytes, 1, KEYS), former);
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
