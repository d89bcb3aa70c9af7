package kith.peer;

import java.time.Instant;
import java.util.HexFormat;
import kith.codec.CorruptDataException;
import kith.codec.Digest;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;
import kith.codec.OwnerKey;

/**
 * What an owner's node says of another machine that wants to take its place: it agrees, or it does
 * not. The first is good with the node's signature alone; the second needs the owner key's beside
 * it, since whoever has a stolen machine must not keep its owner from recovering.
 *
 * @param epoch of the machine that wants to take over
 * @param key SHA-256 of its TLS key
 * @param time by the signer's clock
 */
record TakeoverWord(OwnerId owner, long epoch, Digest key, boolean agreed, Instant time) {
  static final int VERSION = 1;

  static TakeoverWord about(Credential successor, boolean agreed, Instant time) {
    return new TakeoverWord(
        successor.owner(), successor.epoch(), Hash.of(successor.nodeKey()), agreed, time);
  }

  /**
   * About a machine of which nothing is known but its whole code.
   *
   * @see Credential#machineCode()
   * @throws CorruptDataException if it is none
   */
  static TakeoverWord about(OwnerId owner, String code, boolean agreed, Instant time)
      throws CorruptDataException {
    int dash = code.indexOf('-');
    try {
      long epoch = Long.parseLong(code.substring(0, Math.max(0, dash)));
      Digest key = new Digest(HexFormat.of().parseHex(code.substring(dash + 1)));
      if (epoch >= 1 && epoch <= 0xffffffffL) {
        return new TakeoverWord(owner, epoch, key, agreed, time);
      }
    } catch (IllegalArgumentException e) {
      throw new CorruptDataException("'" + code + "' is no machine's whole code", e);
    }
    throw new CorruptDataException("'" + code + "' is no machine's whole code");
  }

  SignedRecord signedBy(NodeIdentity node) {
    byte[] body =
        new FieldWriter()
            .bytes("owner", owner)
            .number("epoch", epoch)
            .bytes("key", key)
            .flag("agreed", agreed)
            .number("time", time.toEpochMilli())
            .toBytes();
    return SignedRecord.unsigned(RecordKind.TAKEOVER, VERSION, body).signedBy(node);
  }

  /**
   * Reads one that a node of the owner has signed; which, is for the caller to check.
   *
   * @throws CorruptDataException if it is damaged, or the signature is false or another's
   */
  static TakeoverWord of(SignedRecord record) throws CorruptDataException {
    Fields fields = record.fields();
    var word =
        new TakeoverWord(
            fields.owner("owner"),
            fields.number("epoch", 1, 0xffffffffL),
            fields.digest("key"),
            fields.flag("agreed"),
            Instant.ofEpochMilli(fields.count("time")));
    record.requireSigners(word.owner);
    return word;
  }

  /** Which node has signed a record that was read. */
  static Credential signer(SignedRecord record) throws CorruptDataException {
    return record.signers().get(0);
  }

  boolean isAbout(Credential successor) {
    return owner.equals(successor.owner())
        && epoch == successor.epoch()
        && key.equals(Hash.of(successor.nodeKey()));
  }

  /** Whose key has signed beside the node. */
  static void requireOverride(SignedRecord record, OwnerRecord override)
      throws NotPermittedException, CorruptDataException {
    if (!override.isAbout(record) || !override.isByKeyOf(signer(record))) {
      throw new NotPermittedException("the owner key has not signed this word");
    }
  }

  /**
   * The owner key's signature under a word that its node has signed.
   *
   * @throws CorruptDataException if it is none, or of another owner
   */
  static OwnerRecord override(OwnerKey key, SignedRecord record) throws CorruptDataException {
    if (!of(record).owner.equals(key.id())) {
      throw new CorruptDataException("a word of another owner");
    }
    return OwnerRecord.override(key, record);
  }
}
