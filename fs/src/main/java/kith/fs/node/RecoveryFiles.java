package kith.fs.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import kith.codec.CorruptDataException;
import kith.codec.DriveKeys;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.fs.Head;
import kith.fs.HeadCodec;
import kith.peer.Contact;
import kith.peer.NodeAddress;

/**
 * The folder home/recovery: what a machine that takes over begins with. The sealed head, until the
 * index has it; and partners that have not answered yet, one in a line: owner id and addresses.
 */
final class RecoveryFiles {
  static final String FOLDER = "recovery";
  private static final String HEAD = "head";
  private static final String PARTNERS = "partners";

  private final Path folder;

  RecoveryFiles(Path home) {
    this.folder = home.resolve(FOLDER);
  }

  /** Writes both, durably. */
  void write(byte[] sealedHead, List<Contact> silent) throws IOException {
    Files.createDirectories(folder, PrivateFiles.FOLDER);
    PrivateFiles.replace(folder.resolve(HEAD), sealedHead);
    silent(silent);
  }

  /** The head that a new index begins with; empty once it has it. */
  Optional<Head> head(DriveKeys keys, OwnerId owner) throws IOException, KithException {
    Path file = folder.resolve(HEAD);
    return Files.exists(file)
        ? Optional.of(HeadCodec.open(keys, owner, Files.readAllBytes(file)))
        : Optional.empty();
  }

  /** The index has the head, durably. */
  void begun() throws IOException {
    if (Files.deleteIfExists(folder.resolve(HEAD))) {
      PrivateFiles.force(folder);
    }
  }

  /** Partners who have not told yet what was agreed. */
  List<Contact> silent() throws IOException {
    Path file = folder.resolve(PARTNERS);
    if (!Files.exists(file)) {
      return List.of();
    }
    List<Contact> found = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      List<String> words = List.of(line.strip().split(" +"));
      try {
        List<NodeAddress> addresses = new ArrayList<>();
        for (String address : words.subList(1, words.size())) {
          addresses.add(NodeAddress.parse(address));
        }
        found.add(new Contact(OwnerId.parse(words.get(0)), addresses));
      } catch (CorruptDataException e) {
        throw new IOException(file + " is damaged: " + e.getMessage(), e);
      }
    }
    return found;
  }

  /** Notes who has not answered yet, durably. */
  void silent(List<Contact> partners) throws IOException {
    Path file = folder.resolve(PARTNERS);
    if (partners.isEmpty()) {
      Files.deleteIfExists(file);
      return;
    }
    String text = partners.stream().map(RecoveryFiles::line).collect(Collectors.joining());
    PrivateFiles.replace(file, text.getBytes(StandardCharsets.UTF_8));
  }

  private static String line(Contact partner) {
    String addresses = partner.addresses().stream().map(a -> " " + a).collect(Collectors.joining());
    return partner.owner() + addresses + "\n";
  }

  /** By owner. */
  static Map<OwnerId, Contact> byOwner(List<Contact> partners) {
    return partners.stream().collect(Collectors.toMap(Contact::owner, partner -> partner));
  }
}
