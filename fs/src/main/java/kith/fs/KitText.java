package kith.fs;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import kith.codec.OwnerId;

/** Writes the page. The lines that begin with K and a number are the kit, the rest explains it. */
public final class KitText {
  static final int WORDS_PER_LINE = 6;

  private static final String HEADING =
      """
      KITH RECOVERY KIT - print this page, and keep it where a fire or a thief won't find it
      =====================================================================================

      A backup drive made on DATE is kept, encrypted and in pieces, by the partners named below.
      This page is all that is needed to read it again, on any computer with Linux.
      WHOEVER HAS THIS PAGE CAN READ THE DRIVE. Show it to no one; no partner needs to see it.

      How to get your files back
        1. On a computer with Linux, install Kith. (Your partners use it too: ask one of them.)
        2. Type the lines below that begin with K and a number into a text file called kit.txt,
           or scan this page to text. Capitals and the width of gaps don't matter. The four
           characters after each = prove that the line is right: a mistyped line will be named.
        3. Open a terminal where kit.txt is, and type
               mkdir old-drive
               kith recover --kit kit.txt --view old-drive
           One partner that answers is enough to find the others; about M of N must answer for
           your files to be read. If too few answer, call them and have them switch Kith on.
        4. Your files are in the folder old-drive, one folder for each time that was kept;
           'latest' is the newest. They can only be read there. Copy what you want:
               cp -a old-drive/latest/. my-files/
           and when you are done:
               kith umount old-drive

      """;

  private static final String ENDING =
      """

      Print a new page when partners join or leave: an old one works as long as one of its
      partners can be reached. The 24 words are the key; the other lines help to find the pieces.
      """;

  private final List<KitLine> lines = new ArrayList<>();

  private KitText() {}

  /** The whole page, in lines that end with a line feed. */
  public static String of(Kit kit) {
    var text = new KitText();
    text.addAll(kit);
    return heading(kit)
        + text.lines.stream().map(line -> line + "\n").collect(Collectors.joining())
        + ENDING;
  }

  private static String heading(Kit kit) {
    String shards = kit.code().m() + " of " + kit.code().n();
    return HEADING.replace("DATE", kit.created().toString()).replace("M of N", shards);
  }

  private void addAll(Kit kit) {
    add("kith-kit", String.valueOf(Kit.VERSION));
    add("created", kit.created().toString());
    add("code", kit.code().toString());
    addOwner("owner", kit.owner());
    for (int from = 0; from < Kit.WORDS; from += WORDS_PER_LINE) {
      add("words", String.join(" ", kit.words().subList(from, from + WORDS_PER_LINE)));
    }
    for (int i = 0; i < kit.partners().size(); i++) {
      addPartner(i + 1, kit.partners().get(i));
    }
    add("end", String.valueOf(lines.size() + 1));
  }

  private void addPartner(int number, KitPartner partner) {
    addOwner("partner-" + number, partner.owner());
    if (!partner.name().isEmpty()) {
      add("name-" + number, partner.name());
    }
    partner.addresses().forEach(address -> add("address-" + number, address.toString()));
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
