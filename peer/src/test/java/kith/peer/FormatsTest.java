package kith.peer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import kith.codec.CorruptDataException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is sent and stored, byte for byte, whole and damaged. */
final class FormatsTest {
  static List<Message> messages() {
    return EveryMessage.all();
  }

  static List<SignedRecord> records() {
    return EveryMessage.records();
  }

  private static boolean carriesSignature(Message message) {
    return message.kind() == MessageKind.HEAD_PUT
        || message.kind() == MessageKind.HEAD_FOUND
        || message.kind() == MessageKind.RECORDS
        || message.kind() == MessageKind.TAKEOVER_TOLD
        || message.kind() == MessageKind.RECEIPTS
        || Stream.of(message.getClass().getRecordComponents())
            .anyMatch(
                part -> part.getGenericType().getTypeName().contains(SignedRecord.class.getName()));
  }

  @Test
  void thereIsAMessageOfEachKindInTheseTests() {
    var kinds = EnumSet.noneOf(MessageKind.class);
    messages().forEach(message -> kinds.add(message.kind()));
    assertEquals(EnumSet.allOf(MessageKind.class), kinds);
  }

  @ParameterizedTest
  @MethodSource("messages")
  void messagesAreWrittenAsTheyEverWere(Message message) throws CorruptDataException {
    byte[] golden = Golden.bytes(Golden.messageName(message));
    assertArrayEquals(golden, Wire.bytes(Wire.read(golden), 7));
    if (!carriesSignature(message)) {
      assertArrayEquals(golden, Wire.bytes(message, 7));
    }
  }

  @Test
  void readsForARepairAndInARestoreAreWrittenAsTheyEverWere() throws CorruptDataException {
    var repair = Messages.get(new ReadPurpose.Repair(Messages.BOB.owner()));
    var restore = Messages.get(new ReadPurpose.Restore(Messages.declaration().id()));
    assertArrayEquals(Golden.bytes("message-get-repair"), Wire.bytes(repair, 7));
    assertArrayEquals(Golden.bytes("message-get-restore"), Wire.bytes(restore, 7));
    assertEquals(repair, Wire.read(Golden.bytes("message-get-repair")));
    assertEquals(restore, Wire.read(Golden.bytes("message-get-restore")));
    everyFlippedByteOfAMessageIsRefusedOrUnderstood(repair);
    everyFlippedByteOfAMessageIsRefusedOrUnderstood(restore);
  }

  @Test
  void anAnswerByADropIsReadAsItEverWas() throws CorruptDataException {
    byte[] golden = Golden.bytes("message-claim_answer-dropped");
    var read = (Reply.ClaimAnswer) Wire.read(golden);
    assertArrayEquals(golden, Wire.bytes(read, 7));
    DropProof expected = Messages.dropAnswer().dropped().orElseThrow();
    assertEquals(expected.beside(), read.dropped().orElseThrow().beside());
    assertEquals(expected.index(), read.dropped().orElseThrow().index());
    assertEquals(
        KeepSet.of(expected.keepSet()), KeepSet.of(read.dropped().orElseThrow().keepSet()));
  }

  @ParameterizedTest
  @MethodSource("records")
  void recordsAreReadAsTheyEverWere(SignedRecord record) throws CorruptDataException {
    byte[] golden = Golden.bytes(Golden.recordName(record));
    SignedRecord read = SignedRecord.parse(golden, record.kind());
    assertArrayEquals(golden, read.toBytes());
    assertArrayEquals(record.body(), read.body());
    assertEquals(value(record), value(read));
  }

