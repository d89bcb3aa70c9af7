package kith.fs.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import kith.fs.node.OneJvm.Member;
import kith.peer.NodeRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole nodes that hear of each other through those whom they are partners of. */
final class FindingOneJvmTest {
  private @TempDir Path folder;

  @Test
  void aNodeHearsOfThePartnersOfItsPartnerAndStillKnowsThemAfterARestart() throws Exception {
    try (var circle = new OneJvm(folder, 1)) {
      Member one = circle.add(null);
      Member middle = circle.add(null);
      Member other = circle.add(null);
      OneJvm.befriend(one, middle);
      OneJvm.befriend(middle, other);
      for (int round = 0; round < 2; round++) {
        for (Member member : circle.members) {
          assertTrue(member.core.exchange().tick() > 0);
          assertEquals(0, member.core.exchange().tick());
        }
        circle.clock.advance(Duration.ofMinutes(11));
      }
      NodeRecord found = one.core.known().find(other.owner()).orElseThrow();
      assertEquals(other.config.callableAddresses(), found.addresses());
      assertEquals(other.config.spacePerPartner().bytes(), found.facts().offered());
      one.stop();
      circle.network.kill(middle.owner());
      one.start();
      assertEquals(2, one.core.known().all().size());
    }
  }
}
