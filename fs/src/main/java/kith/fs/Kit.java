package kith.fs;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import kith.codec.CodeParameters;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;
import kith.codec.OwnerKey;
import kith.codec.OwnerLineage;
import kith.codec.RootSecret;
import kith.codec.SecretMask;
import kith.codec.WrongKeyException;
import kith.peer.Contact;

/**
 * The printed page: all that a new machine needs to have the drive back. Whoever has it can read
 * the drive, if it wants no passphrase besides. Written by {@link KitText}, read by {@link
 * KitParser}; the page's form is in docs/formats/kit.md.
 *
 * @param owner whose drive it is
 * @param created the day on which the drive was made, in UTC
 * @param code how packs were spread when the kit was printed
 * @param words the root secret as 24 words, masked if there is a mask
 * @param mask how a passphrase hides the secret; empty if the words are enough
 * @param partners who can be asked, the most useful first; one that answers is enough to find the
 *     others
 * @param brokers through whom partners may be reached
 * @param lineage how the key of these words came to be the owner's
 */
public record Kit(
    OwnerId owner,
    LocalDate created,
    CodeParameters code,
    List<String> words,
    Optional<SecretMask> mask,
    List<KitPartner> partners,
    List<Contact> brokers,
    OwnerLineage lineage) {
  /** The page's version if the words are enough. */
  public static final int VERSION = 1;

  /** The page's version if a passphrase is needed besides, which older readers don't know of. */
  public static final int MASKED_VERSION = 2;

  /** The page's version after a rekey, which older readers don't know of. */
  public static final int REKEYED_VERSION = 3;

  /** The most partners on a page. */
  public static final int MAX_PARTNERS = 255;

  /** The most brokers on a page. */
  public static final int MAX_BROKERS = 16;

  static final int WORDS = 24;

  public Kit {
    words = List.copyOf(words);
    partners = List.copyOf(partners);
    brokers = List.copyOf(brokers);
    if (words.size() != WORDS) {
      throw new IllegalArgumentException("a kit has " + WORDS + " words, not " + words.size());
    }
    if (partners.size() > MAX_PARTNERS) {
      throw new IllegalArgumentException("a kit names at most " + MAX_PARTNERS + " partners");
    }
    if (brokers.size() > MAX_BROKERS) {
      throw new IllegalArgumentException("a kit names at most " + MAX_BROKERS + " brokers");
    }
  }

  /** Whose words are enough, and which names no brokers. */
  public Kit(
      OwnerId owner,
      LocalDate created,
      CodeParameters code,
      List<String> words,
      List<KitPartner> partners) {
    this(owner, created, code, words, Optional.empty(), partners, List.of(), OwnerLineage.NONE);
  }

  /** The kit of the owner whose secret this is, and always was. */
  public static Kit of(
      RootSecret root, LocalDate created, CodeParameters code, List<KitPartner> partners) {
    return new Kit(OwnerKey.derive(root).id(), created, code, root.words(), partners);
  }

  /** The kit of the owner whose secret this is by now. */
  public static Kit of(RootSecret root, OwnerKey key, LocalDate created, CodeParameters code) {
    return new Kit(
        key.id(),
        created,
        code,
        root.words(),
        Optional.empty(),
        List.of(),
        List.of(),
        key.lineage());
  }

  /** The page's version. */
  public int version() {
    if (lineage.generation() > 0) {
      return REKEYED_VERSION;
    }
    return mask.isPresent() ? MASKED_VERSION : VERSION;
  }

  /** With these partners and brokers. */
  public Kit naming(List<KitPartner> others, List<Contact> through) {
    return new Kit(owner, created, code, words, mask, others, through, lineage);
  }

  /** The same kit, which wants a passphrase besides. */
  public Kit masked(SecretMask with, char[] passphrase) throws WrongKeyException {
    try (var root = secret();
        var hidden = with.apply(root, passphrase)) {
      return new Kit(
          owner, created, code, hidden.words(), Optional.of(with), partners, brokers, lineage);
    }
  }

  /**
   * The same kit with words that are enough.
   *
   * @throws WrongKeyException if the passphrase is another one
   */
  public Kit opened(char[] passphrase) throws WrongKeyException {
    if (mask.isEmpty()) {
      return this;
    }
    try (var hidden = RootSecret.ofWords(words);
        var root = mask.get().apply(hidden, passphrase)) {
      if (!isOf(root)) {
        throw new WrongKeyException(
            "the passphrase of this kit is another one (or the lines of two kits are mixed)");
      }
      return new Kit(
          owner, created, code, root.words(), Optional.empty(), partners, brokers, lineage);
    }
  }

  /**
   * The root secret of a kit that wants no passphrase, or was opened; the caller closes it.
   *
   * @throws WrongKeyException if the words contradict themselves or belong to another owner
   */
  public RootSecret secret() throws WrongKeyException {
    if (mask.isPresent()) {
      throw new WrongKeyException("the words of this kit open nothing without its passphrase");
    }
    var root = RootSecret.ofWords(words);
    if (!isOf(root)) {
      root.close();
      throw new WrongKeyException(
          "the words of this kit belong to another drive than its owner id: are the lines of two"
              + " kits mixed?");
    }
    return root;
  }

  private boolean isOf(RootSecret root) {
    try {
      return OwnerKey.derive(root, lineage).id().equals(owner);
    } catch (CorruptDataException e) {
      return false;
    }
  }

  /**
   * The owner key of this kit.
   *
   * @param root its {@link #secret}
   */
  public OwnerKey key(RootSecret root) throws WrongKeyException {
    try {
      return OwnerKey.derive(root, lineage);
    } catch (CorruptDataException e) {
      throw new WrongKeyException("the words of this kit are not its owner's: " + e.getMessage());
    }
  }

  /** That the words fit each other, and the owner id as far as it can be told. */
  void checkWords() throws WrongKeyException {
    if (mask.isPresent()) {
      RootSecret.ofWords(words).close();
    } else {
      secret().close();
    }
  }

  /** Without the words. */
  @Override
  public String toString() {
    return "Kit[" + owner.brief() + ", " + created + ", " + partners.size() + " partners]";
  }
}
