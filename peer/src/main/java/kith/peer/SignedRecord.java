package kith.peer;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;

/**
 * A record with the signatures of nodes under it. The body's bytes are kept as they came, so that
 * fields of newer versions survive and stay signed. Immutable; its signatures are checked by {@link
 * #signers}, not by parsing. Format: docs/formats/records.md.
 */
public final class SignedRecord {
  private static final int ENVELOPE = 1;
  private static final int FIXED = 1 + 1 + 1 + 4 + 1;
  private static final int MAX_SIGNATURES = 4;

  /** The largest body in bytes; only heads come near it. */
  public static final int MAX_BODY = 1 << 20;

  /** The largest record in bytes. */
  static final int MAX_BYTES =
      FIXED + MAX_BODY + MAX_SIGNATURES * (2 + Credential.MAX_BYTES + NodeKeys.SIGNATURE_SIZE);

  /** The largest record, other than a head, that goes into a message's control part. */
  static final int MAX_SMALL = 16 * 1024;

  /** A node's signature and the credential that its key has. */
  private record NodeSignature(byte[] credential, byte[] signature) {}

  private final RecordKind kind;
  private final int version;
  private final byte[] body;
  private final List<NodeSignature> signatures;

  /** Once they were checked, which takes a millisecond each; the bytes cannot change. */
  private volatile List<Credential> checked;

  private SignedRecord(RecordKind kind, int version, byte[] body, List<NodeSignature> signatures) {
    this.kind = kind;
    this.version = version;
    this.body = body;
    this.signatures = List.copyOf(signatures);
  }

  /** A record that nobody has signed yet. */
  static SignedRecord unsigned(RecordKind kind, int version, byte[] body) {
    if (body.length > MAX_BODY) {
      throw new IllegalArgumentException("a record's body of " + body.length + " bytes");
    }
    return new SignedRecord(kind, version, body.clone(), List.of());
  }

  /** The same record with {@code node}'s signature added. */
  SignedRecord signedBy(NodeIdentity node) {
    var all = new ArrayList<>(signatures);
    byte[] signature = node.sign(kind.signed(version, body));
    all.add(new NodeSignature(node.credential().toBytes(), signature));
    return new SignedRecord(kind, version, body, all);
  }

  /**
   * @param kind the kind that is expected here
   * @throws CorruptDataException if the bytes are not exactly one record of that kind
   */
  public static SignedRecord parse(byte[] bytes, RecordKind kind) throws CorruptDataException {
    try {
      SignedRecord record = parse(ByteBuffer.wrap(bytes));
      if (record.kind != kind) {
        throw new CorruptDataException("a record of kind " + record.kind + ", not " + kind);
      }
      return record;
    } catch (BufferUnderflowException e) {
      throw new CorruptDataException("a signed record is cut off", e);
    }
  }

  /**
   * Reads what a node said of another machine that wants its place.
   *
   * @throws CorruptDataException if it is damaged, or the signature is false
   */
  public static SignedRecord takeover(byte[] bytes) throws CorruptDataException {
    SignedRecord record = parse(bytes, RecordKind.TAKEOVER);
    var unused = TakeoverWord.of(record);
    return record;
  }

  private static SignedRecord parse(ByteBuffer in) throws CorruptDataException {
    int envelope = in.get() & 0xff;
    if (envelope != ENVELOPE) {
      throw new CorruptDataException("a signed record of form " + envelope + " is not understood");
    }
    RecordKind kind = RecordKind.of(in.get() & 0xff);
    int version = in.get() & 0xff;
    byte[] body = take(in, in.getInt(), MAX_BODY);
    int count = in.get() & 0xff;
    if (count > MAX_SIGNATURES) {
      throw new CorruptDataException("a record with " + count + " signatures");
    }
    var signatures = new ArrayList<NodeSignature>(count);
    for (int i = 0; i < count; i++) {
      byte[] credential = take(in, in.getShort() & 0xffff, Credential.MAX_BYTES);
      byte[] signature = take(in, NodeKeys.SIGNATURE_SIZE, NodeKeys.SIGNATURE_SIZE);
      signatures.add(new NodeSignature(credential, signature));
    }
    if (in.hasRemaining()) {
      throw new CorruptDataException("bytes after a signed record");
    }
    return new SignedRecord(kind, version, body, signatures);
  }

  private static byte[] take(ByteBuffer in, int length, int max) throws CorruptDataException {
    if (length < 0 || length > max || length > in.remaining()) {
      throw new CorruptDataException("a part of a record claims " + length + " bytes");
    }
    byte[] part = new byte[length];
    in.get(part);
    return part;
  }

  /** The stored and sent form. */
  public byte[] toBytes() {
    int size = FIXED + body.length;
    for (NodeSignature each : signatures) {
      size += 2 + each.credential.length + each.signature.length;
    }
    ByteBuffer out = ByteBuffer.allocate(size);
    out.put((byte) ENVELOPE).put((byte) kind.tag()).put((byte) version);
    out.putInt(body.length).put(body).put((byte) signatures.size());
    for (NodeSignature each : signatures) {
      out.putShort((short) each.credential.length).put(each.credential).put(each.signature);
    }
    return out.array();
  }

  public RecordKind kind() {
    return kind;
  }

  public int version() {
    return version;
  }

  /** A copy of the body's bytes. */
  public byte[] body() {
    return body.clone();
  }

  Fields fields() throws CorruptDataException {
    return Fields.parse(body, MAX_BODY);
  }

  boolean sameBody(SignedRecord other) {
    return kind == other.kind && version == other.version && Arrays.equals(body, other.body);
  }

  /**
   * The credentials of all who signed, in order, each signature and credential checked.
   *
   * @throws CorruptDataException if one is false
   */
  public List<Credential> signers() throws CorruptDataException {
    List<Credential> known = checked;
    if (known == null) {
      known = List.copyOf(check());
      checked = known;
    }
    return known;
  }

  private List<Credential> check() throws CorruptDataException {
    byte[] message = kind.signed(version, body);
    var signers = new ArrayList<Credential>(signatures.size());
    for (NodeSignature each : signatures) {
      Credential credential = Credential.parse(each.credential);
      if (!credential.hasSigned(message, each.signature)) {
        throw new CorruptDataException(
            "the signature of " + credential.owner().brief() + " under a " + kind + " is false");
      }
      signers.add(credential);
    }
    return signers;
  }

  /** How many have signed; not checked. */
  int signatures() {
    return signatures.size();
  }

  /**
   * Checks that the node of one owner has signed, or those of both.
   *
   * @return this
   * @throws CorruptDataException if one has not, or a signature is false, or is a view's
   */
  SignedRecord requireFirst(OwnerId first, OwnerId second) throws CorruptDataException {
    return signatures.size() < 2 ? requireSigners(first) : requireSigners(first, second);
  }

  /**
   * Checks that exactly these owners' nodes have signed, in any order.
   *
   * @return this
   * @throws CorruptDataException if one has not, or a signature is false, or is a view's
   */
  SignedRecord requireSigners(OwnerId... owners) throws CorruptDataException {
    List<Credential> signers = signers();
    var missing = new ArrayList<>(Arrays.asList(owners));
    for (Credential signer : signers) {
      if (signer.role() != Role.NODE || !missing.remove(signer.owner())) {
        throw new CorruptDataException("a " + kind + " must not be signed by " + signer);
      }
    }
    if (!missing.isEmpty()) {
      throw new CorruptDataException("a " + kind + " lacks the signature of " + missing.get(0));
    }
    return this;
  }
}
