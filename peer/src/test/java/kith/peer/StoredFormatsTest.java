package kith.peer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;
import kith.peer.conduct.Trouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node keeps about itself and its partners, and hands over on paper, byte for byte. */
final class StoredFormatsTest {
  private @TempDir Path folder;

  /** Writes Bob's agreement into an empty folder. */
  static byte[] agreementFile(Path folder) throws IOException {
    new AgreementFiles(folder).write(Messages.BOB.owner(), Messages.partner().toRow());
    return Files.readAllBytes(agreement(folder));
  }

  private static Path agreement(Path folder) {
    String name = HexFormat.of().formatHex(Messages.BOB.owner().toBytes());
    return folder.resolve(name + ".agreement");
  }

  @Test
  void aPartnersRowIsAsItEverWas() throws CorruptDataException {
    byte[] golden = Golden.bytes("row-partners");
    assertArrayEquals(golden, Messages.partner().toRow());
    Partner read = Partner.ofRow(Messages.BOB.owner(), golden);
    assertArrayEquals(golden, read.toRow());
    assertEquals(3, read.epoch());
    assertEquals(Messages.partner().addresses(), read.addresses());
    assertEquals(Messages.checkpoint(), Checkpoint.ofBoth(read.checkpointHere().orElseThrow()));
    assertEquals(Messages.checkpoint(), Checkpoint.ofBoth(read.checkpointThere().orElseThrow()));
  }

  @Test
  void theRowOfAFormerPartnerIsAsItEverWas() throws CorruptDataException {
    byte[] golden = Golden.bytes("row-ended");
    LastWords.Word read = LastWords.Word.ofRow(golden);
    assertArrayEquals(golden, read.toRow());
    assertEquals(Messages.lastWord().agreement(), read.agreement());
    assertEquals(Messages.leavingPartner().id(), read.other());
    assertTrue(read.leave().isReleasedHere() && read.leave().alone());
  }

  @Test
  void theRowsOfReadingBackAreAsTheyEverWere() throws CorruptDataException {
    byte[] given = Golden.bytes("row-given");
    assertArrayEquals(given, Messages.readAccount().toRow());
    assertEquals(Messages.readAccount(), ReadAccount.ofRow(given));
    byte[] estate = Golden.bytes("row-estate");
    assertArrayEquals(estate, Messages.estateLine().toRow());
    assertEquals(Messages.estateLine(), EstateLine.ofRow(estate));
    assertEquals(Messages.estateLine(), EstateLine.ofRow(Golden.bytes("row-estate-1")));
    byte[] restores = Golden.bytes("row-restores");
    assertArrayEquals(restores, Messages.restoreLine().toRow());
    RestoreLine read = RestoreLine.ofRow(restores);
    assertArrayEquals(restores, read.toRow());
    assertTrue(read.isOpen(Messages.declaration().id(), Messages.TIME.toEpochMilli()));
  }

  @Test
  void theRowOfMachinesThatFollowEachOtherIsAsItEverWas() throws CorruptDataException {
    byte[] golden = Golden.bytes("row-takeover");
    assertArrayEquals(golden, Messages.takeoverLine().toRow());
    TakeoverLine read = TakeoverLine.ofRow(golden);
    assertArrayEquals(golden, read.toRow());
    assertTrue(read.refuses(Messages.ALICE.credential()));
    assertTrue(read.isAgreed(Messages.ALICE.credential()));
    assertEquals(1234, read.waiting().get(0).since());
    for (int at = 0; at < golden.length; at++) {
      byte[] damaged = golden.clone();
      damaged[at] ^= 0x40;
      readsOrRefuses(damaged);
    }
  }

  /** Damage is found, or makes nobody else the owner's node. */
  private static void readsOrRefuses(byte[] damaged) {
    try {
      assertTrue(TakeoverLine.ofRow(damaged).current().isSameAs(Messages.ALICE.credential()));
    } catch (CorruptDataException e) {
      assertTrue(!e.getMessage().isEmpty());
    }
  }

