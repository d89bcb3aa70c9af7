package kith.fs.node;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;

/** Homes for tests, with a passphrase that costs little to guess. */
public final class TestHome {
  private TestHome() {}

  public static DriveInfo initialise(Path home, NodeConfig config)
      throws IOException, NodeException {
    return InitialiserTest.initialiser(InstantSource.system())
        .initialise(home, config, "passphrase".toCharArray());
  }
}
