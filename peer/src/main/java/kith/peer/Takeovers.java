package kith.peer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import kith.codec.CorruptDataException;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;
import kith.index.Rows;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which machines speak for each partner. The one that was seen first, or took over, may do
 * everything; one with a higher epoch is announced by its first word here, and takes over when the
 * one before agrees, or after {@link #NOTICE} as this node observes time, unless the owner refuses
 * it before. Rows of META, {@code takeover} and the owner id. Safe for any number of threads.
 */
final class Takeovers {
  private static final Logger LOG = LoggerFactory.getLogger(Takeovers.class);

  /** How long a machine is announced before it takes over by itself. */
  static final Duration NOTICE = Duration.ofDays(3);

  private static final int VERSION = 1;

  /** More than any node has partners. */
  private static final int MOST = 4096;

  /** So many machines are remembered that an owner has refused. */
  private static final int MOST_REFUSED = 16;

  private static final OwnerRows.Form<Line> FORM =
      new OwnerRows.Form<>(
          Line::toRow, Line::ofRow, Comparator.comparingLong(line -> line.current.epoch()));

  private final Rows index;
  private final OwnerRows<Line> rows;
  private final Set<OwnerId> rivals = new HashSet<>();

  /** A machine that is announced, and when it was, in ms of observed time. */
  private record Waiting(Credential node, long since) {
    private byte[] toBytes() {
      byte[] credential = node.toBytes();
      return ByteBuffer.allocate(Long.BYTES + credential.length)
          .putLong(since)
          .put(credential)
          .array();
    }

    private static Waiting ofBytes(byte[] bytes) throws CorruptDataException {
      if (bytes.length <= Long.BYTES) {
        throw new CorruptDataException("a machine that is announced is cut off");
      }
      byte[] credential = Arrays.copyOfRange(bytes, Long.BYTES, bytes.length);
      return new Waiting(Credential.parse(credential), ByteBuffer.wrap(bytes).getLong());
    }

    private Duration left(long observed) {
      long left = NOTICE.toMillis() - Math.max(0, observed - since);
      return Duration.ofMillis(Math.max(0, left));
    }
  }

  /**
   * What is known of one owner.
   *
   * @param refused keys of machines that he does not want
   */
  private record Line(Credential current, List<Waiting> waiting, List<byte[]> refused) {
    byte[] toRow() {
      return Rowing.row(
          VERSION,
          new FieldWriter()
              .bytes("current", current.toBytes())
              .byteStrings("announced", waiting.stream().map(Waiting::toBytes).toList())
              .byteStrings("refused", refused));
    }

    static Line ofRow(byte[] row) throws CorruptDataException {
      Fields in = Rowing.fields(row, VERSION, "who speaks for an owner");
      List<Waiting> waiting = new ArrayList<>();
      for (byte[] each : in.byteStrings("announced", TakeoverState.MOST_ANNOUNCED)) {
        waiting.add(Waiting.ofBytes(each));
      }
      return new Line(
          Credential.parse(in.bytes("current", Credential.MAX_BYTES)),
          List.copyOf(waiting),
          in.byteStrings("refused", MOST_REFUSED));
    }

    boolean refuses(Credential node) {
      return refused.stream().anyMatch(node::speaksWith);
    }

    Optional<Waiting> waitingFor(Credential node) {
      return waiting.stream().filter(each -> each.node.speaksWith(node.nodeKey())).findFirst();
    }

    /** Another has taken the place of the current one. */
    Line after(Credential next) {
      return new Line(
          next,
          waiting.stream()
              .filter(each -> each.node.epoch() > next.epoch() && isOfKey(each.node, next))
              .toList(),
          refused);
    }

    /** The current node has shown its owner's next key: whoever has the former one is nobody. */
    Line rekeyed(Credential renewed) {
      return new Line(
          renewed, waiting.stream().filter(each -> isOfKey(each.node, renewed)).toList(), refused);
    }

    private static boolean isOfKey(Credential machine, Credential next) {
      KeyStanding keys = KeyStanding.of(next, machine, List.of(next, machine));
      return keys == KeyStanding.SAME || keys == KeyStanding.NEXT;
    }

    /** How the owner key of a machine stands to that of the current one. */
    KeyStanding keys(Credential machine) {
      return KeyStanding.of(current, machine, List.of(current));
    }

    /** The same, if those are believed who are announced, too. */
    KeyStanding keysOfView(Credential view) {
      List<Credential> nodes = new ArrayList<>(List.of(current));
      waiting.forEach(each -> nodes.add(each.node));
      return KeyStanding.of(current, view, nodes);
    }

    Line without(Credential refusedNode) {
      List<byte[]> all = new ArrayList<>(refused);
      all.add(refusedNode.nodeKey());
      return new Line(
          current,
          waiting.stream().filter(each -> !each.node.speaksWith(refusedNode.nodeKey())).toList(),
          all.subList(Math.max(0, all.size() - MOST_REFUSED), all.size()));
    }
  }

  Takeovers(Rows index) throws IOException {
    this.index = index;
    this.rows = new OwnerRows<>(index, "takeover", FORM, MOST);
  }

  /**
   * Hears a word of a machine; what is new is durable on return.
   *
   * @param partner whose machine it is
   * @param observed time, in ms
   * @throws NotPermittedException if too many are announced already
   */
  synchronized TakeoverState.Standing heard(Credential node, Partner partner, long observed)
      throws IOException, CorruptDataException, NotPermittedException {
    Optional<Line> known = settled(node.owner(), observed);
    if (known.isEmpty()) {
      Credential first = agreed(partner);
      Credential current = first.epoch() >= partner.epoch() ? first : node;
      if (current.epoch() < partner.epoch()) {
        return TakeoverState.Standing.SUPERSEDED;
      }
      keep(new Line(current, List.of(), List.of()));
      known = rows.find(node.owner());
    }
    Line line = known.orElseThrow();
    TakeoverState.Standing standing = standing(line, node);
    if (standing == TakeoverState.Standing.ANNOUNCED && line.waitingFor(node).isEmpty()) {
      announce(line, node, observed);
    } else if (standing == TakeoverState.Standing.CURRENT
        && !line.current.isSameAs(node)
        && line.keys(node) == KeyStanding.SAME) {
      keep(new Line(node, line.waiting, line.refused)); // renewed
    }
    return standing;
  }

  /**
   * The owner's node has put a head by its owner's next key: from now on that is the key. Machines
   * that are announced by another are forgotten. Durable on return.
   */
  synchronized void headCame(Credential node, long observed) throws IOException {
    Optional<Line> line = settled(node.owner(), observed);
    if (line.isPresent()
        && standing(line.get(), node) == TakeoverState.Standing.CURRENT
        && line.get().keys(node) == KeyStanding.NEXT) {
      keep(line.get().rekeyed(node));
      LOG.info("rekeyed: {} has another key from now on", node);
    }
  }

  /**
   * That the owner key under a credential is not one that was replaced.
   *
   * @param partner whose it says to be
   * @throws NotPermittedException naming the day on which it was
   */
  synchronized void requireKey(Credential by, Partner partner)
      throws CorruptDataException, NotPermittedException {
    Optional<Line> line = rows.find(by.owner());
    Line known = line.isPresent() ? line.get() : new Line(agreed(partner), List.of(), List.of());
    switch (by.role() == Role.NODE ? known.keys(by) : known.keysOfView(by)) {
      case FORMER -> throw replaced(known.current, by);
      case RIVAL -> {
        if (rivals.add(by.owner())) {
          LOG.warn(
              "rekey-rival: {} comes with a key that is not its owner's: somebody has a former kit",
              by);
        }
        throw replaced(known.current, by);
      }
      case CLAIMED -> {
        if (by.role() == Role.VIEW) {
          throw new NotPermittedException(
              "this kit's rekey is signed by no machine that is known here");
        }
      }
      case SAME, NEXT -> {}
    }
  }

  private static NotPermittedException replaced(Credential current, Credential by) {
    int generation = Math.min(by.lineage().generation(), current.lineage().generation() - 1);
    String day =
        generation < 0
            ? ""
            : " on " + LocalDate.ofInstant(current.lineage().replaced(generation), ZoneOffset.UTC);
    return new NotPermittedException(
        "this kit was replaced"
            + day
            + ", and nothing is done by its key any more: use the owner's newest kit");
  }

  /** Whether the owner key under a credential is, or was, another's than this owner's now. */
  synchronized boolean isReplaced(OwnerId owner, Credential by) {
    return rows.find(owner)
        .map(line -> line.keys(by))
        .filter(keys -> keys == KeyStanding.FORMER || keys == KeyStanding.RIVAL)
        .isPresent();
  }

  /** The machine that has signed the agreement. */
  private static Credential agreed(Partner partner) throws CorruptDataException {
    for (Credential signer : partner.record().signers()) {
      if (signer.owner().equals(partner.id())) {
        return signer;
      }
    }
    throw new CorruptDataException("an agreement that " + partner.id() + " has not signed");
  }

  private void announce(Line line, Credential node, long observed)
      throws IOException, NotPermittedException {
    if (line.waiting.size() >= TakeoverState.MOST_ANNOUNCED) {
      throw new NotPermittedException(
          "too many machines want to take over for this owner: let one of them first");
    }
    List<Waiting> waiting = new ArrayList<>(line.waiting);
    waiting.add(new Waiting(node, observed));
    keep(new Line(line.current, List.copyOf(waiting), line.refused));
    LOG.info("takeover-announced: {} wants to take over from {}", node, line.current);
  }

  private static TakeoverState.Standing standing(Line line, Credential node) {
    return switch (line.keys(node)) {
      case FORMER, RIVAL -> TakeoverState.Standing.SUPERSEDED;
      case SAME, NEXT -> standingByEpoch(line, node);
      case CLAIMED -> {
        // Signed by a machine that took over meanwhile, which this node has not heard of.
        boolean own =
            KeyStanding.of(line.current, node, List.of(line.current, node)) == KeyStanding.NEXT;
        yield own && node.epoch() > line.current.epoch()
            ? standingByEpoch(line, node)
            : TakeoverState.Standing.SUPERSEDED;
      }
    };
  }

  private static TakeoverState.Standing standingByEpoch(Line line, Credential node) {
    if (line.current.speaksWith(node.nodeKey()) && line.current.epoch() == node.epoch()) {
      return TakeoverState.Standing.CURRENT;
    }
    return node.epoch() > line.current.epoch() && !line.refuses(node)
        ? TakeoverState.Standing.ANNOUNCED
        : TakeoverState.Standing.SUPERSEDED;
  }

  /** As things are once those whose time has come have taken over. */
  private Optional<Line> settled(OwnerId owner, long observed) throws IOException {
    Optional<Line> line = rows.find(owner);
    Optional<Waiting> due =
        line.flatMap(
            now ->
                now.waiting.stream()
                    .filter(each -> each.left(observed).isZero())
                    .min(Comparator.comparingLong(Waiting::since)));
    if (due.isEmpty()) {
      return line;
    }
    LOG.info("takeover: {} has taken over from {}", due.get().node, line.get().current);
    keep(line.get().after(due.get().node));
    return settled(owner, observed);
  }

  private void keep(Line line) throws IOException {
    rows.put(line.current.owner(), line);
    index.sync();
  }

  /** The epoch of the machine that may do everything; 0 if none is known. */
  synchronized long epoch(OwnerId owner, long observed) throws IOException {
    return settled(owner, observed).map(line -> line.current.epoch()).orElse(0L);
  }

  /** How long a machine has to wait until it may do everything. */
  synchronized Duration left(Credential node, long observed) throws IOException {
    return settled(node.owner(), observed)
        .flatMap(line -> line.waitingFor(node))
        .map(waiting -> waiting.left(observed))
        .orElse(Duration.ZERO);
  }

  /** Whether there is a machine that an owner has refused. */
  synchronized boolean refusesAny(OwnerId owner) {
    return rows.find(owner).filter(line -> !line.refused.isEmpty()).isPresent();
  }

  /** Whether an owner has another key than his first. */
  synchronized boolean isRekeyed(OwnerId owner) {
    return rows.find(owner).filter(line -> line.current.lineage().generation() > 0).isPresent();
  }

  /** Whether an owner has refused this machine. */
  synchronized boolean refuses(OwnerId owner, Credential node) {
    return rows.find(owner).filter(line -> line.refuses(node)).isPresent();
  }

  /** All that is known, for a machine of the owner. */
  synchronized TakeoverState state(SignedRecord agreement, Credential asker, long observed)
      throws IOException {
    Optional<Line> line = settled(asker.owner(), observed);
    TakeoverState.Standing standing =
        asker.role() == Role.VIEW
            ? TakeoverState.Standing.VIEW
            : line.map(known -> standing(known, asker)).orElse(TakeoverState.Standing.CURRENT);
    List<TakeoverState.Announced> announced =
        line.map(
                known ->
                    known.waiting.stream()
                        .map(each -> new TakeoverState.Announced(each.node, each.left(observed)))
                        .toList())
            .orElse(List.of());
    return new TakeoverState(
        agreement, standing, left(asker, observed), line.map(Line::current), announced);
  }

  /**
   * Takes what the owner's node says of a machine; durable on return. The same again changes
   * nothing.
   *
   * @throws NotPermittedException if another than that node has signed, or the owner key has not
   *     where it must
   */
  synchronized void said(SignedRecord record, Optional<OwnerRecord> override, long observed)
      throws IOException, CorruptDataException, NotPermittedException {
    TakeoverWord word = TakeoverWord.of(record);
    Credential signer = TakeoverWord.signer(record);
    Line line = settled(word.owner(), observed).orElse(null);
    if (line == null || (word.agreed() && word.isAbout(line.current))) {
      return;
    }
    if (standing(line, signer) != TakeoverState.Standing.CURRENT) {
      throw new NotPermittedException("another machine is this owner's node by now");
    }
    Optional<Waiting> about =
        line.waiting.stream().filter(each -> word.isAbout(each.node)).findFirst();
    if (!word.agreed()) {
      TakeoverWord.requireOverride(
          record,
          override.orElseThrow(
              () -> new NotPermittedException("only the owner key refuses a machine")));
    }
    if (about.isPresent()) {
      Credential node = about.get().node;
      keep(word.agreed() ? line.after(node) : line.without(node));
      LOG.info("takeover: {} {} {}", signer, word.agreed() ? "agrees to" : "refuses", node);
    }
  }

  synchronized void forget(OwnerId owner) throws IOException {
    rows.remove(owner);
  }
}