  @Test
  void aFlippedByteOfARestoresRowOpensNothing() throws CorruptDataException {
    byte[] whole = Golden.bytes("row-restores");
    var other = new RestoreId(Messages.filled(RestoreId.SIZE, 19));
    assertTrue(RestoreLine.ofRow(whole).find(Messages.declaration().id()).isPresent());
    for (int at = 0; at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 1;
      try {
        RestoreLine read = RestoreLine.ofRow(damaged);
        assertTrue(read.find(other).isEmpty(), "byte " + at);
        read.accepted().forEach(one -> assertEquals(Messages.declaration(), one.declaration()));
      } catch (CorruptDataException e) {
        assertTrue(e.getMessage().length() > 0);
      }
    }
  }

  @Test
  void aLeavingPartnersRowIsAsItEverWas() throws CorruptDataException {
    byte[] golden = Golden.bytes("row-partners-leaving");
    assertArrayEquals(golden, Messages.leavingPartner().toRow());
    Partner read = Partner.ofRow(Messages.BOB.owner(), golden);
    assertArrayEquals(golden, read.toRow());
    Leave leave = read.leave().orElseThrow();
    assertEquals(Messages.notice(), leave.notice());
    assertTrue(read.isLeaving() && leave.isTold() && leave.alone() && leave.isReleasedHere());
    assertEquals(Messages.release(), Release.of(leave.theirs().orElseThrow()));
  }

  @Test
  void everyFlippedByteOfALeavingIsNoticed() throws CorruptDataException {
    byte[] whole = Messages.leavingPartner().toRow();
    int from = Messages.partner().toRow().length; // what comes behind is about leaving
    int refused = 0;
    for (int at = from; at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 1;
      try {
        Leave read = Partner.ofRow(Messages.BOB.owner(), damaged).leave().orElseThrow();
        assertEquals(Messages.notice(), read.notice(), "byte " + at);
      } catch (CorruptDataException e) {
        refused++;
      }
    }
    assertTrue(refused > (whole.length - from) * 9 / 10, refused + " refused");
  }

  @Test
  void fieldsOfALaterVersionAreKeptInAPartnersRow() throws CorruptDataException {
    byte[] golden = Golden.bytes("record-agreement-3");
    SignedRecord record = SignedRecord.parse(golden, RecordKind.AGREEMENT);
    var partner =
        new Partner(
            Messages.BOB.owner(),
            Agreement.ofBoth(record),
            record,
            java.util.List.of(),
            0,
            java.util.Optional.empty(),
            java.util.Optional.empty());
    Partner read = Partner.ofRow(Messages.BOB.owner(), partner.toRow());
    assertArrayEquals(golden, read.record().toBytes());
    assertTrue(read.record().fields().flag("new"));
    assertEquals("mu", read.record().fields().map("proposer").text("land", 9));
    Agreement.ofBoth(read.record());
  }

  @Test
  void aRowOfAuditsIsAsItEverWas() throws CorruptDataException {
    byte[] golden = Golden.bytes("row-audits-there");
    assertArrayEquals(golden, Messages.auditRow().toRow());
    AuditRow read = AuditRow.ofRow(golden);
    assertEquals(Messages.auditRow(), read);
    assertArrayEquals(golden, read.toRow());
    byte[] used = Golden.bytes("row-audits-here");
    assertArrayEquals(used, Messages.auditAllowance().toRow());
    assertEquals(Messages.auditAllowance(), AuditAllowance.ofRow(used));
  }

  @Test
  void anInvitationsRowIsAsItEverWas() throws CorruptDataException {
    byte[] golden = Golden.bytes("row-invitations");
    assertArrayEquals(golden, Messages.invitation().toBytes());
    InvitationRow read = InvitationRow.parse(golden);
    assertArrayEquals(golden, read.toBytes());
    assertEquals(Messages.invitation().terms(), read.terms());
    assertEquals(Messages.TIME, read.expires());
    assertEquals(Messages.BOB.owner(), read.usedBy().orElseThrow());
  }

  @Test
  void anInvitationsRowWithWordsIsAsItEverWas() throws CorruptDataException {
    byte[] golden = Golden.bytes("row-invitations-spoken");
    assertArrayEquals(golden, Messages.spokenInvitation().toBytes());
    InvitationRow read = InvitationRow.parse(golden);
    assertArrayEquals(golden, read.toBytes());
    assertEquals(Messages.spokenInvitation().spoken(), read.spoken());
  }

