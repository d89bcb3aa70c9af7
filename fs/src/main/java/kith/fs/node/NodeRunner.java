package kith.fs.node;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a node or a view going in this process: answers the command line, and ends it in order on
 * SIGTERM, SIGINT, {@code kith umount} or when its mount is gone. Runs on the caller's thread and
 * owns the shutdown hook.
 */
public final class NodeRunner {
  private static final Logger LOG = LoggerFactory.getLogger(NodeRunner.class);
  private static final long HOOK_SECONDS = 60;

  private NodeRunner() {}

  /**
   * Returns after the end.
   *
   * @param ready called once the command line is answered
   */
  public static void run(Running running, Path socket, Runnable ready)
      throws IOException, NodeException, InterruptedException {
    var ended = new CountDownLatch(1);
    var hook = new Thread(() -> endFromOutside(running, ended), "kith-shutdown");
    Runtime.getRuntime().addShutdownHook(hook);
    try (running;
        var control = new ControlServer(socket, running)) {
      ready.run();
      LOG.info("serving; commands are answered at {}", control.socket());
      running.awaitEnd();
    } finally {
      ended.countDown();
      forget(hook);
    }
    LOG.info("ended");
  }

  /** The process stops as soon as its hooks return: wait here for the rest of {@link #run}. */
  private static void endFromOutside(Running running, CountDownLatch ended) {
    var closing = new Thread(() -> close(running), "kith-closing");
    closing.setDaemon(true);
    closing.start();
    try {
      if (!ended.await(HOOK_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("the node did not end within {} s and is cut off", HOOK_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void close(Running running) {
    try {
      running.close();
    } catch (IOException e) {
      LOG.error("the node did not end well", e);
    }
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      LOG.debug("it is the hook that ends this process", e);
    }
  }
}
