package kith.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The library against a small gateway that speaks NAT-PMP (RFC 6886). */
@Timeout(120)
final class RouterByLibraryTest {
  private static final int PORT = 5351;
  private static final Duration LIFE = Duration.ofHours(2);

  private Gateway gateway;
  private RouterByLibrary router;

  /** Answers on 127.0.0.2, as a home's router would. Ends when its socket is closed. */
  private static final class Gateway implements AutoCloseable {
    final Map<Integer, Integer> lent = new ConcurrentHashMap<>();
    final DatagramSocket socket;
    volatile byte[] outside = {31, 1, 1, 2};
    volatile int lease = (int) LIFE.toSeconds();
    volatile int result;
    volatile boolean garbage;
    final AtomicInteger asked = new AtomicInteger();

    Gateway() throws IOException {
      socket =
          new DatagramSocket(
              new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 2}), PORT));
      var thread = new Thread(this::serve, "test-gateway");
      thread.setDaemon(true);
      thread.start();
    }

    private void serve() {
      byte[] bytes = new byte[1100];
      try {
        while (!socket.isClosed()) {
          var packet = new DatagramPacket(bytes, bytes.length);
          socket.receive(packet);
          asked.incrementAndGet();
          byte[] answer =
              garbage
                  ? new byte[] {9, 9, 9}
                  : answer(ByteBuffer.wrap(bytes, 0, packet.getLength()));
          socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
        }
      } catch (IOException e) {
        assertTrue(socket.isClosed(), e.toString());
      }
    }

    private byte[] answer(ByteBuffer request) {
      assertEquals(0, request.get(), "version");
      int operation = request.get();
      ByteBuffer out = ByteBuffer.allocate(16).put((byte) 0).put((byte) (operation + 128));
      out.putShort((short) result).putInt(77);
      if (operation == 0) {
        return Arrays.copyOf(out.put(outside).array(), 12);
      }
      request.getShort();
      int inside = request.getShort() & 0xffff;
      int wanted = request.getShort() & 0xffff;
      int life = request.getInt();
      if (life == 0) {
        lent.remove(inside);
        wanted = 0;
      } else if (result == 0) {
        lent.put(inside, wanted);
      }
      return out.putShort((short) inside)
          .putShort((short) wanted)
          .putInt(Math.min(life, lease))
          .array();
    }

    @Override
    public void close() {
      socket.close();
    }
  }

  @BeforeEach
  void start() throws IOException {
    gateway = new Gateway();
    var listening = new InetSocketAddress(InetAddress.getLoopbackAddress(), 5484);
    router =
        new RouterByLibrary(
            listening, () -> List.of(InetAddress.getByAddress(new byte[] {127, 0, 0, 2})));
  }

  @AfterEach
  void end() {
    router.close();
    gateway.close();
  }

  @Test
  void lendsAPortRenewsItAndTakesItBack() throws Exception {
    Router.Lease lease = router.map(5484, LIFE);
    assertEquals(new Router.Lease(new NodeAddress("31.1.1.2", 5484), LIFE, "NAT-PMP"), lease);
    gateway.outside = new byte[] {31, 1, 1, 9};
    gateway.lease = 600;
    assertEquals(
        new Router.Lease(new NodeAddress("31.1.1.9", 5484), Duration.ofMinutes(10), "NAT-PMP"),
        router.map(5484, LIFE));
    assertEquals(Map.of(5484, 5484), gateway.lent);
    router.close();
    assertEquals(Map.of(), gateway.lent);
    assertThrows(IOException.class, () -> router.map(5484, LIFE));
  }

  @Test
  void aRouterThatRefusesOrBabblesIsGivenUpInTime() throws Exception {
    gateway.result = 2;
    assertThrows(IOException.class, () -> router.map(5484, LIFE));
    gateway.result = 0;
    gateway.garbage = true;
    assertThrows(IOException.class, () -> router.map(5484, LIFE));
    assertTrue(gateway.asked.get() > 1);
    gateway.garbage = false;
    assertEquals("NAT-PMP", router.map(5484, LIFE).by());
  }
}
