package kith.fs;

import java.io.IOException;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalLong;
import kith.codec.OwnerId;
import kith.codec.ShardName;
import kith.index.Rows;
import kith.index.Update;

/**
 * How the packs of a drive come to be where its partners are now: coded anew by {@link Recoder},
 * moved by {@link Mover}, sealed by the keys of now by {@link Resealer}. Safe for many threads, but
 * for {@link #tick}, which is for one.
 */
public final class Moving {
  private final Rows rows;
  private final Recoder recoder;
  private final Mover mover;
  private final Resealer resealer;
  private final Shipper shipper;
  private final Mover.Parts parts;

  Moving(Mover.Parts parts, Resealer resealer) {
    this.parts = parts;
    this.resealer = resealer;
    rows = parts.rows();
    shipper = parts.shipper();
    mover = new Mover(parts);
    recoder =
        new Recoder(rows, parts.store(), parts.policy(), parts.partners(), shipper::isUnderWay);
  }

  /** Lets packs be coded anew for the partners that there are. */
  synchronized void recode() throws IOException {
    if (shipper.alone(recoder::tick) > 0) {
      shipper.rescan();
    }
  }

  /**
   * Moves a placed shard that should be with another partner, or seals a pack of before a rekey
   * anew; returns how much it did.
   */
  public int tick() throws IOException {
    int done = mover.tick();
    if (mover.broughtSome()) {
      shipper.alone(recoder::again);
    }
    return done > 0 ? done : resealer.tick();
  }

  /** How far what was written before a rekey is sealed anew; empty if there was none. */
  public Optional<ResealProgress> resealed() throws IOException {
    return resealer.progress();
  }

  /** How far packs are from where they should be; looks at all of them. */
  public MoveProgress progress() throws IOException {
    return mover.progress();
  }

  /** What is to be repaired, and why; looks at all packs. */
  public RepairPlan repairs() throws IOException {
    return RepairPlan.of(rows, mover.plan());
  }

  /** Lets what is to be repaired be done without pauses. */
  public void hurry() {
    mover.hurry();
  }

  /** What becomes of the packs if a partner leaves. */
  public MoveCheck without(OwnerId leaving) throws IOException {
    return MoveCheck.without(rows, parts.policy(), parts.partners().get(), leaving);
  }

  /** Whether it is time to publish what was moved. */
  boolean isBehind() throws IOException {
    return mover.isBehind() || resealer.isBehind();
  }

  /** Lets the next head tell who the partners are now. */
  public void partnersChanged() throws IOException {
    if (Published.last(rows).isPresent()) {
      shipper.alone(
          () -> {
            Update update = new Update();
            Mover.note(rows, update);
            rows.apply(update);
            return true;
          });
    }
  }

  /** Notes that a holder has dropped shards that nothing needs. */
  public void dropped(OwnerId holder, Collection<ShardName> names) throws IOException {
    shipper.alone(
        () -> {
          ReclaimSweep.gone(rows, holder, names);
          return true;
        });
  }

  /** A holder does not have a shard any more that is needed: it is put again. */
  public void missing(OwnerId holder, ShardName name) {
    shipper.found(name, holder);
  }

  /**
   * Whether a partner has nothing of this drive that it needs: neither the rows nor the published
   * head name him.
   *
   * @return the generation of that head, 0 if there never was one; empty if he is needed
   */
  public OptionalLong clearOf(OwnerId holder) throws IOException {
    boolean behind = Recoder.isBehind(rows) || Mover.behind(rows) > 0;
    if (behind || HolderUsage.named(rows).contains(holder)) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(Published.last(rows).map(Published::generation).orElse(0L));
  }
}
