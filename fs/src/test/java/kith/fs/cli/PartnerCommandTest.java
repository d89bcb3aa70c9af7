package kith.fs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import kith.codec.OwnerId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kith partner} and its commands, in this process, against a node that only remembers. */
class PartnerCommandTest {
  @TempDir Path folder;
  private CommandHarness kith;

  @BeforeEach
  void prepare() {
    kith = new CommandHarness(folder.resolve("home"));
  }

  @Test
  void partnersAreInvitedAndAccepted() throws Exception {
    kith.initialise();
    try (var server = kith.serve(kith.node())) {
      assertEquals(0, kith.run("partner", "invite", "--space", "5GiB", "--expires", "2h"));
      assertEquals("ABCDE-FGHJK", kith.out.strip());
      assertTrue(kith.err.contains("47-coral-harvest-anchor"), kith.err);
      assertTrue(kith.err.contains("5.00 GiB each way, until 2026-11-21T12:00:00Z"), kith.err);
      assertTrue(kith.err.contains("at 20 Mbit/s up you can keep 400 GB for others"), kith.err);
      assertTrue(kith.err.contains("only nearby"), kith.err);
      kith.assertFails(13, "could not be given back", "partner", "invite", "--space", "1TiB");
      assertEquals(0, kith.run("partner", "invite", "--space", "1TiB", "--force"), kith.err);
      kith.assertFails(2, "more than 0 bytes", "partner", "invite", "--space", "0");
      assertEquals(0, kith.run("partner", "candidates"));
      assertEquals("no candidates", kith.out.strip());
      assertEquals(0, kith.run("partner", "accept", "47-a-b-c", "--at", "a:1", "--name", "Anna"));
      assertTrue(kith.out.contains("Agreed with Anna"), kith.out);
      assertTrue(kith.err.contains("5.00 GiB promised"), kith.err);
      assertEquals(0, kith.run("partner", "invitations"));
      assertTrue(kith.out.contains("47      0a1b2c3d  open"), kith.out);
      assertEquals(0, kith.run("partner", "invitations", "--revoke", "47"));
      kith.assertFails(1, "no invitation '48'", "partner", "invitations", "--revoke", "48");
      kith.assertFails(14, "nobody there", "partner", "accept", "BAD");
      assertEquals(0, kith.run("partner", "list"));
      assertTrue(kith.out.contains("Anna"), kith.out);
      assertEquals(0, kith.run("partner", "candidates"));
      assertTrue(kith.out.contains("Anna: fair, 555 of 1000 (a partner)"), kith.out);
      assertTrue(kith.out.contains("203.0.113.7  far from all"), kith.out);
      assertEquals(0, kith.run("partner", "candidates", "--json"));
      assertEquals(
          "network", new JsonMapper().readTree(kith.out).at("/0/criteria/0/criterion").asText());
      assertEquals(0, kith.run("partner", "list", "--json"));
      assertEquals("Anna", new JsonMapper().readTree(kith.out).at("/0/name").asText());
      assertEquals(0, kith.run("partner", "known"));
      assertTrue(kith.out.contains("Anna  yes      1.00 GiB  2.00 GiB  168"), kith.out);
      assertEquals(0, kith.run("partner", "known", "--json"));
      assertEquals(2L << 30, new JsonMapper().readTree(kith.out).at("/0/wanted").asLong());
      assertTrue(server != null);
    }
  }

  @Test
  void strangersAreOfferedAnAgreement() throws Exception {
    kith.initialise();
    String owner = new OwnerId(new byte[32]).toString();
    try (var server = kith.serve(kith.node())) {
      String contact = owner + "@192.0.2.1:5484";
      assertEquals(
          0, kith.run("partner", "offer", contact, "--space", "2GiB", "--their-space", "4GiB"));
      assertTrue(
          kith.out.contains("Agreed with Cleo (generation 1): they keep 2.00 GiB"), kith.out);
      assertTrue(kith.out.contains("before 2026-12-19"), kith.out);
      assertEquals(0, kith.run("partner", "offer", owner.substring(0, 11)), kith.err);
      assertTrue(kith.out.contains("Agreed with Cleo"), kith.out);
      kith.assertFails(2, "first 5 characters", "partner", "offer", "ABC");
      kith.assertFails(2, "group", "partner", "offer", "ABCDE@192.0.2.1:5484");
      kith.assertFails(2, "more than 0 bytes", "partner", "offer", contact, "--space", "0");
      kith.assertFails(2, "at most 1 PiB", "partner", "offer", contact, "--space", "2PiB");
      kith.assertFails(
          2, "at most 1 PiB", "partner", "amend", "x", "--their-space", "9223372036854775807");
      kith.assertFails(2, "space", "partner", "offer", contact, "--space", "9223372036854775808");
      assertTrue(server != null);
    }
  }

