package kith.peer;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import kith.codec.CorruptDataException;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;

/**
 * What an owner's node publishes about itself, so that others can find it: passed on by partners
 * and brokers, believed for its signature alone. Of one owner's records the newest holds: the
 * highest epoch, then the highest generation. Format: docs/formats/records.md.
 *
 * @param owner who publishes it
 * @param addresses where the node can be reached, 1 to {@link RequestFields#MAX_ADDRESSES}
 * @param age how new it is and how long it holds
 * @param facts what the node says of itself
 * @param record the signed form, as it came
 */
public record NodeRecord(
    OwnerId owner, List<NodeAddress> addresses, Age age, NodeFacts facts, SignedRecord record) {
  static final int VERSION = 1;

  /** The longest that a record may hold. */
  public static final Duration MAX_LIFE = Duration.ofDays(7);

  /** The largest record in bytes. */
  public static final int MAX_BYTES = 4096;

  /** Older records of one owner first. */
  public static final Comparator<NodeRecord> NEWNESS =
      Comparator.comparingLong((NodeRecord each) -> each.age.epoch)
          .thenComparingLong(each -> each.age.generation);

  /**
   * @param epoch of the node that signed it
   * @param generation grows with each record of that node; milliseconds since 1970 in this version
   * @param issued by the node's clock
   * @param expires after that, at most {@link #MAX_LIFE} later
   */
  public record Age(long epoch, long generation, Instant issued, Instant expires) {}

  /** What a node has to say: where it is, and what it is. */
  public record Announcement(List<NodeAddress> addresses, NodeFacts facts) {
    public Announcement {
      addresses = List.copyOf(addresses);
    }
  }

  /**
   * What a node publishes of itself; ends with the node's credential if that ends earlier.
   *
   * @param generation greater than that of its last record
   * @param life at most {@link #MAX_LIFE}
   * @throws CorruptDataException if what it has to say won't do
   */
  static NodeRecord sign(LocalNode self, Announcement says, long generation, Duration life)
      throws CorruptDataException {
    NodeIdentity node = self.identity();
    Instant now = self.now();
    Instant expires = now.plus(life);
    Instant credential = node.expires();
    var body =
        new FieldWriter()
            .bytes("owner", node.owner())
            .texts("addresses", Contact.texts(says.addresses))
            .number("generation", generation)
            .number("issued", now.toEpochMilli())
            .number("expires", (expires.isAfter(credential) ? credential : expires).toEpochMilli());
    says.facts.write(body);
    return parse(
        SignedRecord.unsigned(RecordKind.NODE, VERSION, body.toBytes()).signedBy(node).toBytes());
  }

  /**
   * Reads a record and checks that a node of its owner signed it and that it doesn't contradict
   * itself; not the time, for which there is {@link #checkTime}.
   *
   * @throws CorruptDataException saying what is wrong with it
   */
  public static NodeRecord parse(byte[] bytes) throws CorruptDataException {
    if (bytes.length > MAX_BYTES) {
      throw new CorruptDataException("a node's record of " + bytes.length + " bytes");
    }
    return of(SignedRecord.parse(bytes, RecordKind.NODE));
  }

  /** Whose record it claims to be. */
  static OwnerId ownerOf(byte[] record) throws CorruptDataException {
    return SignedRecord.parse(record, RecordKind.NODE).fields().owner("owner");
  }

  private static NodeRecord of(SignedRecord record) throws CorruptDataException {
    List<Credential> signers = record.signers();
    if (signers.size() != 1 || signers.get(0).role() != Role.NODE) {
      throw new CorruptDataException("a node's record is signed by exactly one node");
    }
    Credential signer = signers.get(0);
    NodeRecord read = read(record, signer.epoch());
    if (!read.owner.equals(signer.owner())) {
      throw new CorruptDataException("the record of " + read.owner + " is signed by " + signer);
    }
    if (read.age.issued.isBefore(signer.issued().minus(Credential.CLOCK_SLACK))
        || read.age.expires.isAfter(signer.expires().plus(Credential.CLOCK_SLACK))) {
      throw new CorruptDataException("a node's record that outlives the credential under it");
    }
    return read;
  }

  /** Of a record whose signature was checked before; its bytes have not left this machine. */
  static NodeRecord ofChecked(byte[] bytes, long epoch) throws CorruptDataException {
    return read(SignedRecord.parse(bytes, RecordKind.NODE), epoch);
  }

  private static NodeRecord read(SignedRecord record, long epoch) throws CorruptDataException {
    Fields in = record.fields();
    var age =
        new Age(
            epoch,
            in.number("generation", 1, Long.MAX_VALUE),
            Instant.ofEpochMilli(in.count("issued")),
            Instant.ofEpochMilli(in.count("expires")));
    List<NodeAddress> addresses =
        Contact.understood(
            in.texts("addresses", RequestFields.MAX_ADDRESSES, RequestFields.MAX_ADDRESS));
    var read =
        new NodeRecord(in.owner("owner"), List.copyOf(addresses), age, NodeFacts.read(in), record);
    read.checkSense();
    return read;
  }

  private void checkSense() throws CorruptDataException {
    if (addresses.isEmpty()) {
      throw new CorruptDataException("a node's record without an address");
    }
    if (!age.issued.isBefore(age.expires)) {
      throw new CorruptDataException("a node's record that expired before it was issued");
    }
    if (age.expires.isAfter(age.issued.plus(MAX_LIFE))) {
      throw new CorruptDataException(
          "a node's record that is to hold for more than " + MAX_LIFE.toDays() + " days");
    }
    if (facts.since().isAfter(age.issued.plus(Credential.CLOCK_SLACK))) {
      throw new CorruptDataException("a node's record from before there was the node");
    }
  }

  /**
   * @throws NotPermittedException if it does not hold at {@code now}
   */
  void checkTime(Instant now) throws NotPermittedException {
    if (isExpired(now)) {
      throw new NotPermittedException(
          "the record of " + owner.brief() + " expired at " + age.expires);
    }
    if (now.isBefore(age.issued.minus(Credential.CLOCK_SLACK))) {
      throw new NotPermittedException(
          "the record of " + owner.brief() + " is from the future (" + age.issued + ")");
    }
  }

  boolean isExpired(Instant now) {
    return !holdsAt(now);
  }

  /** Whether it is not expired. */
  public boolean holdsAt(Instant now) {
    return now.isBefore(age.expires);
  }

  /** Where to reach the node. */
  public Contact contact() {
    return new Contact(owner, addresses);
  }

  /** The stored and sent form. */
  public byte[] toBytes() {
    return record.toBytes();
  }
}