  /** The typed form, with its signatures checked. */
  static Object value(SignedRecord record) throws CorruptDataException {
    return switch (record.kind()) {
      case AGREEMENT -> Agreement.ofBoth(record);
      case HEAD -> Arrays.hashCode(HeadRecord.parse(record.toBytes()).sealed());
      case PUT_ACK -> PutAck.of(record);
      case HEAD_ACK -> HeadAck.of(record).generation();
      case CHECKPOINT -> Checkpoint.ofBoth(record);
      case NODE -> node(NodeRecord.parse(record.toBytes()));
      case LEAVE -> LeaveNotice.of(record);
      case RELEASE -> Release.of(record);
      case RECEIPT -> Receipt.ofBoth(record);
      case CONDUCT -> ConductNotice.of(record);
      case CLAIM -> claim(Claim.of(record));
      case AUDIT_ROUND -> AuditRound.of(record);
      case RESTORE_DECLARATION -> RestoreDeclaration.of(record);
      case KEEP_SET -> KeepSet.of(record);
      case TAKEOVER -> TakeoverWord.of(record);
      case LOSS -> LossNotice.of(record);
      case CREDENTIAL, FAREWELL -> throw new IllegalArgumentException("no record of its own");
    };
  }

  private static List<Object> claim(Claim claim) throws CorruptDataException {
    return List.of(claim.owner(), claim.holder(), claim.put(), claim.block(), claim.time());
  }

  private static List<Object> node(NodeRecord node) {
    return List.of(node.owner(), node.addresses(), node.age(), node.facts());
  }

  @ParameterizedTest
  @MethodSource("records")
  void everyFlippedByteOfARecordIsRefused(SignedRecord record) throws CorruptDataException {
    RandomGenerator random = Shards.random(record.kind().tag());
    byte[] whole = record.toBytes();
    value(SignedRecord.parse(whole, record.kind()));
    for (int at = 0; at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= (byte) (1 << random.nextInt(8));
      int place = at;
      assertThrows(
          CorruptDataException.class,
          () -> value(SignedRecord.parse(damaged, record.kind())),
          () -> record.kind() + " with byte " + place + " flipped");
    }
  }

  @ParameterizedTest
  @MethodSource("records")
  void everyCutRecordIsRefused(SignedRecord record) {
    byte[] whole = record.toBytes();
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThrows(CorruptDataException.class, () -> SignedRecord.parse(cut, record.kind()));
    }
    byte[] longer = Arrays.copyOf(whole, whole.length + 1);
    assertThrows(CorruptDataException.class, () -> SignedRecord.parse(longer, record.kind()));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void everyFlippedByteOfAMessageIsRefusedOrUnderstood(Message message)
      throws CorruptDataException {
    byte[] whole = Wire.bytes(message, 7);
    assertEquals(message.kind(), Wire.read(whole).kind());
    RandomGenerator random = Shards.random(message.kind().tag());
    int refused = 0;
    for (int at = 0; at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= (byte) (1 << random.nextInt(8));
      refused += read(damaged) == null ? 1 : 0;
    }
    assertTrue(refused > 0, "no flipped byte of " + message.kind() + " was noticed");
  }

  /** The message, or null if it was refused as damaged; anything else is a failure. */
  private static Message read(byte[] bytes) {
    try {
      return Wire.read(bytes);
    } catch (CorruptDataException e) {
      return null;
    }
  }

  @Test
  void recordsOfTheOwnerKeyAreAsTheyEverWereAndEveryFlippedByteIsRefused()
      throws CorruptDataException {
    byte[] golden = Golden.bytes("override-keep_set");
    assertArrayEquals(golden, Messages.override().toBytes());
    OwnerRecord read = OwnerRecord.parse(golden, RecordKind.KEEP_SET);
    assertArrayEquals(golden, read.toBytes());
    assertEquals(TestNode.keyOf("alice").id(), read.owner());
    RandomGenerator random = Shards.random(20);
    for (int at = 0; at < golden.length; at++) {
      byte[] damaged = golden.clone();
      damaged[at] ^= (byte) (1 << random.nextInt(8));
      assertThrows(
          CorruptDataException.class,
          () -> OwnerRecord.parse(damaged, RecordKind.KEEP_SET),
          "byte " + at);
      byte[] cut = Arrays.copyOf(golden, at);
      assertThrows(CorruptDataException.class, () -> OwnerRecord.parse(cut, RecordKind.KEEP_SET));
    }
    byte[] longer = Arrays.copyOf(golden, golden.length + 1);
    assertThrows(CorruptDataException.class, () -> OwnerRecord.parse(longer, RecordKind.KEEP_SET));
    assertThrows(CorruptDataException.class, () -> OwnerRecord.parse(golden, RecordKind.FAREWELL));
  }

