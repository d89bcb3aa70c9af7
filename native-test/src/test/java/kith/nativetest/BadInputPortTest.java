package kith.nativetest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What anybody can send to the port of a node: it hangs up, and goes on. */
final class BadInputPortTest {
  private static final String ADDRESS = "127.0.0.115";
  private static final int PORT = 5484;
  private static final int PATIENCE_MILLIS = 20_000;
  private static final int FLOOD = 64 << 20;
  private static final long SEED = 20_261_121;

  @TempDir static Path folder;
  private static CliHome home;
  private static ProcessHandle node;

  @BeforeAll
  static void serve() throws IOException {
    home = new CliHome(folder.resolve("h"));
    home.init(ADDRESS + ":" + PORT);
    node = home.serve();
  }

  @AfterAll
  static void end() throws IOException {
    try {
      assertEquals(0, home.kith("umount").code());
      assertFalse(node.isAlive());
    } finally {
      home.close();
    }
  }

  /** Sends until everything is sent or the node hangs up, which it must. */
  private static void assertHungUp(byte[] sent, String what) throws IOException {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(ADDRESS, PORT), PATIENCE_MILLIS);
      socket.setSoTimeout(PATIENCE_MILLIS);
      try {
        socket.getOutputStream().write(sent);
        long answered = socket.getInputStream().readAllBytes().length;
        assertTrue(answered < 100, what + " was answered with " + answered + " bytes");
      } catch (SocketException e) {
        assertTrue(e.getMessage().matches("(?i).*(reset|broken pipe).*"), what + ": " + e);
      }
    }
    assertTrue(node.isAlive(), what);
    home.done("status");
    assertFalse(home.log().contains("ERROR"), what + ": " + home.log());
    assertFalse(home.log().contains("\tat "), what + " left a stack trace: " + home.log());
  }

  @Test
  void garbage() throws IOException {
    byte[] garbage = new byte[1 << 20];
    new Random(SEED).nextBytes(garbage);
    assertHungUp(garbage, "random bytes");
  }

  @Test
  void anotherProtocol() throws IOException {
    byte[] request = "GET / HTTP/1.1\r\nHost: kith\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    assertHungUp(request, "HTTP");
  }

  @Test
  void aFrameWithoutTls() throws IOException {
    assertHungUp(HexFormat.of().parseHex("7fffffff0101000000017fffffff"), "a plain frame");
  }

  @Test
  void aTlsRecordLargerThanAllowed() throws IOException {
    byte[] record = new byte[5 + 0xffff];
    System.arraycopy(HexFormat.of().parseHex("160301ffff"), 0, record, 0, 5);
    assertHungUp(record, "a huge record");
  }

  @Test
  void aFloodOfHandshakeBytes() throws IOException {
    byte[] flood = new byte[FLOOD];
    // A client hello that announces 16 MiB, in records of a lawful size.
    byte[] start = HexFormat.of().parseHex("160303400001ffffff");
    for (int at = 0; at + start.length < FLOOD; at += 0x4000 + 5) {
      System.arraycopy(start, 0, flood, at, start.length);
    }
    assertHungUp(flood, "an endless hello");
    assertHungUp(Arrays.copyOf(start, start.length), "a hello that doesn't go on");
  }
}
