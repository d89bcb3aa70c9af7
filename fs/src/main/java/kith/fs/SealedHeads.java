package kith.fs;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import kith.chunker.ChunkerParameters;
import kith.codec.CodeParameters;
import kith.codec.SaltedBox;

/** Seals what a publication brings under the drive's head key. Safe for many threads. */
final class SealedHeads implements Publisher.Heads {
  private final DriveEngine.Foundation base;
  private final DriveEngine.Partners partners;
  private final PlacementPolicy policy;
  private final ChunkerParameters chunker;
  private final SaltedBox box;
  private volatile int spent;

  SealedHeads(
      DriveEngine.Foundation base,
      DriveEngine.Partners partners,
      PlacementPolicy policy,
      ChunkerParameters chunker) {
    this.base = base;
    this.partners = partners;
    this.policy = policy;
    this.chunker = chunker;
    this.box = new SaltedBox(base.random());
  }

  private CodeParameters code() {
    return policy.codeFor(partners.candidates().get()).orElse(CodeParameters.of(1, 0));
  }

  @Override
  public Publisher.Quorum quorum() {
    return new Publisher.Quorum(policy.safeShards(code()), partners.candidates().get().size());
  }

  @Override
  public int rekeys() {
    return base.keys().former().size();
  }

  @Override
  public int spent() {
    return spent;
  }

  @Override
  public byte[] seal(Head head) throws IOException {
    Set<Integer> gone = Resealed.spent(base.rows(), base.keys());
    spent = gone.size();
    return HeadCodec.seal(base.keys().spending(gone::contains), head, box);
  }

  @Override
  public byte[] seal(Publisher.Content content) throws IOException {
    CodeParameters code = code();
    int losses = policy.safeShards(code) - code.m();
    Head head =
        new Head(
            base.owner(),
            base.epoch(),
            content.generation(),
            content.time(),
            new Head.Parameters(code, losses, chunker),
            partners.described().get(),
            content.runs(),
            content.indexPacks(),
            content.snapshots(),
            Optional.of(content.live()));
    return seal(head);
  }
}
