package kith.fs;

import java.util.ArrayList;
import java.util.List;
import kith.codec.OwnerId;
import kith.peer.Contact;

/** The lines of a kit in their order; what each tag holds is in docs/formats/kit.md. */
final class KitLines {
  static final int WORDS_PER_LINE = 6;

  /** Characters that are written together. */
  private static final int GROUP = 6;

  private static final int LINE = 7 * GROUP;

  private final List<KitLine> lines = new ArrayList<>();

  private KitLines() {}

  static List<KitLine> of(Kit kit) {
    return of(kit, LINE);
  }

  /** The same, as few as there can be: nobody types them. */
  static List<KitLine> few(Kit kit) {
    return of(kit, Integer.MAX_VALUE);
  }

  private static List<KitLine> of(Kit kit, int characters) {
    var lines = new KitLines();
    lines.addAll(kit, characters);
    return lines.lines;
  }

  private void addAll(Kit kit, int characters) {
    add("kith-kit", String.valueOf(kit.version()));
    add("created", kit.created().toString());
    add("code", kit.code().toString());
    addOwner("owner", kit.owner());
    for (int from = 0; from < Kit.WORDS; from += WORDS_PER_LINE) {
      add("words", String.join(" ", kit.words().subList(from, from + WORDS_PER_LINE)));
    }
    addRekeys(kit.lineage().text(), characters);
    kit.mask().ifPresent(mask -> add("passphrase", mask.text()));
    for (int i = 0; i < kit.partners().size(); i++) {
      addPartner(i + 1, kit.partners().get(i));
    }
    for (int i = 0; i < kit.brokers().size(); i++) {
      addBroker(i + 1, kit.brokers().get(i));
    }
    add("end", String.valueOf(lines.size() + 1));
  }

  private void addRekeys(String text, int characters) {
    if (characters > text.length() && !text.isEmpty()) {
      add("rekeys", text);
      return;
    }
    for (int from = 0; from < text.length(); from += characters) {
      String line = text.substring(from, Math.min(text.length(), from + characters));
      add("rekeys", String.join(" ", line.split("(?<=\\G.{" + GROUP + "})")));
    }
  }

  private void addPartner(int number, KitPartner partner) {
    addOwner("partner-" + number, partner.owner());
    if (!partner.name().isEmpty()) {
      add("name-" + number, KitName.escape(partner.name()));
    }
    partner.addresses().forEach(address -> add("address-" + number, address.toString()));
  }

  private void addBroker(int number, Contact broker) {
    addOwner("broker-" + number, broker.owner());
    broker.addresses().forEach(address -> add("broker-address-" + number, address.toString()));
  }

  /** An owner id is 13 groups: too long for one line. */
  private void addOwner(String tag, OwnerId owner) {
    String text = owner.toString();
    int half = text.length() / 2 + 3;
    int cut = text.lastIndexOf('-', half);
    add(tag, text.substring(0, cut));
    add(tag, text.substring(cut + 1));
  }

  private void add(String tag, String value) {
    lines.add(KitLine.of(lines.size() + 1, tag, value));
  }
}
