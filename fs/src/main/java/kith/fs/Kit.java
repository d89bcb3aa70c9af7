package kith.fs;

import java.time.LocalDate;
import java.util.List;
import kith.codec.CodeParameters;
import kith.codec.OwnerId;
import kith.codec.OwnerKey;
import kith.codec.RootSecret;
import kith.codec.WrongKeyException;

/**
 * The printed page: all that a new machine needs to have the drive back. Whoever has it can read
 * the drive. Written by {@link KitText}, read by {@link KitParser}; the page's form is in
 * docs/formats/kit.md.
 *
 * @param owner whose drive it is
 * @param created the day on which the drive was made, in UTC
 * @param code how packs were spread when the kit was printed
 * @param words the root secret as 24 words
 * @param partners who can be asked; one that answers is enough to find the others
 */
public record Kit(
    OwnerId owner,
    LocalDate created,
    CodeParameters code,
    List<String> words,
    List<KitPartner> partners) {
  /** The page's version. */
  public static final int VERSION = 1;

  /** The most partners on a page. */
  public static final int MAX_PARTNERS = 255;

  static final int WORDS = 24;

  public Kit {
    words = List.copyOf(words);
    partners = List.copyOf(partners);
    if (words.size() != WORDS) {
      throw new IllegalArgumentException("a kit has " + WORDS + " words, not " + words.size());
    }
    if (partners.size() > MAX_PARTNERS) {
      throw new IllegalArgumentException("a kit names at most " + MAX_PARTNERS + " partners");
    }
  }

  /** The kit of the owner whose secret this is. */
  public static Kit of(
      RootSecret root, LocalDate created, CodeParameters code, List<KitPartner> partners) {
    return new Kit(OwnerKey.derive(root).id(), created, code, root.words(), partners);
  }

  /**
   * The root secret; the caller closes it.
   *
   * @throws WrongKeyException if the words contradict themselves or belong to another owner
   */
  public RootSecret secret() throws WrongKeyException {
    var root = RootSecret.ofWords(words);
    if (!OwnerKey.derive(root).id().equals(owner)) {
      root.close();
      throw new WrongKeyException(
          "the words of this kit belong to another drive than its owner id: are the lines of two"
              + " kits mixed?");
    }
    return root;
  }

  /** Without the words. */
  @Override
  public String toString() {
    return "Kit[" + owner.brief() + ", " + created + ", " + partners.size() + " partners]";
  }
}
