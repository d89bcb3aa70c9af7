package kith.fs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import kith.index.Disk;

/**
 * A drive for tests of other modules: its partners are in memory, and its duties run by themselves
 * in a thread of its own.
 */
public final class TestDrive implements AutoCloseable {
  private static final int PARTNERS = 4;

  private final DriveFixture fixture;
  private final CountDownLatch ending = new CountDownLatch(1);
  private final Thread duties = new Thread(this::run, "kith-test-duties");
  private volatile Exception failure;

  public TestDrive(Path home) throws IOException {
    fixture = new DriveFixture(home, new PackTestPartners(PARTNERS));
    duties.start();
  }

  /** One that finds its home again, whose bulk files lie on such a disk. */
  public TestDrive(Path home, Disk disk) throws IOException {
    fixture = DriveFixture.at(home, disk, new PackTestPartners(PARTNERS));
    duties.start();
  }

  public FileSystem fileSystem() {
    return fixture.fs;
  }

  private void run() {
    try {
      while (!ending.await(100, TimeUnit.MILLISECONDS)) {
        fixture.engine.ingestTick();
        fixture.engine.snapshotTick();
        if (fixture.engine.behind()) {
          fixture.publish();
        }
        fixture.engine.sweepTick();
      }
    } catch (Exception e) {
      failure = e;
    }
  }

  /** Fails with what went wrong in the duties. */
  @Override
  public void close() throws IOException {
    ending.countDown();
    try {
      duties.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    fixture.close();
    if (failure != null) {
      throw new IOException("a duty failed", failure);
    }
  }
}
