package kith.peer;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import kith.codec.KithException;
import kith.codec.OwnerId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes this node known, and learns of others: from partners, from brokers, and from nodes that the
 * local network shows. Whoever tells is believed nothing but what the owners have signed; one who
 * lies, floods or is silent is logged once a day and asked again later. For one thread.
 */
public final class RecordExchange {
  private static final Logger LOG = LoggerFactory.getLogger(RecordExchange.class);

  /** Stands for all who tell of themselves on the local network. */
  static final OwnerId LOCAL_NETWORK = new OwnerId(new byte[OwnerId.SIZE]);

  /** How long a record of this node holds. */
  static final Duration LIFE = Duration.ofDays(3);

  private static final Duration RENEWED = Duration.ofHours(12);
  private static final Duration DEADLINE = Duration.ofSeconds(20);
  private static final Duration BETWEEN_PARTNERS = Duration.ofMinutes(10);
  private static final Duration BETWEEN_PARTNERS_AT_REST = Duration.ofHours(1);
  private static final Duration BETWEEN_BROKERS = Duration.ofMinutes(30);
  private static final Duration BETWEEN_BROKERS_IN_NEED = Duration.ofMinutes(5);
  private static final Duration LOGGED = Duration.ofDays(1);
  private static final int MOST_AT_ONCE = 8;
  private static final int PAGES_OF_PARTNER = 8;
  private static final int PAGES_OF_BROKER = 2;

  /** From a place drawn at random to the end, and from the beginning. */
  private static final int FEWEST_PAGES = 2;

  private static final int SPREAD_AT_BROKER = 2;

  /** What it works with. */
  public record Means(KnownNodes known, PartnerBook book, PeerClient client, Network network) {}

  /**
   * Where it learns of others, beside its partners.
   *
   * @param localNodes those whom the local network has shown since the last call
   * @param many whether many are to be learned of; else partners are asked seldom, and all for no
   *     more than a page or two
   */
  public record Sources(
      List<Contact> brokers, Supplier<List<Contact>> localNodes, BooleanSupplier many) {
    /** Partners alone. */
    public static final Sources NONE = new Sources(List.of(), List::of);

    public Sources {
      brokers = List.copyOf(brokers);
    }

    public Sources(List<Contact> brokers, Supplier<List<Contact>> localNodes) {
      this(brokers, localNodes, () -> true);
    }
  }

  /** What is remembered of one who is asked. */
  private static final class Asked {
    Instant last = Instant.MIN;
    NodeRecord.Age published;
    Instant logged;
  }

  private final LocalNode self;
  private final Means means;
  private final Sources sources;
  private final Supplier<NodeRecord.Announcement> says;
  private final RandomGenerator random;
  private final PartnerContacts contacts;
  private final Map<OwnerId, Asked> asked = new HashMap<>();
  private NodeRecord.Announcement said;

  /**
   * @param says what this node publishes; without an address it publishes nothing and only asks
   * @param random where to begin among what others know
   */
  public RecordExchange(
      LocalNode self,
      Means means,
      Sources sources,
      Supplier<NodeRecord.Announcement> says,
      RandomGenerator random) {
    this.self = self;
    this.means = means;
    this.sources = sources;
    this.says = says;
    this.random = random;
    this.contacts = new PartnerContacts(means.book, means.known, List.of());
  }

  /** Asks those whose turn it is, a bounded number; returns how many that were. */
  public int tick() throws IOException {
    means.known.purge();
    renew();
    int count = 0;
    for (Partner partner : means.book.all()) {
      if (count < MOST_AT_ONCE && isTurnOf(partner.id(), pause(partner.id()))) {
        ask(partner.id());
        count++;
      }
    }
    for (Contact broker : sources.brokers) {
      if (count < MOST_AT_ONCE && isTurnOf(broker.owner(), BETWEEN_BROKERS)) {
        ask(broker);
        count++;
      }
    }
    for (Contact node : sources.localNodes.get()) {
      meet(node);
      count++;
    }
    asked.keySet().removeIf(id -> means.book.find(id).isEmpty() && !isBroker(id));
    return count;
  }

  /** Who looks for nobody asks seldom, but tells soon what is new of himself. */
  private Duration pause(OwnerId partner) {
    Asked one = asked.get(partner);
    boolean told = own().isEmpty() || (one != null && own().get().age().equals(one.published));
    return told && !sources.many.getAsBoolean() ? BETWEEN_PARTNERS_AT_REST : BETWEEN_PARTNERS;
  }

  /** Lets brokers be asked again sooner, for somebody is looked for. */
  public void hurry() {
    Instant now = self.now();
    for (Contact broker : sources.brokers) {
      Asked one = asked.get(broker.owner());
      if (one != null && !now.isBefore(next(one, BETWEEN_BROKERS_IN_NEED))) {
        one.last = Instant.MIN;
      }
    }
  }

