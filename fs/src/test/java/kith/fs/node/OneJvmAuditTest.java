package kith.fs.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import kith.codec.CodeParameters;
import kith.fs.FileSystem;
import kith.fs.UnexpectedLogs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole nodes that audit each other: what their owners see of it. */
final class OneJvmAuditTest {
  private static final CodeParameters CODE = CodeParameters.of(2, 1);
  private static final byte[] PROVED = "user.kith.proved".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;
  private OneJvm net;
  private OneJvm.Member owner;
  private long file;

  @BeforeEach
  void publish() throws Exception {
    net = new OneJvm(folder, 11);
    owner = net.add(CODE);
    for (int i = 0; i < 3; i++) {
      OneJvm.befriend(owner, net.add(null));
    }
    byte[] content = new byte[900_000];
    new Random(5).nextBytes(content);
    file = OneJvm.write(owner.files(), FileSystem.ROOT, "file", content);
    owner.core.greet();
    assertTrue(net.publish(owner));
  }

  @AfterEach
  void close() throws Exception {
    net.close();
  }

  private NodeStatus status() throws Exception {
    var start = new NodeStart(owner.home, owner.config, owner.secrets, null);
    return new NodeReport(start, owner.core, Instant.EPOCH).status(null);
  }

  private String proved() throws Exception {
    return new String(owner.files().xattr(file, PROVED).orElseThrow(), StandardCharsets.UTF_8);
  }

  private List<AuditResult> audit() throws Exception {
    return owner.core.audits().audit(owner.core.book().all());
  }

  @Test
  void statusAndFilesSayWhatIsProved() throws Exception {
    assertFalse(status().proof().proved());
    assertEquals("never", proved());
    net.clock.advance(Duration.ofMinutes(40));
    Instant audited = net.clock.instant();
    owner.core.audits().tick();
    NodeStatus status = status();
    assertTrue(status.proof().proved(), status.proof().text());
    assertTrue(status.proof().text().startsWith("proved 2026-11-"), status.proof().text());
    assertEquals(audited, status.proof().since());
    assertEquals(audited.toString(), proved());
    for (PartnerInfo partner : status.partners()) {
      if (partner.usedByUs() > 0) {
        assertEquals("proved", partner.audits().last());
        assertEquals(1, partner.audits().sampled());
        assertEquals(0.95, partner.audits().bound(), 1e-9);
      }
    }
  }

  @Test
  void whatIsWrittenLaterIsNotProvedYet() throws Exception {
    net.clock.advance(Duration.ofMinutes(40));
    owner.core.audits().tick();
    net.clock.advance(Duration.ofMinutes(1));
    OneJvm.write(owner.files(), FileSystem.ROOT, "later", new byte[300_000]);
    assertTrue(net.publish(owner));
    assertEquals("never", proved(), "the trees that lead to it are new");
    for (int i = 0; i < 7; i++) { // a moment in each slot of half an hour is drawn
      net.clock.advance(Duration.ofMinutes(10));
      owner.core.audits().tick();
    }
    assertNotEquals("never", proved());
  }

  @Test
  void allAuditEachOtherForADayAndNothingIsAmiss() throws Exception {
    for (int i = 0; i < 24 * 6; i++) {
      net.clock.advance(Duration.ofMinutes(10));
      for (OneJvm.Member member : net.members) {
        member.core.audits().tick();
        member.core.audits().keeping().scrub().tick();
        member.core.audits().keeping().health().tick();
      }
    }
    for (PartnerInfo partner : status().partners()) {
      long rounds = partner.audits().outcomes().get("proved");
      assertTrue(partner.usedByUs() == 0 ? rounds == 0 : rounds >= 46, partner + "");
      assertEquals(rounds, partner.audits().outcomes().values().stream().mapToLong(n -> n).sum());
    }
  }

  /** Flips a byte in every shard that a member keeps. */
  private static void damage(OneJvm.Member member) throws IOException {
    try (Stream<Path> files = Files.walk(member.home.resolve("held"))) {
      for (Path shard : files.filter(path -> path.toString().endsWith(".shard")).toList()) {
        try (var bytes = new RandomAccessFile(shard.toFile(), "rw")) {
          bytes.seek(bytes.length() - 100);
          int there = bytes.read();
          bytes.seek(bytes.length() - 100);
          bytes.write(there ^ 1);
        }
      }
    }
  }

  @Test
  @UnexpectedLogs.Expected("damaged|audit-lost|lost")
  void whatAScrubFindsDamagedIsAdmittedPutAgainAndProved() throws Exception {
    net.clock.advance(Duration.ofMinutes(40));
    owner.core.audits().tick();
    OneJvm.Member holder =
        net.members.stream()
            .filter(member -> member != owner && owner.core.partners().used(member.owner()) > 0)
            .findFirst()
            .orElseThrow();
    damage(holder);
    net.clock.advance(Duration.ofDays(16));
    NodeKeeping keeping = holder.core.audits().keeping();
    keeping.scrub().tick();
    assertTrue(keeping.damaged().count() > 0);
    List<AuditResult> results = audit();
    AuditResult lost =
        results.stream()
            .filter(result -> result.owner().equals(holder.owner().toString()))
            .findFirst()
            .orElseThrow();
    assertEquals("lost", lost.outcome(), lost.text());
    assertEquals(keeping.damaged().count(), lost.shards());
    assertFalse(status().proof().proved(), status().proof().text());
    owner.core.greet();
    for (int i = 0; i < 50; i++) {
      net.clock.advance(Duration.ofSeconds(10));
      owner.core.engine().shipTick();
    }
    assertEquals(0, keeping.damaged().count(), "all were put again, to the same holder");
    assertTrue(net.publish(owner));
    for (AuditResult result : audit()) {
      assertTrue(result.outcome() == null || result.outcome().equals("proved"), result.text());
    }
    assertTrue(status().proof().proved(), status().proof().text());
  }

  @Test
  void anAuditSurvivesARestartOfAll() throws Exception {
    net.clock.advance(Duration.ofMinutes(40));
    owner.core.audits().tick();
    Instant since = status().proof().since();
    for (OneJvm.Member member : net.members) {
      member.stop();
      member.start();
    }
    assertEquals(since, status().proof().since());
    net.clock.advance(Duration.ofHours(1));
    owner.core.audits().tick();
    assertTrue(status().proof().since().isAfter(since));
  }
}
