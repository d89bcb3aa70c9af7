package kith.peer;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The golden files of this module: what was once stored or sent must be understood for ever. Run
 * {@link #main} in the module's directory to write those that are missing; never change one.
 */
final class Golden {
  private static final Path DIRECTORY = Path.of("src/test/resources/golden");

  private Golden() {}

  /** The bytes in a golden file. */
  static byte[] bytes(String name) {
    try (InputStream in = Golden.class.getResourceAsStream("/golden/" + name + ".hex")) {
      if (in == null) {
        throw new IllegalStateException("no golden file " + name);
      }
      String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String recordName(SignedRecord record) {
    String version = record.version() == 1 ? "" : "-" + record.version();
    return "record-" + record.kind().name().toLowerCase(java.util.Locale.ROOT) + version;
  }

  static String messageName(Message message) {
    return "message-" + message.kind().name().toLowerCase(java.util.Locale.ROOT);
  }

  /** What is said and kept about reading back, and about what is not kept any more. */
  private static void reading(Map<String, byte[]> files) {
    files.put("message-claim_answer-dropped", Wire.bytes(Messages.dropAnswer(), 7));
    files.put("row-given", Messages.readAccount().toRow());
    files.put("row-estate", Messages.estateLine().toRow());
    files.put(
        "message-get-repair",
        Wire.bytes(Messages.get(new ReadPurpose.Repair(Messages.BOB.owner())), 7));
    files.put(
        "message-get-restore",
        Wire.bytes(Messages.get(new ReadPurpose.Restore(Messages.declaration().id())), 7));
    if (Files.exists(DIRECTORY.resolve("record-restore_declaration.hex"))) {
      files.put("row-restores", Messages.restoreLine().toRow());
    }
  }

  /** What is kept about partners who leave, and about machines that follow each other. */
  private static void leaving(Map<String, byte[]> files) {
    if (Files.exists(DIRECTORY.resolve("record-takeover.hex"))) {
      files.put("row-takeover", Messages.takeoverLine().toRow());
    }
    if (Files.exists(DIRECTORY.resolve("record-release.hex"))) {
      files.put("row-partners-leaving", Messages.leavingPartner().toRow());
      files.put("row-ended", Messages.lastWord().toRow());
    }
  }

  /** Writes the files that are missing. */
  public static void main(String[] arguments) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (SignedRecord record : EveryMessage.records()) {
      files.put(recordName(record), record.toBytes());
    }
    for (Message message : EveryMessage.all()) {
      files.put(messageName(message), Wire.bytes(message, 7));
    }
    if (Files.exists(DIRECTORY.resolve("record-keep_set.hex"))) {
      files.put("override-keep_set", Messages.override().toBytes());
    }
    files.put("record-offer", Messages.amendment().signedBy(Messages.BOB).toBytes());
    if (Files.exists(DIRECTORY.resolve("record-offer.hex"))) {
      files.put("row-offers", Messages.offer().toBytes());
    }
    files.put("row-conduct-3", Messages.conductRow().toRow());
    files.put("row-asked", Messages.searchRest().toRow());
    files.put("row-speed", Messages.measuredSpeed().toRow());
    if (Files.exists(DIRECTORY.resolve("record-audit_round.hex"))) {
      files.put("row-audits-there", Messages.auditRow().toRow());
    }
    files.put("row-audits-here", Messages.auditAllowance().toRow());
    reading(files);
    files.put("row-partners", Messages.partner().toRow());
    leaving(files);
    files.put("row-known-nodes", Messages.knownNode().toRow());
    files.put("row-invitations", Messages.invitation().toBytes());
    files.put("row-invitations-spoken", Messages.spokenInvitation().toBytes());
    files.put("invitation-code", Messages.code().text().getBytes(StandardCharsets.US_ASCII));
    files.put("agreement-file", StoredFormatsTest.agreementFile(Files.createTempDirectory("kith")));
    for (var file : files.entrySet()) {
      Path path = DIRECTORY.resolve(file.getKey() + ".hex");
      if (!Files.exists(path)) {
        String hex = HexFormat.of().formatHex(file.getValue());
        Files.writeString(path, hex.replaceAll("(.{96})", "$1\n") + "\n");
      }
    }
  }
}
