package kith.nativetest;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A program that passes connections on, each piece of them late: {@code FROM-HOST FROM-PORT TO-HOST
 * TO-PORT MILLIS}. It holds back whatever comes while it waits, as a slow way with little room on
 * it. Ends when it is killed.
 */
final class DelayingProxy {
  private static final int PIECE = 64 << 10;

  private DelayingProxy() {}

  public static void main(String[] arguments) throws IOException {
    long millis = Long.parseLong(arguments[4]);
    try (var listening = new ServerSocket()) {
      listening.bind(new InetSocketAddress(arguments[0], Integer.parseInt(arguments[1])));
      while (true) {
        Socket from = listening.accept();
        var to = new Socket();
        try {
          to.connect(new InetSocketAddress(arguments[2], Integer.parseInt(arguments[3])), 10_000);
        } catch (IOException e) {
          from.close();
          continue;
        }
        pass(from, to, millis);
        pass(to, from, millis);
      }
    }
  }

  private static void pass(Socket from, Socket to, long millis) {
    var thread =
        new Thread(
            () -> {
              try (from;
                  to) {
                copy(from.getInputStream(), to.getOutputStream(), millis);
              } catch (IOException | InterruptedException e) {
                return; // one of the two is gone, and so is the other now
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  private static void copy(InputStream in, OutputStream out, long millis)
      throws IOException, InterruptedException {
    var never = new CountDownLatch(1);
    byte[] piece = new byte[PIECE];
    for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
      if (never.await(millis, TimeUnit.MILLISECONDS)) {
        throw new AssertionError();
      }
      out.write(piece, 0, read);
    }
  }
}