  @Test
  void randomBytesAreRefusedByEveryParser() {
    for (long seed = 0; seed < 800; seed++) {
      RandomGenerator random = Shards.random(seed);
      byte[] bytes = new byte[random.nextInt(400)];
      random.nextBytes(bytes);
      parseAll(bytes, "seed " + seed);
    }
  }

  @Test
  void mixedUpMessagesAreRefusedOrUnderstoodByEveryParser() {
    var corpus = new ArrayList<byte[]>();
    messages().forEach(message -> corpus.add(MessageCodec.control(message)));
    records().forEach(record -> corpus.add(record.toBytes()));
    corpus.add(Messages.ALICE.credential().toBytes());
    corpus.add(Messages.override().toBytes());
    corpus.add(Messages.farewell().toBytes());
    for (long seed = 0; seed < 800; seed++) {
      RandomGenerator random = Shards.random(seed);
      byte[] one = corpus.get(random.nextInt(corpus.size()));
      byte[] two = corpus.get(random.nextInt(corpus.size()));
      byte[] mixed = one.clone();
      int length = random.nextInt(Math.min(one.length, two.length));
      System.arraycopy(
          two,
          random.nextInt(two.length - length),
          mixed,
          random.nextInt(one.length - length),
          length);
      parseAll(mixed, "seed " + seed);
    }
  }

  private interface Parser {
    Object parse(byte[] bytes) throws CorruptDataException;
  }

  private static final List<Parser> PARSERS =
      List.of(
          Wire::read,
          Fields::parse,
          Credential::parse,
          NodeIdentity::ofBytes,
          HeadRecord::parse,
          InvitationRow::parse,
          NodeRecord::parse,
          KnownNode::ofRow,
          SearchRest::ofRow,
          MeasuredSpeed::ofRow,
          ReadAccount::ofRow,
          RestoreLine::ofRow,
          EstateLine::ofRow,
          row -> OfferRow.parse(Messages.offer().key(), row),
          MeetingLetter.Ask::parse,
          MeetingLetter.Answer::parse,
          MeetingLetter.Proof::parse,
          MeetingLetter.Welcome::parse,
          MeetingLetter.Refusal::parse,
          text -> ShortCode.parse(new String(text, java.nio.charset.StandardCharsets.UTF_8)),
          row -> Partner.ofRow(Messages.BOB.owner(), row),
          text -> InvitationCode.parse(kith.codec.CheckedText.encode(text)),
          text -> NodeAddress.parse(new String(text, java.nio.charset.StandardCharsets.UTF_8)),
          record -> PutAck.of(SignedRecord.parse(record, RecordKind.PUT_ACK)),
          record -> HeadAck.of(SignedRecord.parse(record, RecordKind.HEAD_ACK)),
          record -> Agreement.ofBoth(SignedRecord.parse(record, RecordKind.AGREEMENT)),
          record -> Checkpoint.ofBoth(SignedRecord.parse(record, RecordKind.CHECKPOINT)),
          record -> LeaveNotice.of(SignedRecord.parse(record, RecordKind.LEAVE)),
          record -> AuditRound.of(SignedRecord.parse(record, RecordKind.AUDIT_ROUND)),
          AuditRow::ofRow,
          AuditAllowance::ofRow,
          record -> Release.of(SignedRecord.parse(record, RecordKind.RELEASE)),
          record ->
              RestoreDeclaration.of(SignedRecord.parse(record, RecordKind.RESTORE_DECLARATION)),
          record -> KeepSet.of(SignedRecord.parse(record, RecordKind.KEEP_SET)),
          record -> TakeoverWord.of(SignedRecord.parse(record, RecordKind.TAKEOVER)),
          record -> LossNotice.of(SignedRecord.parse(record, RecordKind.LOSS)),
          record -> OwnerRecord.parse(record, RecordKind.KEEP_SET),
          record -> Farewell.of(OwnerRecord.parse(record, RecordKind.FAREWELL)),
          listing -> ShardListing.read(java.nio.ByteBuffer.wrap(listing)));

