package kith.fs;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import kith.codec.CodeParameters;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;
import kith.codec.OwnerLineage;
import kith.codec.SecretMask;
import kith.codec.WrongKeyException;
import kith.peer.Contact;
import kith.peer.NodeAddress;

/**
 * Reads the page back, typed or scanned, and names every line that is wrong. Tags that it doesn't
 * know are left aside: a later printing may say more.
 */
public final class KitParser {
  private static final int MAX_CHARACTERS = 1 << 20;
  private static final Pattern CODE = Pattern.compile("(\\d{1,3})\\+(\\d{1,3})");

  private static final Set<String> VERSIONS =
      Set.of(
          String.valueOf(Kit.VERSION),
          String.valueOf(Kit.MASKED_VERSION),
          String.valueOf(Kit.REKEYED_VERSION));

  private final Map<Integer, KitLine> lines;

  private KitParser(Map<Integer, KitLine> lines) {
    this.lines = lines;
  }

  /**
   * @param text the page, or at least those of its lines that begin with K and a number
   * @throws WrongKeyException naming what is missing or mistyped, line by line
   */
  public static Kit parse(String text) throws WrongKeyException {
    if (text.length() > MAX_CHARACTERS) {
      throw new WrongKeyException("a kit is one page; this has " + text.length() + " characters");
    }
    var found = new TreeMap<Integer, KitLine>();
    var problems = new ArrayList<String>();
    text.lines().forEach(line -> KitLine.read(line).ifPresent(k -> take(k, found, problems)));
    if (found.isEmpty()) {
      throw new WrongKeyException(
          "this is no kit: it has none of the lines that begin with K01, K02 and so on");
    }
    var parser = new KitParser(found);
    parser.checkVersion();
    KitDamage.check(found, problems);
    return parser.kit();
  }

  private static void take(KitLine line, Map<Integer, KitLine> found, List<String> problems) {
    var other = found.put(line.number(), line);
    if (other != null && !other.equals(line)) {
      problems.add("line " + line.label() + " is there twice, and not the same");
    }
  }

  /** First of all: what a newer page means by its lines isn't known here. */
  private void checkVersion() throws WrongKeyException {
    var first = lines.get(1);
    boolean readable = first != null && first.isIntact() && first.tag().equals("kith-kit");
    if (readable && !VERSIONS.contains(first.value())) {
      throw new WrongKeyException(
          "line K01: this kit is of version "
              + first.value()
              + ", and this Kith reads versions up to "
              + Kit.REKEYED_VERSION
              + ": install a newer Kith");
    }
  }

  private Kit kit() throws WrongKeyException {
    try {
      var kit =
          new Kit(
              owner("owner"),
              LocalDate.parse(only("created")),
              code(only("code")),
              words(),
              mask(),
              partners(),
              brokers(),
              OwnerLineage.ofText(String.join("", values("rekeys")).replace(" ", "")));
      if (!only("kith-kit").equals(String.valueOf(kit.version()))) {
        throw new IllegalArgumentException("it is of another version than its lines");
      }
      checkWords(kit);
      return kit;
    } catch (CorruptDataException | IllegalArgumentException | DateTimeException e) {
      throw new WrongKeyException(
          "every line of this kit is as it was printed, but it contradicts itself: "
              + e.getMessage(),
          e);
    }
  }

  /** Lines of two kits may each be as they were printed. */
  private void checkWords(Kit kit) throws WrongKeyException {
    try {
      kit.checkWords();
    } catch (WrongKeyException e) {
      throw new WrongKeyException(
          "lines "
              + labels("owner", "words", "rekeys")
              + " don't belong together: "
              + e.getMessage(),
          e);
    }
  }

  private OwnerId owner(String tag) throws CorruptDataException {
    try {
      return OwnerId.parse(String.join("-", values(tag)));
    } catch (CorruptDataException e) {
      throw new CorruptDataException(
          "lines " + labels(tag) + " don't belong together: " + e.getMessage(), e);
    }
  }

  private String labels(String... tags) {
    var wanted = List.of(tags);
    return lines.values().stream()
        .filter(line -> wanted.contains(line.tag()))
        .map(KitLine::label)
        .collect(Collectors.joining(", "));
  }

  private List<String> words() {
    return values("words").stream()
        .flatMap(line -> List.of(line.toLowerCase(java.util.Locale.ROOT).split("\\s+")).stream())
        .toList();
  }

  private List<KitPartner> partners() throws CorruptDataException {
    var partners = new ArrayList<KitPartner>();
    for (int i = 1; !values("partner-" + i).isEmpty(); i++) {
      var name = values("name-" + i);
      partners.add(
          new KitPartner(
              owner("partner-" + i),
              name.isEmpty() ? "" : KitName.read(name.get(0)),
              addresses(values("address-" + i))));
    }
    return partners;
  }

  private Optional<SecretMask> mask() throws CorruptDataException {
    var texts = values("passphrase");
    return texts.isEmpty() ? Optional.empty() : Optional.of(SecretMask.parse(only("passphrase")));
  }

  private List<Contact> brokers() throws CorruptDataException {
    var brokers = new ArrayList<Contact>();
    for (int i = 1; !values("broker-" + i).isEmpty(); i++) {
      brokers.add(new Contact(owner("broker-" + i), addresses(values("broker-address-" + i))));
    }
    return brokers;
  }

  private static List<NodeAddress> addresses(List<String> texts) throws CorruptDataException {
    var addresses = new ArrayList<NodeAddress>();
    for (String text : texts) {
      addresses.add(NodeAddress.parse(text));
    }
    return addresses;
  }

  private static CodeParameters code(String text) {
    var match = CODE.matcher(text);
    if (!match.matches()) {
      throw new IllegalArgumentException("'" + text + "' is no code such as 4+2");
    }
    return CodeParameters.of(Integer.parseInt(match.group(1)), Integer.parseInt(match.group(2)));
  }

  private String only(String tag) {
    var values = values(tag);
    if (values.size() != 1) {
      throw new IllegalArgumentException(values.size() + " lines with '" + tag + "', not one");
    }
    return values.get(0);
  }

  private List<String> values(String tag) {
    return lines.values().stream()
        .filter(line -> line.tag().equals(tag))
        .map(KitLine::value)
        .toList();
  }
}
