package kith.peer;

import java.time.Instant;
import java.util.List;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;

/**
 * An owner's signed word to one holder that he restores: from now on everything is read back.
 * Signed by his node, or by a view of his.
 *
 * @param id random
 * @param time by the signer's clock
 */
public record RestoreDeclaration(OwnerId owner, OwnerId holder, RestoreId id, Instant time) {
  static final int VERSION = 1;

  SignedRecord signedBy(NodeIdentity node) {
    byte[] body =
        new FieldWriter()
            .bytes("owner", owner)
            .bytes("holder", holder)
            .bytes("id", id)
            .number("time", time.toEpochMilli())
            .toBytes();
    return SignedRecord.unsigned(RecordKind.RESTORE_DECLARATION, VERSION, body).signedBy(node);
  }

  /**
   * Reads a declaration that a node or view of its owner has signed.
   *
   * @throws CorruptDataException if it is damaged, contradicts itself, or the signature is false or
   *     another's
   */
  static RestoreDeclaration of(SignedRecord record) throws CorruptDataException {
    Fields fields = record.fields();
    var declaration =
        new RestoreDeclaration(
            fields.owner("owner"),
            fields.owner("holder"),
            new RestoreId(fields.exactly("id", RestoreId.SIZE)),
            Instant.ofEpochMilli(fields.count("time")));
    if (declaration.owner.equals(declaration.holder)) {
      throw new CorruptDataException("an owner who restores from himself");
    }
    if (!signer(record).owner().equals(declaration.owner)) {
      throw new CorruptDataException("a restore that another than its owner declares");
    }
    return declaration;
  }

  /** Whose word it is: one node or view. */
  static Credential signer(SignedRecord record) throws CorruptDataException {
    List<Credential> signers = record.signers();
    if (signers.size() != 1) {
      throw new CorruptDataException("a declared restore has one signature");
    }
    return signers.get(0);
  }
}
