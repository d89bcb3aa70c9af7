package kith.peer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import kith.codec.CorruptDataException;
import kith.codec.FuzzTarget;
import kith.codec.OwnerId;
import kith.codec.OwnerKey;
import kith.codec.RootSecret;

/**
 * What reads signed records, a target of each kind there is: as they come, where a false signature
 * ends most of it, and truly signed by somebody who means harm.
 */
final class RecordTargets {
  private static final OwnerKey MALLORY = OwnerKey.derive(RootSecret.of(Messages.filled(32, 99)));

  /** Where owner id and key begin in a credential. */
  private static final int OWNER_AT = 1 + 1 + 4 + 8 + 8;

  private RecordTargets() {}

  static List<FuzzTarget> all() {
    var targets = new ArrayList<FuzzTarget>();
    for (RecordKind kind : RecordKind.values()) {
      if (kind != RecordKind.CREDENTIAL && kind != RecordKind.FAREWELL) {
        targets.add(asItComes(kind));
        targets.add(signed(kind));
      }
    }
    targets.add(
        FuzzTarget.of(
            "credential",
            List.of(Messages.ALICE.credential().toBytes(), rekeyed()),
            Credential::parse,
            Credential::toBytes));
    targets.add(
        FuzzTarget.of(
            "credential-signed",
            List.of(unsigned(Messages.ALICE.credential().toBytes())),
            bytes -> Credential.parse(signed(bytes)),
            credential -> unsigned(credential.toBytes())));
    targets.add(
        new FuzzTarget(
            "owner-farewell",
            List.of(Messages.farewell().toBytes(), Golden.bytes("farewell-rekeyed")),
            bytes -> assertNotNull(Farewell.of(OwnerRecord.farewell(bytes)).toString())));
    targets.add(
        FuzzTarget.of(
            "owner-override",
            List.of(Messages.override().toBytes()),
            bytes -> OwnerRecord.parse(bytes, RecordKind.KEEP_SET),
            OwnerRecord::toBytes));
    return targets;
  }

  private static List<SignedRecord> examples(RecordKind kind) {
    return EveryMessage.records().stream().filter(record -> record.kind() == kind).toList();
  }

  private static FuzzTarget asItComes(RecordKind kind) {
    return new FuzzTarget(
        "record-" + kind.name().toLowerCase(Locale.ROOT),
        examples(kind).stream().map(SignedRecord::toBytes).toList(),
        bytes -> {
          SignedRecord record = SignedRecord.parse(bytes, kind);
          assertArrayEquals(bytes, record.toBytes());
          assertNotNull(FormatsTest.value(record).toString());
        });
  }

  /** Who signs u8 (bit 0 Alice, bit 1 Bob), version u8, body. */
  private static FuzzTarget signed(RecordKind kind) {
    return new FuzzTarget(
        "signed-" + kind.name().toLowerCase(Locale.ROOT),
        examples(kind).stream().map(RecordTargets::body).toList(),
        bytes -> assertNotNull(FormatsTest.value(signed(kind, bytes)).toString()));
  }

  private static byte[] body(SignedRecord record) {
    try {
      int signers = 0;
      for (Credential each : record.signers()) {
        signers |= each.owner().equals(Messages.ALICE.owner()) ? 1 : 2;
      }
      byte[] body = record.body();
      return ByteBuffer.allocate(2 + body.length)
          .put((byte) signers)
          .put((byte) record.version())
          .put(body)
          .array();
    } catch (CorruptDataException e) {
      throw new IllegalStateException(e);
    }
  }

  private static SignedRecord signed(RecordKind kind, byte[] bytes) throws CorruptDataException {
    if (bytes.length < 2) {
      throw new CorruptDataException("no signers");
    }
    byte[] body = Arrays.copyOfRange(bytes, 2, bytes.length);
    SignedRecord record = SignedRecord.unsigned(kind, bytes[1] & 0xff, body);
    record = (bytes[0] & 1) == 0 ? record : record.signedBy(Messages.ALICE);
    return (bytes[0] & 2) == 0 ? record : record.signedBy(Messages.BOB);
  }

  private static byte[] rekeyed() {
    try {
      return NodeIdentity.ofBytes(Golden.bytes("identity-rekeyed")).credential().toBytes();
    } catch (CorruptDataException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] unsigned(byte[] credential) {
    return Arrays.copyOf(credential, credential.length - OwnerKey.SIGNATURE_SIZE);
  }

  /** The same of Mallory's, with her true signature. */
  private static byte[] signed(byte[] credential) {
    byte[] body = credential.clone();
    if (body.length >= OWNER_AT + OwnerId.SIZE + OwnerKey.PUBLIC_KEY_SIZE) {
      ByteBuffer.wrap(body).position(OWNER_AT).put(MALLORY.id().toBytes()).put(MALLORY.publicKey());
    }
    byte[] signature = MALLORY.sign(RecordKind.CREDENTIAL.signed(Credential.VERSION, body));
    byte[] all = Arrays.copyOf(body, body.length + signature.length);
    System.arraycopy(signature, 0, all, body.length, signature.length);
    return all;
  }
}
