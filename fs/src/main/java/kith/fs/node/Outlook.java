package kith.fs.node;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import kith.peer.AgreementTerms;
import kith.peer.ConductBook;
import kith.peer.Partner;
import kith.peer.PartnerBook;
import kith.peer.Promises;
import kith.peer.choice.Capacity;
import kith.peer.choice.Growth;
import kith.peer.choice.LossModel;
import kith.peer.choice.Schedule;

/**
 * What may be expected of the partners as they are, and promised to them. Safe for many threads.
 */
final class Outlook {
  private static final int ENOUGH_HOURS = 24;
  private static final double DAYS_OF_YEAR = 365;

  private final PartnerSettings settings;
  private final PartnerBook book;
  private final Promises promises;
  private final PartnerHours hours;
  private final ConductBook conduct;
  private final InstantSource clock;
  private final Growth growth;

  /**
   * What is noted of partners.
   *
   * @param hours when they are on-line
   * @param conduct how they keep their word
   */
  record Watch(PartnerHours hours, ConductBook conduct) {}

  Outlook(
      PartnerSettings settings,
      PartnerBook book,
      Promises promises,
      Watch watch,
      InstantSource clock) {
    this.settings = settings;
    this.book = book;
    this.promises = promises;
    this.hours = watch.hours;
    this.conduct = watch.conduct;
    this.clock = clock;
    this.growth = new Growth(settings.aim(), this::model);
  }

  /** How the code follows the partners, unless it is fixed. */
  Growth growth() {
    return growth;
  }

  /**
   * How partners are lost. One counts as lost once its grace is over, so that only then repair
   * begins.
   */
  LossModel model() {
    Instant now = clock.instant();
    double days = 0;
    int lost = 0;
    for (Partner partner : book.all()) {
      Duration age = Duration.between(partner.agreement().since(), now);
      days += Math.max(0, age.toSeconds()) / 86_400.0;
      lost += isGone(partner) ? 1 : 0;
    }
    double rate = LossModel.observedRate(settings.lossesPerYear(), lost, days / DAYS_OF_YEAR);
    return new LossModel(rate, grace().plus(settings.repair()));
  }

  private Duration grace() {
    return book.all().stream()
        .map(partner -> partner.agreement().terms().grace())
        .max(Comparator.naturalOrder())
        .orElse(AgreementTerms.friends().grace());
  }

  /** How likely one partner is away at any moment, 0 to 1. */
  double unavailability() throws IOException {
    long away = 0;
    int known = 0;
    for (Partner partner : book.all()) {
      var seen = hours.hours(partner.id(), Schedule.ALWAYS);
      if (seen.known() >= ENOUGH_HOURS) {
        away += 1000 - seen.keptPerMille();
        known++;
      }
    }
    return known == 0 ? settings.unavailability() : away / 1000.0 / known;
  }

  /**
   * What may be kept for others.
   *
   * @param limits as they are now
   */
  Capacity capacity(Supplier<LimitsInfo> limits) {
    Rate limited = limits.get().uploadRate();
    Rate uplink = settings.uplink() == null ? limited : settings.uplink();
    long bytes = uplink == null ? 0 : uplink.bytesPerSecond();
    if (limited != null) {
      bytes = Math.min(bytes, limited.bytesPerSecond());
    }
    return new Capacity(bytes, settings.repair());
  }

  /** The partners, but for those who count as gone. */
  List<Partner> present() {
    return book.all().stream().filter(partner -> !isGone(partner)).toList();
  }

  /** Those over whom packs can be spread: who neither leaves nor counts as gone. */
  List<Partner> holders() {
    return present().stream().filter(partner -> !partner.isLeaving()).toList();
  }

  /** Those of these who are given what is new. */
  List<Partner> trusted() {
    return holders().stream()
        .filter(partner -> conduct.standing(partner.id()).isTrusted())
        .toList();
  }

  /** How many partners count as gone. */
  int gone() {
    return book.all().size() - present().size();
  }

  /** Whether a partner has not kept its word for longer than both agreed to bear. */
  boolean isGone(Partner partner) {
    return conduct.standing(partner.id()).isReneged();
  }

  /** What others may store here by what was agreed or can still be taken up. */
  Promises promises() {
    return promises;
  }
}
