package kith.peer;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.random.RandomGenerator;
import kith.codec.KithException;
import kith.codec.SealedShard;
import kith.codec.ShardLayout;

/** An owner and a holder who keeps some shards for him, for tests of reading back. */
final class ReadingNodes implements AutoCloseable {
  static final long SPACE = 1L << 30;
  static final int SHARD = 4 << 20;

  final VirtualClock clock = new VirtualClock();
  final VirtualNetwork network = new VirtualNetwork(5, clock);
  final List<SealedShard> shards = new ArrayList<>();
  private final RandomGenerator random = Shards.random(17);
  TestNode owner;
  TestNode holder;

  ReadingNodes(AgreementTerms terms) throws IOException, KithException {
    holder = TestNode.virtual(network, "holder");
    owner = TestNode.virtual(network, "owner");
    agree(holder, owner, terms);
  }

  /** Two per cent a day, and no commitment. */
  static AgreementTerms strangersWithoutCommitment() {
    return new AgreementTerms(Duration.ofDays(21), Duration.ofDays(28), true, 20, 4, 48);
  }

  static void agree(TestNode inviter, TestNode invited, AgreementTerms terms)
      throws IOException, KithException {
    var invitation = new InvitationTerms("inviter", SPACE, SPACE, terms);
    String code = inviter.invitations.create(invitation, Invitations.LIFE);
    invited.acceptance().accept(code, "invited", SPACE);
  }

  /** Puts so many shards of 4 MiB. */
  void put(int count) throws KithException {
    for (int i = 0; i < count; i++) {
      SealedShard shard = Shards.make(random, holder.id(), SHARD);
      owner.client.put(shard);
      shards.add(shard);
    }
  }

  /** Reads a shard, as far as the holder lets it be read, without counting itself. */
  static byte[] read(TestNode reader, SealedShard shard, ReadPurpose purpose) throws KithException {
    int blocks = ShardLayout.SEALED_BLOCK;
    int count = (shard.sealed().length + blocks - 1) / blocks;
    var get = new Request.Get(shard.name(), 0, count, purpose);
    try {
      return reader.client.getAsync(shard.holder(), get).join();
    } catch (CompletionException e) {
      throw Calls.kith(e);
    }
  }

  /** Reads all shards one after the other; returns how many bytes came before a refusal. */
  long readAll(TestNode reader, ReadPurpose purpose) {
    long bytes = 0;
    try {
      for (SealedShard shard : shards) {
        bytes += read(reader, shard, purpose).length;
      }
    } catch (KithException e) {
      return bytes;
    }
    return bytes;
  }

  long held() {
    return (long) shards.size() * SHARD;
  }

  /** A view of the owner's, made now, that knows the holder. */
  TestNode view() {
    var plan =
        new TestNode.Plan(
            TestNode.keyOf("owner"), Role.VIEW, 1, List.of(), clock, Optional.empty());
    var view = new TestNode(plan, network::node);
    view.knows(holder);
    return view;
  }

  /** A declaration as a node or view makes it now. */
  RestoreDeclaration declaration(TestNode by) {
    var id = RestoreId.random(new java.security.SecureRandom());
    return new RestoreDeclaration(by.id(), holder.id(), id, clock.instant());
  }

  /** Declares a restore; returns what to read with. */
  ReadPurpose declare(TestNode by) throws KithException {
    RestoreDeclaration declaration = declaration(by);
    var request = new Request.RestoreDeclare(Optional.of(declaration.signedBy(by.identity())));
    by.client.ask(holder.id(), request, Reply.RestoreState.class);
    return new ReadPurpose.Restore(declaration.id());
  }

  @Override
  public void close() {
    owner.close();
    holder.close();
  }
}