  @Test
  void aKnownNodesRowIsAsItEverWas() throws CorruptDataException {
    byte[] golden = Golden.bytes("row-known-nodes");
    assertArrayEquals(golden, Messages.knownNode().toRow());
    KnownNode read = KnownNode.ofRow(golden);
    assertArrayEquals(golden, read.toRow());
    assertEquals(Messages.BOB.owner(), read.teller());
    assertEquals(Messages.facts(), read.record().facts());
    assertEquals(Messages.nodeRecord().age(), read.record().age());
  }

  @Test
  void aRowOfConductIsAsItEverWas() throws CorruptDataException {
    byte[] golden = Golden.bytes("row-conduct-3");
    assertArrayEquals(golden, Messages.conductRow().toRow());
    assertEquals(Messages.conductRow(), ConductRow.ofRow(golden));
    ConductRow second = ConductRow.ofRow(Golden.bytes("row-conduct-2"));
    assertEquals(Messages.conductRow(), second);
    ConductRow first = ConductRow.ofRow(Golden.bytes("row-conduct"));
    assertEquals(ConductRow.Told.NOTHING, first.told());
    assertEquals(Messages.conductRow().outcomes(), first.outcomes());
    assertEquals(Messages.conductRow().forgiven(), first.forgiven());
    assertEquals(Trouble.SILENT, first.conduct().reneged());
    for (int length = 0; length < golden.length; length++) {
      byte[] cut = Arrays.copyOf(golden, length);
      assertThrows(CorruptDataException.class, () -> ConductRow.ofRow(cut));
    }
  }

  @Test
  void anOffersRowIsAsItEverWas() throws CorruptDataException {
    byte[] golden = Golden.bytes("row-offers");
    assertArrayEquals(golden, Messages.offer().toBytes());
    OfferRow read = OfferRow.parse(Messages.offer().key(), golden);
    assertArrayEquals(golden, read.toBytes());
    assertEquals(OfferRow.State.HELD, read.state());
    assertEquals(Messages.amendment(), read.agreement());
  }

  @Test
  void anInvitationsCodeIsAsItEverWas() throws CorruptDataException {
    String golden = new String(Golden.bytes("invitation-code"), StandardCharsets.US_ASCII);
    assertEquals(golden, Messages.code().text());
    InvitationCode read = InvitationCode.parse(golden);
    assertEquals(Messages.code().contact(), read.contact());
    assertArrayEquals(Messages.code().secret(), read.secret());
  }

  @Test
  void anAgreementsFileIsAsItEverWas() throws IOException {
    byte[] golden = Golden.bytes("agreement-file");
    assertArrayEquals(golden, agreementFile(folder));
    Files.write(agreement(folder), golden);
    Map<OwnerId, byte[]> read = new AgreementFiles(folder).all();
    assertEquals(1, read.size());
    assertArrayEquals(Messages.partner().toRow(), read.get(Messages.BOB.owner()));
  }

  @Test
  void everyFlippedByteOfAnAgreementsFileIsNoticed() throws IOException {
    byte[] whole = agreementFile(folder);
    for (int at = 0; at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 1;
      Files.write(agreement(folder), damaged);
      assertTrue(new AgreementFiles(folder).all().isEmpty(), "byte " + at);
    }
  }

  @Test
  void aNodesIdentityIsAsItEverWas() throws CorruptDataException {
    for (String name : new String[] {"identity-alice", "identity-bob"}) {
      byte[] golden = Golden.bytes(name);
      assertArrayEquals(golden, NodeIdentity.ofBytes(golden).toBytes());
    }
  }

  @Test
  void anIdentityAfterTwoRekeysIsAsItEverWas() throws CorruptDataException {
    byte[] golden = Golden.bytes("identity-rekeyed");
    NodeIdentity read = NodeIdentity.ofBytes(golden);
    assertArrayEquals(golden, read.toBytes());
    assertEquals(Messages.ALICE.owner(), read.owner());
    assertEquals(2, read.credential().lineage().generation());
    assertEquals(
        KeyStanding.NEXT,
        KeyStanding.of(
            Messages.ALICE.credential(),
            read.credential(),
            java.util.List.of(Messages.ALICE.credential())));
    byte[] farewell = Golden.bytes("farewell-rekeyed");
    OwnerRecord word = OwnerRecord.farewell(farewell);
    assertArrayEquals(farewell, word.toBytes());
    assertEquals(read.owner(), Farewell.of(word).owner());
    assertTrue(word.isByKeyOf(read.credential()));
  }
}
