package kith.peer;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import kith.codec.Digest;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.NotYetException;
import kith.codec.ShardName;
import kith.peer.conduct.EstateTerm;

/** What the other side answers. */
public sealed interface Reply extends Message {
  /** It is done, and there is nothing more to say. */
  record Done() implements Reply {
    @Override
    public MessageKind kind() {
      return MessageKind.DONE;
    }
  }

  /** The link is welcome. */
  record Welcome(int protocol, String software, Instant now, List<String> addresses)
      implements Reply {
    @Override
    public MessageKind kind() {
      return MessageKind.WELCOME;
    }
  }

  /** Yes. */
  record Pong(long nonce) implements Reply {
    @Override
    public MessageKind kind() {
      return MessageKind.PONG;
    }
  }

  /**
   * The shard may be sent, unless it is here already.
   *
   * @param ack of the same shard, when it was put before
   */
  record PutOpened(Optional<SignedRecord> ack) implements Reply {
    @Override
    public MessageKind kind() {
      return MessageKind.PUT_OPENED;
    }
  }

  /** The shard is durable. */
  record PutDone(SignedRecord ack) implements Reply {
    @Override
    public MessageKind kind() {
      return MessageKind.PUT_DONE;
    }
  }

  /** As many bytes as were asked for. */
  record Probed(ByteBuffer payload) implements Reply {
    @Override
    public MessageKind kind() {
      return MessageKind.PROBED;
    }
  }

  /**
   * Sealed blocks, one behind the other.
   *
   * @param foundInTrash whether the shard was dropped before
   * @param ack of the put by which it is kept again, then; empty if it could not be taken out
   */
  record Blocks(ByteBuffer payload, boolean foundInTrash, Optional<SignedRecord> ack)
      implements Reply {
    public Blocks(ByteBuffer payload) {
      this(payload, false, Optional.empty());
    }

    @Override
    public MessageKind kind() {
      return MessageKind.BLOCKS;
    }
  }

  /** Which machines speak for whoever asked. */
  record TakeoverTold(TakeoverState state) implements Reply {
    @Override
    public MessageKind kind() {
      return MessageKind.TAKEOVER_TOLD;
    }
  }

  /** What came of a keep-set, and how it stands. */
  record KeepSetTold(KeepSetState state) implements Reply {
    @Override
    public MessageKind kind() {
      return MessageKind.KEEP_SET_TOLD;
    }
  }

  /**
   * A shard that is held.
   *
   * @param sequence of its entry in the ledger
   */
  record Listed(
      ShardName shard, byte[] descriptor, long sealedLength, Digest merkleRoot, long sequence) {}

  /**
   * A part of a listing.
   *
   * @param more whether there are shards behind the last
   */
  record Shards(List<Listed> shards, boolean more) implements Reply {
    @Override
    public MessageKind kind() {
      return MessageKind.SHARDS;
    }

    @Override
    public ByteBuffer payload() {
      return ShardListing.write(shards);
    }
  }

  /** The head is durable. */
  record HeadDone(SignedRecord ack) implements Reply {
    @Override
    public MessageKind kind() {
      return MessageKind.HEAD_DONE;
    }
  }

  /**
   * A head.
   *
   * @param kept how many heads there are
   * @param payload a {@link HeadRecord}; empty when there is none so far back
   */
  record HeadFound(int kept, ByteBuffer payload) implements Reply {
    @Override
    public MessageKind kind() {
      return MessageKind.HEAD_FOUND;
    }
  }

  /** The checkpoint with both signatures. */
  record Checkpointed(SignedRecord checkpoint) implements Reply {
    @Override
    public MessageKind kind() {
      return MessageKind.CHECKPOINTED;
    }
  }

  /**
   * Where the ledger stands, and entries of it.
   *
   * @param payload entries in their stored form, one behind the other
   */
  record LedgerPart(long generation, long count, Digest digest, ByteBuffer payload)
      implements Reply {
    @Override
    public MessageKind kind() {
      return MessageKind.LEDGER_PART;
    }
  }

  /**
   * What an invitation offers.
   *
   * @param inviter his side of the agreement
   * @param spaceWanted bytes that he wants kept in return
   * @param agreed the agreement that the asker made by this invitation before
   */
  record Invited(
      AgreementSide inviter, long spaceWanted, AgreementTerms terms, Optional<SignedRecord> agreed)
      implements Reply {
    @Override
    public MessageKind kind() {
      return MessageKind.INVITED;
    }
  }

  /** The agreement with both signatures, and where its sender can be reached. */
  record Agreed(SignedRecord agreement, List<String> addresses) implements Reply {
    @Override
    public MessageKind kind() {
      return MessageKind.AGREED;
    }
  }

  /**
   * It was not done.
   *
   * @param retryAfter when asking again makes sense; zero if that is not known
   */
  record Failure(FailureKind reason, String message, Duration retryAfter) implements Reply {
    @Override
    public MessageKind kind() {
      return MessageKind.FAILURE;
    }

    /** The exception that tells the asker's caller the same. */
    KithException exception(String text) {
      return switch (reason) {
        case NOT_YET -> new NotYetException(text, retryAfter);
        case NOT_PERMITTED -> new NotPermittedException(text, true);
        default -> reason.exception(text);
      };
    }
  }

