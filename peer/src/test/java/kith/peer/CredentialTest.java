package kith.peer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import kith.codec.CorruptDataException;
import kith.codec.NotPermittedException;
import org.junit.jupiter.api.Test;

/** Who a machine may say that it is. */
final class CredentialTest {
  private final VirtualClock clock = new VirtualClock();
  private final NodeIdentity node =
      NodeIdentity.create(TestNode.keyOf("alice"), Role.NODE, 3, clock, new SecureRandom());

  @Test
  void carriesOwnerRoleEpochAndTimes() throws CorruptDataException {
    Credential read = Credential.parse(node.credential().toBytes());
    assertEquals(TestNode.keyOf("alice").id(), read.owner());
    assertEquals(Role.NODE, read.role());
    assertEquals(3, read.epoch());
    assertEquals(clock.instant(), read.issued());
    assertEquals(clock.instant().plus(Credential.NODE_LIFE), read.expires());
  }

  @Test
  void everyFlippedByteIsRefused() {
    byte[] whole = node.credential().toBytes();
    for (int at = 0; at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 1;
      int place = at;
      assertThrows(
          CorruptDataException.class, () -> Credential.parse(damaged), () -> "byte " + place);
    }
    assertThrows(
        CorruptDataException.class, () -> Credential.parse(Arrays.copyOf(whole, whole.length - 1)));
    assertThrows(
        CorruptDataException.class, () -> Credential.parse(Arrays.copyOf(whole, whole.length + 1)));
  }

  @Test
  void isGoodFromADayBeforeItsIssueToADayAfterItsEnd() throws NotPermittedException {
    Credential credential = node.credential();
    Duration slack = Credential.CLOCK_SLACK;
    credential.checkTime(credential.issued().minus(slack));
    credential.checkTime(credential.expires().plus(slack));
    Instant early = credential.issued().minus(slack).minusMillis(1);
    Instant late = credential.expires().plus(slack).plusMillis(1);
    assertTrue(
        assertThrows(NotPermittedException.class, () -> credential.checkTime(early))
            .getMessage()
            .contains("future"));
    assertTrue(
        assertThrows(NotPermittedException.class, () -> credential.checkTime(late))
            .getMessage()
            .contains("expired"));
  }

  @Test
  void aViewLastsAWeek() {
    var view =
        NodeIdentity.create(TestNode.keyOf("alice"), Role.VIEW, 3, clock, new SecureRandom());
    assertEquals(clock.instant().plus(Duration.ofDays(7)), view.expires());
  }

  @Test
  void anIdentityIsStoredAndReadBack() throws CorruptDataException {
    NodeIdentity read = NodeIdentity.ofBytes(node.toBytes());
    assertArrayEquals(node.toBytes(), read.toBytes());
    byte[] message = {1, 2, 3};
    assertTrue(node.credential().hasSigned(message, read.sign(message)));
  }

  @Test
  void anIdentityWhoseKeyIsAnothersIsRefused() {
    var other = NodeIdentity.create(TestNode.keyOf("bob"), Role.NODE, 1, clock, new SecureRandom());
    byte[] mixed = node.toBytes();
    byte[] credential = other.credential().toBytes();
    System.arraycopy(credential, 0, mixed, mixed.length - credential.length, credential.length);
    assertThrows(CorruptDataException.class, () -> NodeIdentity.ofBytes(mixed));
  }

  @Test
  void aRenewalKeepsKeyAndEpoch() {
    clock.advance(Duration.ofDays(300));
    NodeIdentity renewed = node.renewed(TestNode.keyOf("alice"), clock);
    assertEquals(3, renewed.credential().epoch());
    assertEquals(clock.instant().plus(Credential.NODE_LIFE), renewed.expires());
    byte[] message = {9};
    assertTrue(renewed.credential().hasSigned(message, node.sign(message)));
  }

  @Test
  void theCertificateCarriesTheCredentialAndItsKey() throws Exception {
    assertEquals(node.owner(), NodeCertificate.credentialOf(NodeCertificate.of(node)).owner());
    KeyPair other = NodeKeys.generate(new SecureRandom());
    var stolen = CertificatesForTests.carrying(node.credential().toBytes(), other);
    var refused =
        assertThrows(CorruptDataException.class, () -> NodeCertificate.credentialOf(stolen));
    assertTrue(refused.getMessage().contains("not the one"), refused.getMessage());
  }
}
