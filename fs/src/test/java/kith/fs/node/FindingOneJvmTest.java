package kith.fs.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
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
        circle.clock.advance(Duration.ofMinutes(61));
      }
      NodeRecord found = one.core.known().find(other.owner()).orElseThrow();
      assertEquals(other.config.callableAddresses(), found.addresses());
      long offered = found.facts().offered();
      assertTrue(offered > 0 && offered <= other.config.spacePerPartner().bytes());
      assertEquals(other.config.spacePerPartner().bytes(), found.facts().wanted());
      assertIsCandidate(one, other, middle);
      one.stop();
      circle.network.kill(middle.owner());
      one.start();
      assertEquals(2, one.core.known().all().size());
      assertEquals(2, one.core.candidates().judge().size());
    }
  }

  /** By what its record says. */
  private static void assertIsCandidate(Member one, Member other, Member partner) throws Exception {
    Map<String, CandidateInfo> all = new HashMap<>();
    for (CandidateInfo each : one.core.candidates().judge()) {
      all.put(each.owner(), each);
    }
    assertEquals(2, all.size());
    assertTrue(all.get(partner.owner().toString()).partner());
    CandidateInfo found = all.get(other.owner().toString());
    assertFalse(found.partner());
    Map<String, String> values = new HashMap<>();
    for (CandidateInfo.By by : found.criteria()) {
      values.put(by.criterion(), by.value());
    }
    assertEquals(other.config.listen().host(), values.get("network"));
    assertEquals("168 h/week", values.get("schedule"));
    assertEquals("1", values.get("protocol"));
    assertTrue(values.get("space").endsWith(" for 100 GiB"), values.toString());
    String machine = System.getProperty("os.arch");
    assertTrue(values.get("system").endsWith(machine), values.toString());
    assertEquals(
        values.get("system"),
        all.get(partner.owner().toString()).criteria().stream()
            .filter(by -> by.criterion().equals("system"))
            .findFirst()
            .orElseThrow()
            .value(),
        "a partner's machine is known by its record, too");
  }
}
