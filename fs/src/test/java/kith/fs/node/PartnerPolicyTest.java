package kith.fs.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import kith.codec.CodeParameters;
import kith.codec.OwnerId;
import kith.fs.FileSystem;
import kith.index.MemoryStorage;
import kith.index.Rows;
import kith.peer.Partner;
import kith.peer.choice.Schedule;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What partners are given, and what is told of them, in a whole network in virtual time. */
final class PartnerPolicyTest {
  private static final long SEED = 17;
  private static final Instant MONDAY = Instant.parse("2026-11-23T00:00:00Z");

  @TempDir Path folder;
  private OneJvm net;

  @BeforeEach
  void prepare() {
    net = new OneJvm(folder, SEED);
  }

  @AfterEach
  void close() throws Exception {
    net.close();
  }

  private static PartnerSettings wanted(String target, String uplink) {
    return new PartnerSettings(
        null,
        null,
        null,
        target,
        uplink == null ? null : Rate.parse(uplink),
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  private OneJvm.Member owner(CodeParameters code, PartnerSettings wanted) throws Exception {
    return net.add(code, null, new OneJvm.Where("192.0.2.1", wanted));
  }

  private OneJvm.Member friend(OneJvm.Member owner, String host) throws Exception {
    OneJvm.Member friend = net.add(null, null, new OneJvm.Where(host, null));
    OneJvm.befriend(owner, friend);
    return friend;
  }

  private static Map<OwnerId, Long> held(OneJvm.Member owner) {
    Map<OwnerId, Long> held = new HashMap<>();
    for (Partner partner : owner.core.book().all()) {
      held.put(partner.id(), owner.core.partners().used(partner.id()));
    }
    return held;
  }

  private void fill(OneJvm.Member owner) throws Exception {
    Random random = new Random(SEED);
    for (int i = 0; i < 12; i++) {
      byte[] content = new byte[100_000];
      random.nextBytes(content);
      OneJvm.write(owner.files(), FileSystem.ROOT, "file" + i, content);
      assertTrue(net.publish(owner), "seed " + SEED);
    }
  }

  /** Two households of three, and two alone: 2+2 needs four places, and there are just four. */
  @Test
  void noPackHasTwoShardsInOneHouseholdOrNetwork() throws Exception {
    OneJvm.Member owner = owner(CodeParameters.of(2, 2), null);
    List<Set<OwnerId>> houses = new ArrayList<>();
    for (String[] hosts :
        new String[][] {
          {"203.0.113.1", "203.0.113.2", "203.0.9.9"},
          {"198.18.1.1", "198.18.1.2", "198.18.9.9"},
          {"198.51.100.1"},
          {"8.8.8.8"}
        }) {
      Set<OwnerId> house = new HashSet<>();
      for (String host : hosts) {
        house.add(friend(owner, host).owner());
      }
      houses.add(house);
    }
    Map<OwnerId, Long> before = held(owner);
    fill(owner);
    Map<OwnerId, Long> after = held(owner);
    List<Long> byHouse =
        houses.stream()
            .map(house -> house.stream().mapToLong(id -> after.get(id) - before.get(id)).sum())
            .toList();
    assertEquals(1, new HashSet<>(byHouse).size(), "each has one shard of each pack: " + byHouse);
    assertTrue(byHouse.get(0) > 0);
  }

  @Test
  void aTargetSettlesTheCodeAndStatusTellsHowSafeThatIs() throws Exception {
    OneJvm.Member owner = owner(null, wanted("survive 2 losses", null));
    var report = new RedundancyReport(owner.core.outlook());
    Redundancy none = report.of(0, owner.core.engine().code(), false);
    assertFalse(none.targetMet());
    assertNull(none.annualLoss());
    for (int i = 1; i <= 6; i++) {
      friend(owner, i + ".0.0.1");
    }
    assertEquals(Optional.of(CodeParameters.of(3, 2)), owner.core.engine().code());
    Redundancy now = report.of(6, owner.core.engine().code(), false);
    assertEquals("survive 2 losses", now.target());
    assertTrue(now.targetMet());
    assertEquals(5, now.partnersWanted());
    assertEquals(9.9e-6, now.unavailable(), 0.1e-6);
    assertTrue(now.annualLoss() > 1e-4 && now.annualLoss() < 1e-2, now.toString());
    assertTrue(now.assumptions().contains("after 23 days"), now.assumptions());
    assertFalse(report.of(6, Optional.of(CodeParameters.of(5, 1)), true).targetMet());
    fill(owner);
    assertTrue(owner.files().space().totalBytes() > 3L << 30, "6 GiB by 5 with 3 of data");
    assertTrue(owner.files().space().totalBytes() <= 18L << 30);
  }

  @Test
  void candidatesArePartnersJudgedAgainstTheOthers() throws Exception {
    OneJvm.Member owner = owner(null, null);
    OneJvm.Member near = friend(owner, "203.0.113.1");
    friend(owner, "203.0.9.9");
    friend(owner, "8.8.8.8");
    List<CandidateInfo> judged = owner.core.candidates().judge();
    assertEquals(3, judged.size());
    assertEquals("8.8.8.8", judged.get(0).criteria().get(0).value());
    assertEquals("good", judged.get(0).criteria().get(0).verdict());
    CandidateInfo last =
        judged.stream()
            .filter(one -> one.owner().equals(near.owner().toString()))
            .findFirst()
            .orElseThrow();
    assertEquals("poor", last.criteria().get(0).verdict());
    assertTrue(last.partner());
    assertEquals(List.of(), owner(null, null).core.candidates().judge());
  }

  @Test
  void whoIsAwayIsNotedAndCounts() throws Exception {
    OneJvm.Member owner = owner(null, null);
    OneJvm.Member there = friend(owner, "8.8.8.8");
    OneJvm.Member away = friend(owner, "9.9.9.9");
    Rows rows = new MemoryStorage().rows(() -> {});
    PartnerHours hours = new PartnerHours(rows);
    List<OwnerId> asked = List.of(there.owner(), away.owner());
    for (int hour = 0; hour < 40; hour++) {
      Instant now = MONDAY.plus(Duration.ofHours(hour));
      hours.note(asked, Set.of(there.owner()), now);
      hours.note(asked, Set.of(), now); // then it is we who are off-line
    }
    PartnerHours read = new PartnerHours(rows);
    for (PartnerHours known : List.of(hours, read)) {
      assertEquals(1000, known.hours(there.owner(), Schedule.ALWAYS).keptPerMille());
      assertEquals(0, known.hours(away.owner(), Schedule.ALWAYS).keptPerMille());
      assertEquals(39, known.hours(away.owner(), Schedule.ALWAYS).known());
    }
    var outlook =
        new Outlook(
            PartnerSettings.none(),
            owner.core.book(),
            owner.core.outlook().promises(),
            new Outlook.Watch(hours, owner.core.conduct().book()),
            net.clock);
    assertEquals(0.5, outlook.unavailability());
    assertEquals(0.01, owner.core.outlook().unavailability());
    owner.core.greet();
    net.clock.advance(Duration.ofHours(1));
    owner.core.greet();
    assertEquals(
        1, owner.core.candidates().candidates().get(0).hours().known(), "noted by the node");
  }

  @Test
  void whatMayBeKeptForOthersFollowsFromTheUplink() throws Exception {
    OneJvm.Member owner = owner(null, wanted(null, "20Mbit/s"));
    assertEquals("at 20 Mbit/s up you can keep 400 GB for others", owner.core.capacity().words());
    friend(owner, "8.8.8.8");
    assertEquals(1L << 30, owner.core.outlook().promises().bytes());
    assertFalse(owner.core.capacity().allows(1L << 30, 400_500_000_000L));
    Files.writeString(owner.home.resolve(ConfigFile.NAME), "{}");
    owner.core.limits().change(new LimitsInfo.Change(null, Rate.parse("8Mbit/s"), null, null));
    assertTrue(owner.core.capacity().words().startsWith("at 8 Mbit/s up you can keep 160 GB"));
  }
}
