package kith.peer;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import kith.codec.CheckedText;
import kith.codec.CorruptDataException;
import kith.codec.FuzzTarget;
import kith.peer.choice.Availability;
import kith.peer.choice.Schedule;

/**
 * The readers of this module that others' bytes reach, and those of rows that are made of them. A
 * kind of message or record that is new has its target by having an example in {@link Messages}.
 */
public final class PeerTargets {
  private PeerTargets() {}

  public static List<FuzzTarget> all() {
    var targets = new ArrayList<FuzzTarget>(MessageTargets.all());
    targets.addAll(RecordTargets.all());
    targets.addAll(letters());
    targets.addAll(rows());
    targets.addAll(texts());
    targets.addAll(parts());
    return targets;
  }

  private static byte[] golden(String name) {
    return Golden.bytes(name);
  }

  private static List<FuzzTarget> letters() {
    byte[] first = Messages.filled(Jpake.FIRST, 1);
    byte[] second = Messages.filled(Jpake.SECOND, 2);
    byte[] confirmation = Messages.filled(MeetingLetter.CONFIRMATION, 3);
    Credential alice = Messages.ALICE.credential();
    return List.of(
        letter("ask", new MeetingLetter.Ask(alice, first), MeetingLetter.Ask::parse),
        letter(
            "answer", new MeetingLetter.Answer(alice, first, second), MeetingLetter.Answer::parse),
        letter("proof", new MeetingLetter.Proof(second, confirmation), MeetingLetter.Proof::parse),
        letter(
            "welcome",
            new MeetingLetter.Welcome(confirmation, Messages.filled(90, 4)),
            MeetingLetter.Welcome::parse),
        letter(
            "refusal",
            new MeetingLetter.Refusal(FailureKind.BUSY, "later"),
            MeetingLetter.Refusal::parse));
  }

  private static <T extends MeetingLetter> FuzzTarget letter(
      String name, T seed, FuzzTarget.Parser<T> parser) {
    return FuzzTarget.of("letter-" + name, List.of(seed.toBytes()), parser, MeetingLetter::toBytes);
  }

  private static List<FuzzTarget> rows() {
    byte[] offer = Messages.offer().key();
    return List.of(
        FuzzTarget.of(
            "row-partner",
            List.of(golden("row-partners"), golden("row-partners-leaving")),
            row -> Partner.ofRow(Messages.BOB.owner(), row),
            Partner::toRow),
        FuzzTarget.of(
            "row-invitation",
            List.of(golden("row-invitations"), golden("row-invitations-spoken")),
            InvitationRow::parse,
            InvitationRow::toBytes),
        FuzzTarget.of(
            "row-known-node",
            List.of(golden("row-known-nodes")),
            KnownNode::ofRow,
            KnownNode::toRow),
        FuzzTarget.of(
            "row-asked", List.of(golden("row-asked")), SearchRest::ofRow, SearchRest::toRow),
        FuzzTarget.of(
            "row-speed", List.of(golden("row-speed")), MeasuredSpeed::ofRow, MeasuredSpeed::toRow),
        FuzzTarget.of(
            "row-offer",
            List.of(golden("row-offers")),
            row -> OfferRow.parse(offer, row),
            OfferRow::toBytes),
        FuzzTarget.of(
            "identity",
            List.of(golden("identity-alice")),
            NodeIdentity::ofBytes,
            NodeIdentity::toBytes));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static byte[] bytes(Object value) {
    return value.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static List<FuzzTarget> texts() {
    return List.of(
        FuzzTarget.of(
            "invitation-code",
            List.of(golden("invitation-code")),
            code -> InvitationCode.parse(text(code)),
            code -> bytes(code.text())),
        FuzzTarget.of(
            "invitation-code-decoded",
            List.of(Messages.code().toBytes()),
            code -> InvitationCode.parse(CheckedText.encode(code)),
            InvitationCode::toBytes),
        new FuzzTarget(
            "short-code",
            List.of(bytes("47-abandon-zoo-about@home.example:5484")),
            code -> ShortCode.parse(text(code))),
        FuzzTarget.of(
            "address",
            List.of(bytes("home.example:5484"), bytes("[2001:db8::1]:1"), bytes("192.0.2.1:5484")),
            address -> NodeAddress.parse(text(address)),
            PeerTargets::bytes),
        new FuzzTarget(
            "contact",
            List.of(bytes(Messages.BOB.owner() + "@192.0.2.1:5484")),
            contact -> Contact.parse(text(contact))));
  }

  private static List<FuzzTarget> parts() {
    var listed = new Reply.Listed(Messages.SHARD, Messages.filled(40, 7), 70_000, Messages.ROOT, 4);
    return List.of(
        new FuzzTarget(
            "fields", List.of(MessageCodec.control(EveryMessage.all().get(0))), Fields::parse),
        FuzzTarget.of(
            "shard-listing",
            List.of(ShardListing.write(List.of(listed, listed)).array()),
            listing -> ShardListing.read(ByteBuffer.wrap(listing)),
            listing -> ShardListing.write(listing).array()),
        FuzzTarget.of(
            "schedule", List.of(Schedule.ALWAYS.toBytes()), Schedule::ofBytes, Schedule::toBytes),
        FuzzTarget.of(
            "availability",
            List.of(golden("availability")),
            Availability::ofBytes,
            Availability::toBytes),
        new FuzzTarget("certificate", List.of(certificate()), PeerTargets::certificate));
  }

  private static byte[] certificate() {
    try {
      return NodeCertificate.of(Messages.ALICE).getEncoded();
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void certificate(byte[] bytes) throws CorruptDataException {
    try {
      var factory = CertificateFactory.getInstance("X.509");
      NodeCertificate.credentialOf(
          (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(bytes)));
    } catch (CertificateException e) {
      throw new CorruptDataException("no certificate", e);
    }
  }
}
