package kith.fs;

import java.util.List;
import java.util.stream.Collectors;

/** Writes the page as text. The lines of {@link KitLines} are the kit, the rest explains it. */
public final class KitText {
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

  private static final String BESIDES =
      """
      The words open nothing without the passphrase that was chosen for this page: you are asked
      for it. It is not on this page, and nobody can find it out for you.

      """;

  private KitText() {}

  /** The whole page, in lines that end with a line feed. */
  public static String of(Kit kit) {
    return heading(kit)
        + (kit.mask().isPresent() ? BESIDES : "")
        + KitLines.of(kit).stream().map(line -> line + "\n").collect(Collectors.joining())
        + ENDING;
  }

  /** The lines with the kit alone, without any gaps that aren't needed. */
  public static List<String> lines(Kit kit) {
    return KitLines.of(kit).stream().map(KitLine::compact).toList();
  }

  /** The same to be scanned, as short as it can be. */
  public static List<String> scanned(Kit kit) {
    return KitLines.few(kit).stream().map(KitLine::compact).toList();
  }

  private static String heading(Kit kit) {
    String shards = kit.code().m() + " of " + kit.code().n();
    String text =
        kit.mask().isPresent()
            ? HEADING.replace(
                "WHOEVER HAS THIS PAGE CAN READ THE DRIVE. Show it to no one; no partner needs to",
                "WHOEVER HAS THIS PAGE AND ITS PASSPHRASE CAN READ THE DRIVE. No partner needs to")
            : HEADING;
    return text.replace("DATE", kit.created().toString()).replace("M of N", shards);
  }
}
