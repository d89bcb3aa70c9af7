package kith.fs;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import kith.codec.CodeParameters;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;
import kith.codec.WrongKeyException;
import kith.peer.NodeAddress;

/**
 * Reads the page back, typed or scanned, and names every line that is wrong. Tags that it doesn't
 * know are left aside: a later printing may say more.
 */
public final class KitParser {
  private static final int MAX_CHARACTERS = 1 << 20;
  private static final Pattern CODE = Pattern.compile("(\\d{1,3})\\+(\\d{1,3})");

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
    if (readable && !first.value().equals(String.valueOf(Kit.VERSION))) {
      throw new WrongKeyException(
          "this kit is of version "
              + first.value()
              + ", and this Kith reads version "
              + Kit.VERSION
              + ": install a newer Kith");
    }
  }

  private Kit kit() throws WrongKeyException {
    try {
      var kit =
          new Kit(
              OwnerId.parse(String.join("-", values("owner"))),
              LocalDate.parse(only("created")),
              code(only("code")),
              words(),
              partners());
      kit.secret().close();
      return kit;
    } catch (CorruptDataException | IllegalArgumentException | DateTimeException e) {
      throw new WrongKeyException(
          "every line of this kit is as it was printed, but it contradicts itself: "
              + e.getMessage(),
          e);
    }
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
              OwnerId.parse(String.join("-", values("partner-" + i))),
              name.isEmpty() ? "" : name.get(0),
              addresses(values("address-" + i))));
    }
    return partners;
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
