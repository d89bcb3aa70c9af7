package kith.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import kith.codec.Digest;
import kith.codec.KithException;
import kith.codec.MerkleTree;
import kith.codec.SealedShard;
import kith.codec.ShardName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An owner who claims what he has dropped himself, and the holder who can show that. */
final class DropProofTest {
  private final VirtualNetwork network = new VirtualNetwork(1, new VirtualClock());
  private final RandomGenerator random = Shards.random(11);
  private final Map<ShardName, SignedRecord> acks = new HashMap<>();
  private final List<ShardName> names = new ArrayList<>();
  private @TempDir Path ledgers;
  private @TempDir Path home;
  private LedgerMirrors mirrors;
  private TestNode owner;
  private DiskHolder holder;
  private KeepSetTalk talk;

  @BeforeEach
  void befriend() throws IOException, KithException {
    holder = new DiskHolder(home, network);
    mirrors = new LedgerMirrors(ledgers, TestNode.keyOf("owner").id());
    owner = TestNode.virtual(network, "owner", Optional.of(mirrors));
    holder.befriend(owner, 10 << 20);
    var keeper = new LedgerKeeper(owner.client, owner.self, mirrors, owner.book);
    talk = new KeepSetTalk(owner.self, owner.client, keeper, mirrors);
    for (int i = 0; i < 14; i++) {
      SealedShard shard = Shards.make(random, holder.id(), 10_000);
      acks.put(shard.name(), owner.client.put(shard).record());
      names.add(shard.name());
    }
    names.sort(null);
  }

  @AfterEach
  void close() throws IOException {
    mirrors.close();
    owner.close();
    holder.close();
  }

  private void drop(ShardName... dropped) throws IOException, KithException {
    SignedRecord keep = talk.keepSet(holder.id(), talk.standing(holder.id()), List.of(dropped));
    talk.tell(holder.id(), keep, List.of(dropped), Optional.empty());
  }

  private Claim claim(ShardName name) {
    return new Claim(owner.id(), holder.id(), acks.get(name), 0, owner.self.now());
  }

  private Reply asked(Claim claim) throws KithException {
    var check = new ConductRequest.ClaimCheck(claim.signedBy(owner.self.identity()));
    return owner.client.ask(holder.id(), check);
  }

  private boolean isRefuted(ShardName name) throws KithException {
    Claim claim = claim(name);
    return asked(claim) instanceof Reply.ClaimAnswer answer && ClaimJudge.isShown(claim, answer);
  }

  @Test
  void whoHasDroppedAShardCannotClaimIt() throws Exception {
    List<ShardName> dropped = List.of(names.get(0), names.get(7), names.get(13));
    for (ShardName name : dropped) {
      drop(name);
    }
    for (ShardName name : dropped) {
      var answer = assertInstanceOf(Reply.ClaimAnswer.class, asked(claim(name)));
      assertTrue(answer.dropped().isPresent());
      assertTrue(ClaimJudge.isShown(claim(name), answer), "of " + names.indexOf(name));
    }
    holder.restart();
    for (ShardName name : dropped) {
      assertTrue(isRefuted(name), "after a restart");
    }
    for (ShardName name : names) {
      assertTrue(isRefuted(name), "what is there is shown");
    }
  }

  @Test
  void whatWasLostIsNotTakenForDropped() throws Exception {
    drop(names.get(3));
    ShardName lost = names.get(5);
    Files.delete(holder.file(owner.id(), lost));
    assertFalse(isRefuted(lost));
    assertTrue(isRefuted(names.get(3)));
  }

  @Test
  void anOldKeepSetSaysNothingOfWhatWasPutAgain() throws Exception {
    ShardName name = names.get(6);
    drop(name);
    DropProof proof = ((Reply.ClaimAnswer) asked(claim(name))).dropped().orElseThrow();
    PutAck before = PutAck.of(acks.get(name));
    assertTrue(proof.holds(before));
    PutAck after =
        new PutAck(
            before.owner(),
            before.holder(),
            name,
            before.sealedLength(),
            before.merkleRoot(),
            before.generation(),
            proof.keepSet().fields().count("count"),
            before.chain(),
            before.time());
    assertFalse(proof.holds(after), "it came after the keep-set");
    for (ShardName other : names) {
      assertEquals(other.equals(name), proof.holds(PutAck.of(acks.get(other))), "another's place");
    }
    for (long index = -1; index <= 15; index++) {
      var moved = new DropProof(proof.keepSet(), index, proof.beside());
      assertEquals(index == proof.index(), moved.holds(before), "at " + index);
    }
    for (int i = 0; i < 2; i++) {
      var less = new DropProof(proof.keepSet(), proof.index(), List.of(proof.beside().get(i)));
      assertFalse(less.holds(before));
    }
  }

  @Test
  void everyNameHasItsPlaceInTheTree() throws Exception {
    for (int count = 0; count <= names.size(); count++) {
      for (int at = 0; at < count; at++) {
        var tree = new NamesDigest(at);
        names.subList(0, count).forEach(tree::add);
        Digest root = tree.digest();
        byte[] leaf = names.get(at).toBytes();
        assertEquals(names.get(at), tree.found());
        assertTrue(
            MerkleTree.verify(root, new MerkleTree.Proof(count, at, leaf, tree.path())),
            at + " of " + count);
        assertFalse(
            MerkleTree.verify(root, new MerkleTree.Proof(count, at ^ 1, leaf, tree.path())));
      }
    }
  }
}
