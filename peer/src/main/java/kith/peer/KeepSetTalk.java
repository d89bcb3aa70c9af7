package kith.peer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.codec.ShardName;

/**
 * The owner's side of what is dropped at holders: what stands there by the ledger that both have,
 * and keep-sets. What is needed is for the caller to know. Safe for any number of threads.
 */
public final class KeepSetTalk {
  private final LocalNode self;
  private final PeerClient client;
  private final LedgerKeeper ledgers;
  private final LedgerMirrors mirrors;

  public KeepSetTalk(
      LocalNode self, PeerClient client, LedgerKeeper ledgers, LedgerMirrors mirrors) {
    this.self = self;
    this.client = client;
    this.ledgers = ledgers;
    this.mirrors = mirrors;
  }

  /**
   * Compares the ledgers first.
   *
   * @throws kith.codec.CorruptDataException if they differ
   */
  public Standing standing(OwnerId holder) throws IOException, KithException {
    return Standing.of(mirrors, holder, ledgers.compare(holder));
  }

  /** How much is in the trash there, and may go there. */
  public KeepSetState state(OwnerId holder) throws KithException {
    return client.ask(holder, new KeepSetRequest.KeepSetGet(), Reply.KeepSetTold.class).state();
  }

  /** Says farewell, or that it does not hold any more. */
  public KeepSetState farewell(OwnerId holder, OwnerRecord record) throws KithException {
    return client
        .ask(holder, new KeepSetRequest.FarewellTell(record), Reply.KeepSetTold.class)
        .state();
  }

  /**
   * Signs that some shards are not needed.
   *
   * @param dropped some of those that stand, at most {@link KeepSet#MOST_DROPPED}
   */
  public SignedRecord keepSet(OwnerId holder, Standing standing, Collection<ShardName> dropped) {
    Credential mine = self.identity().credential();
    return new KeepSet(
            mine.owner(),
            holder,
            mine.epoch(),
            standing.ledger(),
            standing.without(dropped),
            self.now())
        .signedBy(self.identity());
  }

  /**
   * Has the holder drop what does not remain.
   *
   * @param dropped as in the keep-set
   * @param override of the owner key; empty as long as it is little
   * @throws kith.codec.PartnerUnavailableException also if it is too much for now
   * @throws kith.codec.NotPermittedException if it is not as the holder's ledger is: look again
   */
  public KeepSetState tell(
      OwnerId holder,
      SignedRecord keepSet,
      Collection<ShardName> dropped,
      Optional<OwnerRecord> override)
      throws KithException {
    List<ShardName> sorted = dropped.stream().sorted().toList();
    ByteBuffer names = ByteBuffer.allocate(sorted.size() * ShardName.SIZE);
    sorted.forEach(name -> names.put(name.toBytes()));
    var tell = new KeepSetRequest.KeepSetTell(keepSet, override, names.flip());
    return client.ask(holder, tell, Reply.KeepSetTold.class).state();
  }
}
