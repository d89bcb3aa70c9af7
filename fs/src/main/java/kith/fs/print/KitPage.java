package kith.fs.print;

import java.util.List;
import java.util.function.Predicate;
import kith.fs.Kit;
import kith.fs.KitPartner;
import kith.fs.KitText;

/**
 * What stands on one sheet of paper: as many partners as there is room for, the first ones first,
 * and a code to scan that is a kit by itself.
 *
 * @param kit what the lines of the page say
 * @param leftOut partners for whom there is no room
 * @param scanned the text in the code
 */
record KitPage(Kit kit, int leftOut, String scanned) {
  /** What fits on the sheet in lines of the kit. */
  static final int LINES = 55;

  /** Bytes in the code: more would make its dots too small for a phone. */
  static final int SCANNED = 990;

  /** The same after a rekey, of which the page has to say much: the dots are smaller. */
  static final int SCANNED_REKEYED = 1370;

  private static final int FEWEST_ADDRESSES = 2;

  static KitPage of(Kit kit) {
    Kit printed = fit(kit, page -> KitText.lines(page).size() <= LINES);
    int left = kit.partners().size() - printed.partners().size();
    return new KitPage(printed, left, scanned(scannable(kit)));
  }

  /** Names say nothing to a machine, and partners are worth more to it than brokers. */
  private static Kit scannable(Kit kit) {
    Kit nameless =
        kit.naming(
            kit.partners().stream()
                .map(each -> new KitPartner(each.owner(), "", each.addresses()))
                .toList(),
            kit.brokers());
    int most = kit.lineage().generation() == 0 ? SCANNED : SCANNED_REKEYED;
    Predicate<Kit> fits = page -> scanned(page).length() <= most;
    return fits.test(nameless)
        ? nameless
        : fit(nameless.naming(nameless.partners(), List.of()), fits);
  }

  List<String> lines() {
    return KitText.lines(kit);
  }

  String title() {
    return "Kith recovery kit";
  }

  /** What the sheet is. */
  List<String> about() {
    String who =
        kit.mask().isPresent()
            ? "Whoever has this page and its passphrase can read the drive."
            : "Whoever has this page can read the drive.";
    return List.of(
        "A backup drive made on "
            + kit.created()
            + " is kept, encrypted and in pieces, by the partners named below. This page is all"
            + " that is needed to read it again, on any computer with Linux.",
        who
            + " Show it to no one; no partner needs to see it. Keep it where a fire or a thief"
            + " won't find it.");
  }

  /** How the files come back; commands begin with a $ sign. */
  List<String> steps() {
    return List.of(
        "1. On a computer with Linux, install Kith. (Your partners use it too: ask one of them.)",
        "2. Scan the square with a phone and save its text as kit.txt; or type the lines below"
            + " that begin with K and a number into kit.txt. The four characters after each ="
            + " prove that a line is right: a mistyped one will be named.",
        "3. Open a terminal where kit.txt is, and type",
        "$ mkdir old-drive",
        "$ kith recover --kit kit.txt --view old-drive",
        (kit.mask().isPresent() ? "You are asked for the passphrase of this page. " : "")
            + "One partner that answers is enough to find the others; about "
            + kit.code().m()
            + " of "
            + kit.code().n()
            + " must answer for your files to be read. If too few do, call them and have them"
            + " switch Kith on.",
        "4. Your files are in the folder old-drive, a folder for each time that was kept; 'latest'"
            + " is the newest. Copy what you want, and end it:",
        "$ cp -a old-drive/latest/. my-files/",
        "$ kith umount old-drive");
  }

  /** What stands below the lines. */
  String ending() {
    String left =
        leftOut == 0
            ? ""
            : leftOut
                + (leftOut == 1 ? " more partner has" : " more partners have")
                + " no room here: 'kith kit' prints all as text. ";
    return left
        + "Print a new page when partners join or leave: an old one works as long as one of its"
        + " partners can be reached.";
  }

  private static String scanned(Kit kit) {
    return String.join("\n", KitText.scanned(kit)) + "\n";
  }

  /** Further addresses go first, then the last partners. */
  private static Kit fit(Kit kit, Predicate<Kit> fits) {
    Kit page = kit;
    for (int most = KitPartner.MAX_ADDRESSES; most >= FEWEST_ADDRESSES; most--) {
      int addresses = most;
      page =
          kit.naming(kit.partners().stream().map(p -> p.with(addresses)).toList(), kit.brokers());
      if (fits.test(page)) {
        return page;
      }
    }
    Kit most = page.naming(List.of(), kit.brokers());
    for (int partners = 1; partners <= page.partners().size(); partners++) {
      var more = page.naming(page.partners().subList(0, partners), kit.brokers());
      if (!fits.test(more)) {
        break;
      }
      most = more;
    }
    return most;
  }
}