  @Test
  void auditsSayWhoHasLostSomething() throws Exception {
    kith.initialise();
    try (var server = kith.serve(kith.node())) {
      assertEquals(0, kith.run("repair", "--dry-run"), kith.err);
      assertTrue(kith.out.contains("now") && kith.out.contains("counts as gone"), kith.out);
      assertEquals(0, kith.run("repair"), kith.err);
      assertTrue(kith.out.contains("all is repaired"), kith.out);
      assertEquals(0, kith.run("repair", "--json"), kith.err);
      assertTrue(kith.out.contains("\"left\" : [ ]"), kith.out);
      kith.assertFails(17, "not all is repaired", "repair", "--timeout", "0s");
      assertEquals(0, kith.run("prune"), kith.err);
      assertTrue(kith.out.contains("Anna") && kith.out.contains("6.84 KiB"), kith.out);
      assertEquals(3, kith.run("prune", "--all", "--json"), kith.err);
      assertEquals(0, kith.run("audit"), kith.err);
      assertEquals("no partners", kith.out.strip());
      assertEquals(0, kith.run("partner", "accept", "ABCDE", "--name", "Anna"));
      assertEquals(0, kith.run("audit", "Anna"), kith.err);
      assertTrue(kith.out.contains("proved"), kith.out);
      assertEquals(0, kith.run("partner", "accept", "ABCDE", "--name", "Bert"));
      assertEquals(19, kith.run("audit", "--json"), kith.err);
      assertEquals("lost", new JsonMapper().readTree(kith.out).at("/1/outcome").asText());
      assertEquals(19, kith.run("audit"));
      assertTrue(kith.out.contains("Bert") && kith.out.contains("it has lost"), kith.out);
      kith.assertFails(1, "no partner 'nobody'", "audit", "nobody");
      assertEquals(0, kith.run("partner", "list"));
      assertTrue(kith.out.contains("PROVED"), kith.out);
      assertTrue(server != null);
    }
  }

  @Test
  void whatIsAgreedIsAmended() throws Exception {
    kith.initialise();
    try (var server = kith.serve(kith.node())) {
      assertEquals(0, kith.run("partner", "accept", "ABCDE", "--name", "Anna"));
      assertEquals(0, kith.run("partner", "amend", "Anna", "--space", "5GiB"));
      assertTrue(kith.out.contains("a person there decides: too much for Anna"), kith.out);
      kith.assertFails(1, "no partner 'nobody'", "partner", "amend", "nobody", "--grace", "30d");
      kith.assertFails(2, "say what", "partner", "amend", "Anna");
      assertEquals(0, kith.run("partner", "offers"));
      assertTrue(kith.out.contains("0a0b0c0d"), kith.out);
      assertEquals(0, kith.run("partner", "offers", "--json"));
      assertEquals(2, new JsonMapper().readTree(kith.out).at("/0/generation").asInt());
      assertEquals(0, kith.run("partner", "agree", "0a0b0c0d", "--force"));
      assertTrue(kith.out.contains("Agreed with Anna"), kith.out);
      assertEquals(0, kith.run("partner", "decline", "0a0b0c0d"));
      kith.assertFails(1, "no offer 'x' waits", "partner", "decline", "x");
      assertEquals(0, kith.run("partner", "withdraw", "0a0b0c0d"));
      assertEquals("Withdrawn.", kith.out.strip());
      assertEquals(0, kith.run("partner", "withdraw", "0a0b0c0e"));
      assertTrue(kith.out.contains("as soon as they can be reached"), kith.out);
      assertEquals(0, kith.run("partner", "withdraw", "0a0b0c0f"));
      assertTrue(kith.out.contains("It was agreed to before:"), kith.out);
      kith.assertFails(1, "no offer 'x' waits", "partner", "withdraw", "x");
      assertTrue(server != null);
    }
  }

  @Test
  void farewellIsSaidOnlyByWhoeverMeansItAndKnowsThePassphrase() throws Exception {
    kith.initialise();
    try (var server = kith.serve(kith.node())) {
      kith.assertFails(2, "say --yes", "farewell");
      kith.typed.add("yes");
      kith.assertFails(2, "not confirmed", "farewell");
      kith.typed.add("farewell");
      assertEquals(0, kith.run("farewell"), kith.err);
      assertTrue(kith.out.contains("all snapshots with it, 14 days after"), kith.out);
      assertTrue(kith.out.contains("Farewell is said: 1 of 2 partners"), kith.out);
      assertEquals(0, kith.run("farewell", "--yes"), kith.err);
      assertEquals(0, kith.run("farewell", "--cancel"), kith.err);
      assertTrue(kith.out.contains("Withdrawn: 1 of 2 partners"), kith.out);
      kith.environment.put(PassphraseOptions.VARIABLE, "wrong");
      assertTrue(kith.run("farewell", "--yes") > 0);
      assertTrue(server != null);
    }
  }

  @Test
  void partnersAreLeftAndRemoved() throws Exception {
    kith.initialise();
    try (var server = kith.serve(kith.node())) {
      assertEquals(0, kith.run("partner", "accept", "ABCDE", "--name", "Anna"));
      assertEquals(0, kith.run("partner", "leave", "Anna", "--within", "30d"), kith.err);
      assertTrue(kith.out.contains("Leaving: Anna (your notice, not told yet)"), kith.out);
      assertTrue(kith.out.contains("handed over by 2026-12-21T10:00:00Z"), kith.out);
      assertTrue(kith.out.contains("what was its is freed here"), kith.out);
      assertEquals(0, kith.run("partner", "list"));
      assertTrue(kith.out.contains("Leaving: Anna"), kith.out);
      assertEquals(0, kith.run("partner", "list", "--json"));
      assertEquals(
          "2026-12-21T10:00:00Z",
          new JsonMapper().readTree(kith.out).at("/0/leaving/until").asText());
      assertEquals(0, kith.run("partner", "leave", "Anna", "--cancel"), kith.err);
      assertTrue(kith.out.contains("Anna stays a partner."), kith.out);
      kith.assertFails(16, "find no place", "partner", "remove", "Anna");
      assertEquals(0, kith.run("partner", "remove", "Anna", "--anyway"), kith.err);
      kith.assertFails(1, "no partner 'Bert'", "partner", "leave", "Bert");
      kith.assertFails(2, "at most 366 days", "partner", "leave", "Anna", "--within", "400d");
      assertEquals(0, kith.run("status"), kith.err);
      assertTrue(kith.out.contains("2 packs don't meet the target yet, 3.00 MiB to put"), kith.out);
      assertTrue(server != null);
    }
  }
}
