package kith.peer;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import kith.codec.CorruptDataException;
import kith.codec.Hkdf;
import kith.codec.NotPermittedException;
import kith.codec.SaltedBox;

/**
 * A meeting of an inviter (host) and whoever claims to have his code (guest): the words become a
 * key that only the two have, and under it the host hands over the long code. Bound to both
 * credentials and to every byte that was said, so that nobody stands in between; the host tells
 * nothing that depends on the words before the guest has shown that he knows them. No state; each
 * side is for one thread.
 */
final class Meeting {
  private static final String HOST = "host";
  private static final String GUEST = "guest";
  private static final String SEALED = "meeting contact 1";
  private static final byte[] NO_CONTEXT = {};

  private Meeting() {}

  /** As proofs name a side: its part, and what TLS knows it by. */
  private static String name(String part, Credential credential) {
    String hash = HexFormat.of().formatHex(Hash.of(credential.toBytes()).toBytes());
    return "kith invitation 1 " + part + " " + hash;
  }

  /** What the two have in common when both have the same words. */
  static final class Key {
    private final byte[] key;

    /**
     * @param shared what came of the exchange
     * @param said all letters before the third, and the exchange's part of that
     */
    Key(byte[] shared, ShortCode code, byte[]... said) {
      var all = new ByteArrayOutputStream();
      all.writeBytes(code.text().getBytes(StandardCharsets.US_ASCII));
      for (byte[] part : said) {
        all.writeBytes(ByteBuffer.allocate(4).putInt(part.length).array());
        all.writeBytes(part);
      }
      key = Hkdf.derive(shared, "meeting key 1", Hash.of(all.toByteArray()).toBytes(), 32);
    }

    private byte[] confirmation(String part) {
      String label = "meeting confirmation " + part + " 1";
      return Hkdf.derive(key, label, NO_CONTEXT, MeetingLetter.CONFIRMATION);
    }

    private boolean confirms(String part, byte[] shown) {
      return MessageDigest.isEqual(confirmation(part), shown);
    }
  }

  /** The inviter's side. */
  static final class Host {
    private final Credential self;
    private final ShortCode code;
    private final SecureRandom random;
    private final Jpake exchange;
    private byte[] asked;
    private byte[] answered;
    private Credential guest;

    Host(Credential self, ShortCode code, SecureRandom random) {
      this.self = self;
      this.code = code;
      this.random = random;
      this.exchange = new Jpake(name(HOST, self), code.text(), random);
    }

    int number() {
      return code.number();
    }

    /** Who asks; known after {@link #answer}. */
    Credential guest() {
      return guest;
    }

    /** The second letter, to the first. Call once, first. */
    byte[] answer(byte[] letter) throws CorruptDataException {
      MeetingLetter.Ask ask = MeetingLetter.Ask.parse(letter);
      guest = ask.guest();
      byte[] first = exchange.first();
      exchange.takeFirst(name(GUEST, guest), ask.first());
      asked = letter.clone();
      answered = new MeetingLetter.Answer(self, first, exchange.second()).toBytes();
      return answered.clone();
    }

    /** The key if the guest has the same words, which {@link #knows} tells; else of no use. */
    Key key(MeetingLetter.Proof proof) throws CorruptDataException {
      byte[] shared = exchange.takeSecond(proof.second());
      return new Key(shared, code, asked, answered, proof.second());
    }

    static boolean knows(Key key, MeetingLetter.Proof proof) {
      return key.confirms(GUEST, proof.confirmation());
    }

    /** The fourth letter, for a guest that knows the words. */
    byte[] welcome(Key key, InvitationCode whole) {
      byte[] sealed = new SaltedBox(random).seal(key.key, SEALED, whole.toBytes());
      return new MeetingLetter.Welcome(key.confirmation(HOST), sealed).toBytes();
    }
  }

  /** The side of whoever was told the code. */
  static final class Guest {
    private final ShortCode code;
    private final Jpake exchange;
    private final byte[] asked;
    private Credential host;
    private Key key;

    Guest(Credential self, ShortCode code, SecureRandom random) {
      this.code = code;
      this.exchange = new Jpake(name(GUEST, self), code.text(), random);
      this.asked = new MeetingLetter.Ask(self, exchange.first()).toBytes();
    }

    /** The first letter. */
    byte[] ask() {
      return asked.clone();
    }

    /** Who says that he is the inviter; proved only by {@link #open}. After {@link #prove}. */
    Credential host() {
      return host;
    }

    /** The third letter, to the second. Call once. */
    byte[] prove(byte[] letter) throws CorruptDataException {
      MeetingLetter.Answer answer = MeetingLetter.Answer.parse(letter);
      host = answer.host();
      exchange.takeFirst(name(HOST, host), answer.first());
      byte[] second = exchange.second();
      byte[] shared = exchange.takeSecond(answer.second());
      key = new Key(shared, code, asked, letter, second);
      return new MeetingLetter.Proof(second, key.confirmation(GUEST)).toBytes();
    }

    /**
     * The long code in the fourth letter.
     *
     * @throws NotPermittedException if whoever sent it does not know the words
     */
    InvitationCode open(byte[] letter) throws CorruptDataException, NotPermittedException {
      MeetingLetter.Welcome welcome = MeetingLetter.Welcome.parse(letter);
      if (!key.confirms(HOST, welcome.confirmation())) {
        throw new NotPermittedException(
            "whoever answered does not know the words of the code: it was not the inviter");
      }
      InvitationCode whole =
          InvitationCode.ofBytes(SaltedBox.open(key.key, SEALED, welcome.sealed()));
      if (!whole.contact().owner().equals(host.owner())) {
        throw new CorruptDataException("the inviter hands over another's invitation");
      }
      return whole;
    }
  }
}
