package kith.fs.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import kith.codec.CodeParameters;
import kith.codec.OwnerId;
import kith.peer.NodeAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {
  private static final Path FILE = Path.of("config.json");
  private static final OwnerId BROKER = new OwnerId(new byte[OwnerId.SIZE]);

  @TempDir Path home;

  private static String refusal(String text) {
    var refused = assertThrows(NodeException.class, () -> ConfigFile.parse(FILE, text), text);
    assertEquals(ExitCode.ERROR, refused.code());
    assertTrue(refused.getMessage().startsWith("config.json "), refused.getMessage());
    return refused.getMessage();
  }

  @Test
  void whatIsLeftOutHasTheDefault() throws NodeException {
    assertEquals(NodeConfig.DEFAULT, ConfigFile.parse(FILE, "{}"));
  }

  private static FindingConfig finding() {
    return new FindingConfig(
        List.of(BROKER + "@broker.example:5485"),
        false,
        "Anna",
        ByteSize.parse("2 TiB"),
        ByteSize.parse("1 TiB"),
        Rate.parse("100Mbit/s"));
  }

  private static PartnerSettings partners() {
    return new PartnerSettings(
        "mon-fri 18-24",
        ByteSize.parse("5K"),
        ByteSize.parse("6K"),
        "survive 2 losses",
        Rate.parse("20Mbit/s"),
        24,
        0.1,
        0.05,
        Map.of("network", 40),
        new PartnerSettings.Thresholds(
            40, ByteSize.parse("1K"), ByteSize.parse("2K"), ByteSize.parse("1G"), 10, 7),
        false,
        ByteSize.parse("5 TiB"));
  }

  private static NetworkConfig network() throws Exception {
    return new NetworkConfig(
        false, true, 3, Rate.parse("2 Mbit/s"), ByteSize.parse("5 GB"), ByteSize.parse("1 GB"));
  }

  @Test
  void whatIsWrittenIsReadBack() throws Exception {
    var config =
        new NodeConfig(
            new NodeAddress("::", 4000),
            List.of(new NodeAddress("example.org", 4001), new NodeAddress("2001:db8::1", 4002)),
            CodeParameters.of(4, 2),
            ByteSize.parse("1.5 TiB"),
            new NodeConfig.Snapshots("past", true),
            ByteSize.parse("1 GB"),
            ByteSize.parse("100 MB"),
            new NodeConfig.Mount("path", 3, 0),
            new NodeConfig.Limits(
                ByteSize.parse("1M"),
                1,
                2,
                3,
                4,
                5,
                50,
                Rate.parse("20Mbit/s"),
                Rate.parse("2MiB/s"),
                Hours.parse("mo-fr 22:00-06:00"),
                LimitsInfo.RESUMED,
                FakeNode.NOW),
            partners(),
            finding(),
            new NegotiationSettings(
                true, 3, ByteSize.parse("2 GB"), ByteSize.parse("3 MiB"), 40, ByteSize.parse("7K")),
            network(),
            new AuditConfig(12, 20, 3, 90, "power"));
    assertEquals(config, ConfigFile.parse(FILE, ConfigFile.text(config)));
    var plain = ConfigFile.text(NodeConfig.DEFAULT);
    assertEquals(NodeConfig.DEFAULT, ConfigFile.parse(FILE, plain));
    assertTrue(plain.contains("\"spacePerPartner\" : \"100 GiB\""), plain);
  }

  @Test
  void whatFindingNeedsIsRefusedByNameIfItIsWrong() {
    String[][] wrong = {
      {"\"brokers\": [\"host:1\"]", "OWNER-ID@HOST:PORT"},
      {"\"brokers\": [\"" + BROKER + "@\"]", "OWNER-ID@HOST:PORT"},
      {"\"brokers\": [\"ABCDE@host:1\"]", "OWNER-ID@HOST:PORT"},
      {"\"offered\": \"2000 TiB\"", "'finding.offered' is too much"},
      {"\"name\": \"" + "x".repeat(65) + "\"", "'finding.name'"},
      {"\"name\": \"a\\u001bb\"", "'finding.name' has characters"},
    };
    for (String[] each : wrong) {
      String said = refusal("{\"finding\": {" + each[0] + "}}");
      assertTrue(said.contains(each[1]), said);
    }
  }

  @Test
  void limitingChangesNothingElseThatWasTyped() throws Exception {
    Path file = home.resolve(ConfigFile.NAME);
    Files.writeString(file, "{\"cache\": \"3 GB\", \"limits\": {\"fuseThreads\": 7}}");
    var all =
        new LimitSettings(
            75, Rate.parse("8Mbit/s"), null, Hours.parse("Sat"), LimitsInfo.RESUMED, FakeNode.NOW);
    ConfigFile.limit(home, all);
    String text = Files.readString(file);
    assertTrue(text.contains("\"cache\" : \"3 GB\""), text);
    assertTrue(text.contains("\"uploadRate\" : \"8 Mbit/s\""), text);
    assertTrue(text.contains("\"hours\" : \"sat\""), text);
    var read = ConfigFile.read(home);
    assertEquals(all, read.limits().settings());
    assertEquals(7, read.limits().fuseThreads());
    ConfigFile.limit(home, LimitSettings.NONE);
    assertEquals(LimitSettings.NONE, ConfigFile.read(home).limits().settings());
    assertEquals(7, ConfigFile.read(home).limits().fuseThreads());
    Files.writeString(file, "{}");
    ConfigFile.limit(home, LimitSettings.NONE);
    assertEquals("{ }", Files.readString(file).strip());
  }

  @Test
  void limitsThatAreNoneAreRefusedByKey() {
    assertTrue(refusal("{\"limits\": {\"cpuPercent\": 0}}").contains("'limits.cpuPercent' is 0"));
    String rate = refusal("{\"limits\": {\"uploadRate\": \"5 apples\"}}");
    assertTrue(rate.contains("limits.uploadRate") && rate.contains("is no rate"), rate);
    assertTrue(refusal("{\"limits\": {\"downloadRate\": \"1kbit/s\"}}").contains("too little"));
    String[][] hours = {
      {"mo-fr 22:30-6:00", "has minutes"},
      {"never", "has no hour at all"},
      {"moo 1-2", "is no part of a schedule"}
    };
    for (String[] one : hours) {
      String message = refusal("{\"limits\": {\"hours\": \"" + one[0] + "\"}}");
      assertTrue(message.contains("'limits.hours'") && message.contains(one[1]), message);
    }
  }

  @Test
  void unknownKeysAreRefusedByName() {
    assertTrue(refusal("{\"lisen\": \"a:1\"}").contains("'lisen', which is not known"));
    String nested = refusal("{\"snapshots\": {\"hidden\": true}}");
    assertTrue(nested.contains("'snapshots.hidden'"), nested);
    assertTrue(nested.contains("folder, visible"), nested);
  }

  @Test
  void badValuesAreRefusedByKey() {
    assertTrue(refusal("{\"code\": \"4-2\"}").contains("'code'"));
    assertTrue(refusal("{\"code\": \"200+200\"}").contains("'code'"));
    assertTrue(refusal("{\"listen\": \"[::1\"}").contains("'listen'"));
    assertTrue(refusal("{\"listen\": \"a b:1\"}").contains("'listen'"));
    assertTrue(refusal("{\"advertise\": [\"a:1\", \"b:99999\"]}").contains("'advertise[1]'"));
    assertTrue(refusal("{\"advertise\": [\"0.0.0.0:1\"]}").contains("nobody can call"));
    assertTrue(refusal("{\"spacePerPartner\": \"much\"}").contains("'spacePerPartner'"));
    assertTrue(refusal("{\"spacePerPartner\": 0}").contains("'spacePerPartner' is under"));
    assertTrue(refusal("{\"cache\": \"1 MiB\"}").contains("'cache' is under 64 MiB"));
    assertTrue(refusal("{\"snapshots\": {\"folder\": \"a/b\"}}").contains("'snapshots.folder'"));
    assertTrue(refusal("{\"snapshots\": {\"folder\": \"..\"}}").contains("'snapshots.folder'"));
    assertTrue(refusal("{\"mount\": {\"binding\": \"x\"}}").contains("auto, low-level, path"));
    assertTrue(refusal("{\"mount\": {\"spinMicros\": -1}}").contains("'mount.spinMicros' is -1"));
    assertTrue(refusal("{\"limits\": {\"fuseThreads\": 0}}").contains("'limits.fuseThreads' is 0"));
    assertTrue(refusal("{\"limits\": {\"fuseThreads\": \"x\"}}").contains("limits.fuseThreads"));
  }

  @Test
  void badWishesOfPartnersAreRefusedByKey() {
    String[][] bad = {
      {"{\"schedule\": \"mon 25-3\"}", "is no part of a schedule"},
      {"{\"schedule\": \"never\"}", "'partners.schedule' has no hour"},
      {"{\"target\": \"survive\"}", "is no target"},
      {"{\"uplink\": \"fast\"}", "is no rate"},
      {"{\"repairHours\": 0}", "'partners.repairHours' is 0"},
      {"{\"lossesPerYear\": 0}", "'partners.lossesPerYear' is 0"},
      {"{\"unavailability\": 2}", "'partners.unavailability' is 2"},
      {"{\"weights\": {\"beauty\": 1}}", "'partners.weights.beauty' is not known"},
      {"{\"weights\": {\"age\": 101}}", "the weight of 'age'"},
      {"{\"weights\": {\"age\": null}}", "partners"},
      {"{\"thresholds\": {\"commonHours\": 169}}", "'partners.thresholds.commonHours' is 169"},
      {"{\"thresholds\": {\"renegedPercent\": 101}}", "renegedPercent' is 101"},
      {"{\"thresholds\": {\"youngDays\": -1}}", "youngDays' is -1"}
    };
    for (String[] one : bad) {
      String message = refusal("{\"partners\": " + one[0] + "}");
      assertTrue(message.contains(one[1]), message);
    }
  }

  @Test
  void whatIsNoJsonIsRefusedByPlace() {
    assertTrue(refusal("{\n  code: \"4+2\"\n}").contains("line 2"));
    assertTrue(refusal("{\"cache\": \"1G\"} x").contains("is not JSON"));
    assertTrue(refusal("{\"cache\": \"1G\", \"cache\": \"2G\"}").contains("cache"));
    assertTrue(refusal("").contains("won't do") || refusal("").contains("not JSON"));
    assertTrue(refusal("null").contains("is empty"));
    assertTrue(refusal("[1]").contains("won't do"));
  }

  @Test
  void aMissingFileSaysWhatToDo() throws IOException {
    var refused = assertThrows(NodeException.class, () -> ConfigFile.read(home));
    assertTrue(refused.getMessage().contains("write {} into it"), refused.getMessage());
    Files.write(home.resolve(ConfigFile.NAME), new byte[(1 << 20) + 1]);
    assertThrows(NodeException.class, () -> ConfigFile.read(home));
  }

  @Test
  void partnersAreToldWhatTheyCanCall() throws NodeException {
    assertEquals(List.of(), NodeConfig.DEFAULT.callableAddresses());
    var one = ConfigFile.parse(FILE, "{\"listen\": \"127.0.0.2:5484\"}");
    assertEquals(List.of(new NodeAddress("127.0.0.2", 5484)), one.callableAddresses());
  }
}
