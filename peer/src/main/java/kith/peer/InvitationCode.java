package kith.peer;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import kith.codec.CheckedText;
import kith.codec.CorruptDataException;
import kith.codec.Hkdf;
import kith.codec.OwnerId;

/**
 * What an invitation's text says: whom to reach where, and a secret that shows that one has the
 * code. Immutable. Format: docs/formats/records.md.
 */
final class InvitationCode {
  static final int SECRET_SIZE = 10;

  private static final int VERSION = 1;
  private static final int MAX_ADDRESSES = 4;
  private static final int NAME = 1;
  private static final int IPV4 = 4;
  private static final int IPV6 = 6;

  private final OwnerId inviter;
  private final byte[] secret;
  private final List<NodeAddress> addresses;

  InvitationCode(OwnerId inviter, byte[] secret, List<NodeAddress> addresses) {
    this.inviter = inviter;
    this.secret = secret.clone();
    this.addresses = addresses.stream().limit(MAX_ADDRESSES).toList();
  }

  Contact contact() {
    return new Contact(inviter, addresses);
  }

  private byte[] derive(String label, byte[] context, int length) {
    byte[] key = Arrays.copyOf(inviter.toBytes(), OwnerId.SIZE + SECRET_SIZE);
    System.arraycopy(secret, 0, key, OwnerId.SIZE, SECRET_SIZE);
    return Hkdf.derive(key, label, context, length);
  }

  /** Names the invitation to the inviter without giving the secret away. */
  byte[] id() {
    return derive("invitation id 1", new byte[0], RequestFields.SECRET_ID);
  }

  /** What {@code asker} shows to prove that he has the code; useless to anybody else. */
  byte[] proof(OwnerId asker) {
    return derive("invitation proof 1", asker.toBytes(), RequestFields.PROOF);
  }

  /** The id of the agreement that {@code asker} makes by this code, however often he tries. */
  AgreementId agreement(OwnerId asker) {
    return new AgreementId(derive("agreement id 1", asker.toBytes(), AgreementId.SIZE));
  }

  byte[] secret() {
    return secret.clone();
  }

  /** The code as it is handed over: groups with check digits. */
  String text() {
    return CheckedText.encode(toBytes());
  }

  byte[] toBytes() {
    ByteBuffer out = ByteBuffer.allocate(1024);
    out.put((byte) VERSION).put(inviter.toBytes()).put(secret);
    out.put((byte) addresses.size());
    for (NodeAddress address : addresses) {
      write(out, address);
    }
    return Arrays.copyOf(out.array(), out.position());
  }

  private static void write(ByteBuffer out, NodeAddress address) {
    byte[] literal = literal(address.host());
    if (literal != null) {
      out.put((byte) (literal.length == 4 ? IPV4 : IPV6)).put(literal);
    } else {
      byte[] name = address.host().getBytes(StandardCharsets.UTF_8);
      out.put((byte) NAME).put((byte) name.length).put(name);
    }
    out.putShort((short) address.port());
  }

  /** The bytes of a numeric address; null for a name. */
  private static byte[] literal(String host) {
    boolean numeric = host.indexOf(':') >= 0 || host.matches("[0-9]+(\\.[0-9]+){3}");
    try {
      return numeric ? InetAddress.getByName(host).getAddress() : null;
    } catch (UnknownHostException e) {
      return null;
    }
  }

  /**
   * Reads a code.
   *
   * @throws CorruptDataException naming the group that is wrong, or saying that it is no invitation
   */
  static InvitationCode parse(String text) throws CorruptDataException {
    return ofBytes(CheckedText.decode(text));
  }

  /** Reads what {@link #toBytes} wrote; fails as {@link #parse} does. */
  static InvitationCode ofBytes(byte[] bytes) throws CorruptDataException {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      return read(in);
    } catch (BufferUnderflowException | IllegalArgumentException | UnknownHostException e) {
      throw new CorruptDataException("this is not a whole invitation code", e);
    }
  }

  private static InvitationCode read(ByteBuffer in)
      throws CorruptDataException, UnknownHostException {
    int version = in.get() & 0xff;
    if (version != VERSION) {
      throw new CorruptDataException("this is no invitation code, or one of a later version");
    }
    var inviter = new OwnerId(take(in, OwnerId.SIZE));
    byte[] secret = take(in, SECRET_SIZE);
    int count = in.get();
    if (count < 0 || count > MAX_ADDRESSES) {
      throw new CorruptDataException("this is no invitation code: too many addresses");
    }
    var addresses = new ArrayList<NodeAddress>();
    for (int i = 0; i < count; i++) {
      addresses.add(readAddress(in));
    }
    if (in.hasRemaining()) {
      throw new CorruptDataException("there is something behind the end of the invitation code");
    }
    return new InvitationCode(inviter, secret, addresses);
  }

  private static NodeAddress readAddress(ByteBuffer in)
      throws CorruptDataException, UnknownHostException {
    String host =
        switch (in.get()) {
          case NAME -> new String(take(in, in.get() & 0x7f), StandardCharsets.UTF_8);
          case IPV4 -> InetAddress.getByAddress(take(in, 4)).getHostAddress();
          case IPV6 -> InetAddress.getByAddress(take(in, 16)).getHostAddress();
          default -> throw new CorruptDataException("an address of an unknown kind in the code");
        };
    return new NodeAddress(host, in.getShort() & 0xffff);
  }

  private static byte[] take(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }
}
