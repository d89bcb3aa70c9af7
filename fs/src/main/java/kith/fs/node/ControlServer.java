package kith.fs.node;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import kith.codec.CorruptDataException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the command line over a socket in the home that only its user may open. Owns one thread
 * that accepts and at most {@value #MAX_CONNECTIONS} that answer, one per connection; closing ends
 * them all.
 */
public final class ControlServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);
  private static final int MAX_CONNECTIONS = 16;
  private static final int CLOSE_SECONDS = 5;

  private final Path socket;
  private final ServerSocketChannel server;
  private final JsonMapper mapper = ControlJson.mapper();
  private final ControlDispatcher dispatcher;
  private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();
  private final ExecutorService answering;
  private final Thread accepting;

  /**
   * Listens at once. Whatever lies at the path is taken for the socket of a process that died: the
   * caller holds the lock that keeps two processes from serving it.
   *
   * @throws NodeException if the path is too long for a socket
   */
  public ControlServer(Path socket, ControlOperations operations)
      throws IOException, NodeException {
    this.socket = socket;
    this.dispatcher = new ControlDispatcher(operations, mapper);
    this.server = listen(socket);
    var number = new AtomicInteger();
    this.answering =
        new ThreadPoolExecutor(
            0,
            MAX_CONNECTIONS,
            10,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> thread(task, "kith-control-" + number.incrementAndGet()));
    this.accepting = thread(this::accept, "kith-control-accept");
    accepting.start();
  }

  Path socket() {
    return socket;
  }

  private static ServerSocketChannel listen(Path socket) throws IOException, NodeException {
    var address = ControlSocket.address(socket);
    var ownerOnly = PosixFilePermissions.fromString("rwx------");
    Files.createDirectories(socket.getParent(), PosixFilePermissions.asFileAttribute(ownerOnly));
    Files.setPosixFilePermissions(socket.getParent(), ownerOnly);
    Files.deleteIfExists(socket);
    var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(address);
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
      return server;
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private static Thread thread(Runnable task, String name) {
    var thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  private void accept() {
    while (server.isOpen()) {
      try {
        var connection = server.accept();
        connections.add(connection);
        answer(connection);
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        LOG.error("the control socket {} no longer accepts: restart the node", socket, e);
        return;
      }
    }
  }

  /** More connections than threads are closed unanswered. */
  private void answer(SocketChannel connection) {
    try {
      answering.execute(() -> serve(connection));
    } catch (java.util.concurrent.RejectedExecutionException e) {
      LOG.info("more than {} commands at once: one was turned away", MAX_CONNECTIONS);
      close(connection);
    }
  }

  private void serve(SocketChannel connection) {
    var lines = new ControlLines(mapper);
    try {
      lines.write(connection, reply(connection, lines));
    } catch (EOFException e) {
      LOG.debug("a command went away before it asked");
    } catch (IOException e) {
      LOG.debug("a command went away before it was answered", e);
    } finally {
      close(connection);
    }
  }

  private ControlMessage.Reply reply(SocketChannel connection, ControlLines lines)
      throws IOException {
    ControlMessage.Request request;
    try {
      request = lines.read(connection, ControlMessage.Request.class);
    } catch (CorruptDataException e) {
      return ControlMessage.Reply.of(e);
    }
    try {
      Object result = dispatcher.call(request, progress -> send(lines, connection, progress));
      return ControlMessage.Reply.of(
          result == null ? NullNode.getInstance() : mapper.valueToTree(result));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ControlMessage.Reply.of(
          new NodeException(ExitCode.ERROR, "the node ends; '" + request.operation() + "' too"));
    } catch (Exception | LinkageError e) {
      if (Failures.isUnexpected(e)) {
        LOG.error("'{}' failed", request.operation(), e);
      } else {
        LOG.info("'{}' failed: {}", request.operation(), Failures.text(e));
      }
      return ControlMessage.Reply.of(e);
    }
  }

  private static boolean send(ControlLines lines, SocketChannel connection, Progress progress) {
    try {
      lines.write(connection, ControlMessage.Reply.of(progress));
      return true;
    } catch (IOException e) {
      LOG.debug("nobody waits any more", e);
      return false;
    }
  }

  private void close(SocketChannel connection) {
    connections.remove(connection);
    try {
      connection.close();
    } catch (IOException e) {
      LOG.debug("closing a control connection", e);
    }
  }

  /** Stops accepting, lets the answers under way go out, and ends the threads. */
  @Override
  public void close() throws IOException {
    server.close();
    Files.deleteIfExists(socket);
    answering.shutdown();
    try {
      if (!answering.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        answering.shutdownNow();
      }
      accepting.join();
    } catch (InterruptedException e) {
      answering.shutdownNow();
      Thread.currentThread().interrupt();
    }
    connections.forEach(this::close);
  }
}