  private static void parseAll(byte[] bytes, String seed) {
    for (Parser parser : PARSERS) {
      try {
        parser.parse(bytes);
      } catch (CorruptDataException refused) {
        // as it should be
      } catch (RuntimeException e) {
        fail(seed + ": " + e, e);
      }
    }
    for (MessageKind kind : MessageKind.values()) {
      try {
        MessageCodec.read(kind, bytes, MessageCodec.NOTHING);
      } catch (CorruptDataException refused) {
        // as it should be
      } catch (RuntimeException e) {
        fail(seed + " as " + kind + ": " + e, e);
      }
    }
  }

  @Test
  void unknownFieldsAreIgnoredAndStaySigned() throws CorruptDataException {
    byte[] body = Messages.putAck().signedBy(Messages.BOB).body();
    byte[] longer = new byte[body.length + 5];
    System.arraycopy(body, 0, longer, 0, body.length - 1);
    byte[] field = {0x63, 'n', 'e', 'w', 0x07, (byte) 0xff};
    System.arraycopy(field, 0, longer, body.length - 1, field.length);
    SignedRecord record =
        SignedRecord.unsigned(RecordKind.PUT_ACK, 2, longer).signedBy(Messages.BOB);
    SignedRecord back = SignedRecord.parse(record.toBytes(), RecordKind.PUT_ACK);
    assertEquals(Messages.putAck(), PutAck.of(back));
    assertEquals(7, back.fields().count("new"));
  }

  @Test
  void aSignatureOfOneKindIsNoneOfAnother() {
    byte[] ack =
        HeadAck.of(Messages.head(), Messages.BOB.owner(), Messages.TIME)
            .signedBy(Messages.BOB)
            .toBytes();
    ack[1] = (byte) RecordKind.CHECKPOINT.tag();
    assertThrows(
        CorruptDataException.class, () -> SignedRecord.parse(ack, RecordKind.CHECKPOINT).signers());
  }

  @Test
  void aTextWithHalfACharacterIsRefused() throws CorruptDataException {
    byte[] whole = {
      (byte) 0xbf, 0x61, 'a', 0x64, (byte) 0xf0, (byte) 0x9f, (byte) 0x98, (byte) 0x80, -1
    };
    assertEquals("\ud83d\ude00", Fields.parse(whole).text("a", 2));
    byte[] half = {(byte) 0xbf, 0x61, 'a', 0x63, (byte) 0xed, (byte) 0xa0, (byte) 0x80, -1};
    assertThrows(CorruptDataException.class, () -> Fields.parse(half));
  }

  @Test
  void fieldsAreBounded() {
    byte[] deep = new byte[100];
    Arrays.fill(deep, (byte) 0x81);
    deep[0] = (byte) 0xbf;
    deep[1] = 0x61;
    deep[2] = 'a';
    assertThrows(CorruptDataException.class, () -> Fields.parse(deep));
    byte[] hugeClaim = {(byte) 0xbf, 0x61, 'a', 0x5b, 0, 0, 0, 0, 0x7f, -1, -1, -1, (byte) 0xff};
    assertThrows(CorruptDataException.class, () -> Fields.parse(hugeClaim));
    byte[] twice = {(byte) 0xbf, 0x61, 'a', 1, 0x61, 'a', 2, (byte) 0xff};
    assertThrows(CorruptDataException.class, () -> Fields.parse(twice));
    byte[] behind = {(byte) 0xbf, (byte) 0xff, 0};
    assertThrows(CorruptDataException.class, () -> Fields.parse(behind));
    assertThrows(CorruptDataException.class, () -> Fields.parse(new byte[Fields.MAX_BYTES + 1]));
  }
}
