package kith.peer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import kith.codec.CorruptDataException;
import kith.codec.OwnerKey;
import kith.codec.RootSecret;
import org.junit.jupiter.api.Test;

/** What a holder makes of the owner key under a credential. */
final class RekeyTest {
  private final VirtualClock clock = new VirtualClock();
  private final SecureRandom random = new SecureRandom();
  private final OwnerKey first = TestNode.keyOf("alice");
  private final NodeIdentity node = NodeIdentity.create(first, Role.NODE, 1, clock, random);
  private final NodeIdentity thief = NodeIdentity.create(first, Role.NODE, 2, clock, random);

  private OwnerKey rekeyed(OwnerKey key, NodeIdentity by) {
    clock.advance(Duration.ofHours(1));
    return by.rekey(key, RootSecret.generate(random), clock.instant());
  }

  private KeyStanding of(NodeIdentity known, NodeIdentity seen) {
    return KeyStanding.of(known.credential(), seen.credential(), List.of(known.credential()));
  }

  @Test
  void theNextKeyIsTheOneThatTheKnownNodeHasSigned() {
    OwnerKey second = rekeyed(first, node);
    NodeIdentity now = node.renewed(second, clock);
    assertEquals(node.owner(), now.owner());
    assertEquals(KeyStanding.NEXT, of(node, now));
    assertEquals(KeyStanding.FORMER, of(now, node));
    assertEquals(KeyStanding.FORMER, of(now, thief));
    assertEquals(KeyStanding.SAME, of(now, node.renewed(second, clock)));
    NodeIdentity third = node.renewed(rekeyed(second, node), clock);
    assertEquals(KeyStanding.NEXT, of(node, third), "two at once");
    assertEquals(KeyStanding.NEXT, of(now, third));
  }

  @Test
  void whoHasOnlyTheKitClaimsAndIsARivalOnceTheOwnerHasRekeyed() {
    NodeIdentity his = thief.renewed(rekeyed(first, thief), clock);
    NodeIdentity now = node.renewed(rekeyed(first, node), clock);
    assertEquals(KeyStanding.CLAIMED, of(node, his));
    assertEquals(KeyStanding.RIVAL, of(now, his));
    NodeIdentity further = thief.renewed(rekeyed(rekeyed(first, thief), thief), clock);
    assertEquals(KeyStanding.RIVAL, of(now, further), "more rekeys win nothing");
  }

  @Test
  void everyFlippedByteOfARekeyedCredentialIsRefused() throws CorruptDataException {
    NodeIdentity now = node.renewed(rekeyed(first, node), clock);
    byte[] whole = now.credential().toBytes();
    assertTrue(whole.length <= Credential.MAX_BYTES);
    assertArrayEquals(whole, Credential.parse(whole).toBytes());
    for (int at = 0; at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 1;
      assertThrows(CorruptDataException.class, () -> Credential.parse(damaged), "byte " + at);
    }
  }

  @Test
  void aCredentialWithAllRekeysHasRoom() throws Exception {
    OwnerKey key = first;
    for (int i = 0; i < kith.codec.OwnerLineage.MAX_REKEYS; i++) {
      key = rekeyed(key, node);
    }
    NodeIdentity last = node.renewed(key, clock);
    Credential read = NodeCertificate.credentialOf(NodeCertificate.of(last));
    assertArrayEquals(last.credential().toBytes(), read.toBytes());
    HeadRecord head = HeadRecord.sign(last, 7, clock.instant(), new byte[100]);
    assertEquals(last.owner(), HeadRecord.parse(head.toBytes()).owner());
    assertEquals(NodeIdentity.ofBytes(last.toBytes()).expires(), last.expires());
  }

  @Test
  void whatTheFormerOwnerKeySignsIsNotTheOwnersWord() throws CorruptDataException {
    OwnerKey second = rekeyed(first, node);
    NodeIdentity now = node.renewed(second, clock);
    OwnerRecord old = Farewell.sign(first, true, clock.instant());
    OwnerRecord by = OwnerRecord.farewell(Farewell.sign(second, true, clock.instant()).toBytes());
    assertEquals(now.owner(), old.owner());
    assertEquals(now.owner(), Farewell.of(by).owner());
    assertFalse(old.isByKeyOf(now.credential()));
    assertTrue(by.isByKeyOf(now.credential()));
    byte[] whole = by.toBytes();
    for (int at = 0; at < whole.length - kith.codec.OwnerLineage.NODE_SIGNATURE; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 1;
      assertThrows(CorruptDataException.class, () -> OwnerRecord.farewell(damaged), "byte " + at);
    }
  }

  @Test
  void aRefusalThatAStrangersKeySignsRefusesNobody() throws Exception {
    SignedRecord word =
        TakeoverWord.about(thief.credential(), false, clock.instant()).signedBy(node);
    TakeoverWord.requireOverride(word, OwnerRecord.override(first, word));
    OwnerRecord strange = OwnerRecord.override(TestNode.keyOf("mallory"), word);
    assertThrows(
        kith.codec.NotPermittedException.class, () -> TakeoverWord.requireOverride(word, strange));
  }
}