  /** The inviter's next letter. */
  record Met(byte[] letter) implements Reply {
    @Override
    public MessageKind kind() {
      return MessageKind.MET;
    }
  }

  /** A letter in a mailbox. */
  record Letter(byte[] session, int step, byte[] letter) {}

  /** Letters for whoever asked. */
  record MailboxFound(List<Letter> letters) implements Reply {
    @Override
    public MessageKind kind() {
      return MessageKind.MAILBOX_FOUND;
    }
  }

  /**
   * Records of nodes, in the order of their owner ids.
   *
   * @param records each a {@link NodeRecord}, not checked yet
   * @param more whether there may be others behind the last
   */
  record Records(List<byte[]> records, boolean more) implements Reply {
    @Override
    public MessageKind kind() {
      return MessageKind.RECORDS;
    }
  }

  /**
   * What the sender would agree to.
   *
   * @param side his, with the most space that he keeps for one partner
   * @param wanted bytes that he wants kept at least
   * @param terms that he would begin with
   */
  record TermsTold(AgreementSide side, long wanted, AgreementTerms terms) implements Reply {
    @Override
    public MessageKind kind() {
      return MessageKind.TERMS_TOLD;
    }
  }

  /** Not so, but so: the asker may propose that. */
  record OfferCountered(AgreementDraft draft, String message) implements Reply {
    @Override
    public MessageKind kind() {
      return MessageKind.OFFER_COUNTERED;
    }
  }

  /** A person decides. */
  record OfferHeld(String message) implements Reply {
    @Override
    public MessageKind kind() {
      return MessageKind.OFFER_HELD;
    }
  }

  /** No. */
  record OfferDeclined(DeclineReason reason, String message) implements Reply {
    @Override
    public MessageKind kind() {
      return MessageKind.OFFER_DECLINED;
    }
  }

  /**
   * How far the end of a partnership is, as the sender knows it.
   *
   * @param notice the one that holds; empty if there never was one
   * @param theirs the release of whoever asked
   * @param ours the release of the sender
   */
  record LeaveState(
      Optional<SignedRecord> notice, Optional<SignedRecord> theirs, Optional<SignedRecord> ours)
      implements Reply {
    @Override
    public MessageKind kind() {
      return MessageKind.LEAVE_STATE;
    }
  }

  /** The other was called: join with this. */
  record RelayOpened(byte[] ticket) implements Reply {
    @Override
    public MessageKind kind() {
      return MessageKind.RELAY_OPENED;
    }
  }

  /** The last message on this connection: bytes of the circuit follow, after those of the asker. */
  record RelayJoined() implements Reply {
    @Override
    public MessageKind kind() {
      return MessageKind.RELAY_JOINED;
    }
  }

  /** The receipt with both signatures. */
  record ReceiptSigned(SignedRecord receipt) implements Reply {
    @Override
    public MessageKind kind() {
      return MessageKind.RECEIPT_SIGNED;
    }
  }

  /**
   * Signed by those of whom they speak, whoever passes them on.
   *
   * @param receipts of one pair each
   * @param claims of the same pairs
   * @param more whether there are further pairs
   */
  record Receipts(List<byte[]> receipts, List<byte[]> claims, boolean more) implements Reply {
    @Override
    public MessageKind kind() {
      return MessageKind.RECEIPTS;
    }
  }

  /**
   * The block that a claim is about.
   *
   * @param path its siblings in the shard's Merkle tree
   * @param freed the owner's word that he needs nothing any more, if that is why there is no block
   * @param dropped the owner's word that he does not need this shard, if that is why
   * @param payload the sealed block; empty if there is none
   */
  record ClaimAnswer(
      List<Digest> path,
      Optional<SignedRecord> freed,
      Optional<DropProof> dropped,
      ByteBuffer payload)
      implements Reply {
    @Override
    public MessageKind kind() {
      return MessageKind.CLAIM_ANSWER;
    }
  }

  /**
   * The audit may begin.
   *
   * @param round signed by the sender
   * @param lost some of the shards that the sender knows to have lost
   */
  record AuditOpened(SignedRecord round, List<ShardName> lost) implements Reply {
    @Override
    public MessageKind kind() {
      return MessageKind.AUDIT_OPENED;
    }
  }

  /**
   * The proofs of all blocks, one behind the other, unless some were lost.
   *
   * @param lost shards among those drawn that the sender admits to have lost: then there is no
   *     proof
   */
  record AuditProof(List<ShardName> lost, ByteBuffer payload) implements Reply {
    @Override
    public MessageKind kind() {
      return MessageKind.AUDIT_PROOF;
    }
  }

  /**
   * How it stands with what is kept for whoever asked.
   *
   * @param left for how long an estate is still kept
   * @param returned when he got his place back last; the beginning of 1970 for never
   */
  record Estate(EstateTerm.Phase phase, EstateTerm.Cause cause, Duration left, Instant returned) {}

  /**
   * The restores that were declared.
   *
   * @param until when the one under way ends; the beginning of 1970 if there is none
   * @param left how many more may be declared within the year
   * @param declared the newest, each a {@link RestoreDeclaration}, oldest first
   */
  record RestoreState(Instant until, int left, List<SignedRecord> declared, Estate estate)
      implements Reply {
    @Override
    public MessageKind kind() {
      return MessageKind.RESTORE_STATE;
    }
  }
}