  private boolean isBroker(OwnerId id) {
    return sources.brokers.stream().anyMatch(broker -> broker.owner().equals(id));
  }

  private boolean isTurnOf(OwnerId who, Duration pause) {
    Asked one = asked.computeIfAbsent(who, id -> new Asked());
    Instant now = self.now();
    // A clock that was put back must not keep it silent for longer than the pause.
    if (now.isBefore(next(one, pause)) && !now.isBefore(one.last)) {
      return false;
    }
    one.last = now;
    return true;
  }

  private static Instant next(Asked one, Duration pause) {
    return one.last.equals(Instant.MIN) ? Instant.MIN : one.last.plus(pause);
  }

  private Optional<NodeRecord> own() {
    return means.known.find(self.identity().owner());
  }

  /** Signs this node's record anew when it is getting old or isn't true any more. */
  private void renew() throws IOException {
    NodeRecord.Announcement now = says.get();
    boolean fresh = now.equals(said) && own().map(this::isFresh).orElse(false);
    if (fresh || now.addresses().isEmpty()) {
      return;
    }
    boolean again = now.equals(said);
    said = now;
    long before = own().map(record -> record.age().generation()).orElse(0L);
    long generation = Math.max(before + 1, self.now().toEpochMilli());
    try {
      var record = NodeRecord.sign(self, now, generation, LIFE);
      means.known.take(record, self.identity().owner());
    } catch (KithException e) {
      if (!again) {
        LOG.info("this node can't make itself known: {}", e.getMessage());
      }
    }
  }

  private boolean isFresh(NodeRecord record) {
    Duration age = Duration.between(record.age().issued(), self.now());
    return !age.isNegative() && age.compareTo(RENEWED) < 0;
  }

  private void ask(OwnerId partner) throws IOException {
    var talk =
        new RecordTalk(
            means.known,
            partner,
            new RecordTalk.Asking() {
              @Override
              public <T extends Reply> T ask(Request request, Class<T> type) throws KithException {
                return means.client.ask(partner, request, type);
              }
            });
    hold(partner, talk, RecordsQuery.page(Optional.of(somewhere())), pages(PAGES_OF_PARTNER));
    contacts.settle(partner);
  }

  private void ask(Contact broker) throws IOException {
    try (Link link = Calls.join(means.network.connect(broker))) {
      var query =
          new RecordsQuery(
              Optional.of(somewhere()),
              Protocol.MAX_RECORDS,
              0,
              AgreementSide.MAX_SPACE,
              SPREAD_AT_BROKER);
      asked.get(broker.owner()).published = null; // it may have lost what it knew
      hold(broker.owner(), over(link, broker.owner()), query, pages(PAGES_OF_BROKER));
    } catch (KithException e) {
      trouble(broker.owner(), e);
    }
  }

  private int pages(int most) {
    return sources.many.getAsBoolean() ? most : FEWEST_PAGES;
  }

  private RecordTalk over(Link link, OwnerId teller) {
    return new RecordTalk(
        means.known,
        teller,
        new RecordTalk.Asking() {
          @Override
          public <T extends Reply> T ask(Request request, Class<T> type) throws KithException {
            return Calls.ask(link, request, DEADLINE, type);
          }
        });
  }

  private OwnerId somewhere() {
    byte[] id = new byte[OwnerId.SIZE];
    random.nextBytes(id);
    return new OwnerId(id);
  }

  private void hold(OwnerId with, RecordTalk talk, RecordsQuery query, int pages)
      throws IOException {
    Asked one = asked.get(with);
    try {
      Optional<NodeRecord> own = own();
      if (own.isPresent() && !own.get().age().equals(one.published)) {
        talk.publish(own.get());
        one.published = own.get().age();
      }
      talk.learn(query, pages);
    } catch (KithException e) {
      trouble(with, e);
    }
    if (talk.news() > 0) {
      LOG.debug("{} told of {} nodes that are new or changed", with.brief(), talk.news());
    }
  }

  /** Once a day, so that one who is well now and then doesn't fill the log. */
  private void trouble(OwnerId with, KithException e) {
    Asked one = asked.get(with);
    Instant now = self.now();
    if (one.logged == null || Duration.between(one.logged, now).abs().compareTo(LOGGED) >= 0) {
      LOG.info("{} is of no help in finding nodes: {}", with.brief(), e.getMessage());
      one.logged = now;
    }
  }

  /** Fetches the record of a node that the local network has shown. */
  private void meet(Contact node) throws IOException {
    try (Link link = Calls.join(means.network.connect(node))) {
      RecordTalk talk = over(link, LOCAL_NETWORK);
      talk.learn(RecordsQuery.page(Optional.empty()), 1);
      if (talk.news() > 0) {
        LOG.debug("found {} on the local network", node.owner().brief());
      }
    } catch (KithException e) {
      LOG.debug("{} shows itself, but: {}", node.owner().brief(), e.getMessage());
    }
  }
}
