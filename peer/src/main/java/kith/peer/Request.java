package kith.peer;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import kith.codec.Digest;
import kith.codec.OwnerId;
import kith.codec.ShardName;

/** What one side of a link asks the other. Either side may ask. */
public non-sealed interface Request extends Message {
  /** Requests with the same lane are handled one after the other; -1 for those that needn't. */
  default int lane() {
    return -1;
  }

  /**
   * The first request on a link, from whoever opened it.
   *
   * @param addresses where the sender can be reached, {@code host:port}
   */
  record Hello(int protocol, String software, Instant now, List<String> addresses)
      implements Request {
    @Override
    public MessageKind kind() {
      return MessageKind.HELLO;
    }
  }

  /** Is anybody there? */
  record Ping(long nonce) implements Request {
    @Override
    public MessageKind kind() {
      return MessageKind.PING;
    }
  }

  /**
   * Announces a shard. Answered by {@link Reply.PutOpened}; the blocks may follow at once.
   *
   * @param descriptor sealed by the owner, opaque to the holder
   * @param sealedLength bytes that will come
   */
  record PutOpen(ShardName shard, byte[] descriptor, long sealedLength, Digest merkleRoot)
      implements Request {
    @Override
    public MessageKind kind() {
      return MessageKind.PUT_OPEN;
    }

    @Override
    public int lane() {
      return shard.hashCode() & Integer.MAX_VALUE;
    }
  }

  /**
   * The next bytes of an announced shard, in order and without gaps.
   *
   * @param offset in the sealed shard
   * @param payload 1 to {@link Protocol#PUT_BYTES} bytes
   */
  record PutBlocks(ShardName shard, long offset, ByteBuffer payload) implements Request {
    @Override
    public MessageKind kind() {
      return MessageKind.PUT_BLOCKS;
    }

    @Override
    public int lane() {
      return shard.hashCode() & Integer.MAX_VALUE;
    }
  }

  /** All bytes of the shard were sent: make it durable. Answered by {@link Reply.PutDone}. */
  record PutCommit(ShardName shard, Digest merkleRoot) implements Request {
    @Override
    public MessageKind kind() {
      return MessageKind.PUT_COMMIT;
    }

    @Override
    public int lane() {
      return shard.hashCode() & Integer.MAX_VALUE;
    }
  }

  /** The announced shard will not be finished. */
  record PutAbort(ShardName shard) implements Request {
    @Override
    public MessageKind kind() {
      return MessageKind.PUT_ABORT;
    }

    @Override
    public int lane() {
      return shard.hashCode() & Integer.MAX_VALUE;
    }
  }

  /** Sealed blocks {@code first} to {@code first + count - 1} of a shard. */
  record Get(ShardName shard, int first, int count, ReadPurpose purpose) implements Request {
    /** As a courtesy. */
    public Get(ShardName shard, int first, int count) {
      this(shard, first, count, ReadPurpose.COURTESY);
    }

    @Override
    public MessageKind kind() {
      return MessageKind.GET;
    }
  }

  /**
   * What is held for the asker.
   *
   * @param after continue behind this shard; null from the beginning
   */
  record ListShards(ShardName after, int limit) implements Request {
    @Override
    public MessageKind kind() {
      return MessageKind.LIST_SHARDS;
    }
  }

  /**
   * Keep this head.
   *
   * @param payload a {@link HeadRecord}
   */
  record HeadPut(ByteBuffer payload) implements Request {
    @Override
    public MessageKind kind() {
      return MessageKind.HEAD_PUT;
    }
  }

  /** The asker's head; {@code back} 0 for the newest, 1 for the one before. */
  record HeadGet(int back) implements Request {
    @Override
    public MessageKind kind() {
      return MessageKind.HEAD_GET;
    }
  }

  /** Sign this ledger position too. */
  record CheckpointPropose(SignedRecord checkpoint) implements Request {
    @Override
    public MessageKind kind() {
      return MessageKind.CHECKPOINT_PROPOSE;
    }
  }

  /**
   * Entries of the asker's ledger at the holder, from sequence number {@code from}, counted from 0.
   */
  record LedgerGet(long from, int limit) implements Request {
    @Override
    public MessageKind kind() {
      return MessageKind.LEDGER_GET;
    }
  }

  /**
   * On what terms does this invitation invite?
   *
   * @param invitation 16 bytes
   * @param proof 32 bytes that only whoever has the code can make
   */
  record InviteQuery(byte[] invitation, byte[] proof) implements Request {
    @Override
    public MessageKind kind() {
      return MessageKind.INVITE_QUERY;
    }
  }

  /** Countersign this agreement, which follows the invitation's terms. */
  record AgreementOffer(
      byte[] invitation, byte[] proof, SignedRecord agreement, List<String> addresses)
      implements Request {
    @Override
    public MessageKind kind() {
      return MessageKind.AGREEMENT_OFFER;
    }
  }

  /** The agreement of that id between the two, if there is one. */
  record AgreementGet(AgreementId id) implements Request {
    @Override
    public MessageKind kind() {
      return MessageKind.AGREEMENT_GET;
    }
  }

  /**
   * Have we one code? Goes to the inviter himself.
   *
   * @param number of the invitation in words
   * @param session 16 bytes that the asker chose for this meeting
   * @param step 1 or 3
   * @param letter a {@link MeetingLetter}
   */
  record Meet(int number, byte[] session, int step, byte[] letter) implements Request {
    @Override
    public MessageKind kind() {
      return MessageKind.MEET;
    }
  }

  /** Take letters for me under this number; the same again prolongs it. */
  record MailboxOpen(int number, Instant expires) implements Request {
    @Override
    public MessageKind kind() {
      return MessageKind.MAILBOX_OPEN;
    }
  }

  /**
   * Keep this letter until the other side of the meeting asks for it.
   *
   * @param step 1 and 3 from whoever has the code, 2 and 4 from whoever opened the mailbox
   */
  record MailboxPost(int number, byte[] session, int step, byte[] letter) implements Request {
    @Override
    public MessageKind kind() {
      return MessageKind.MAILBOX_POST;
    }
  }

  /** Which letters are for the asker, and not answered yet? */
  record MailboxFetch(int number) implements Request {
    @Override
    public MessageKind kind() {
      return MessageKind.MAILBOX_FETCH;
    }
  }

  /**
   * Know this node's record, which is the sender's own.
   *
   * @param record a {@link NodeRecord}
   */
  record RecordPublish(SignedRecord record) implements Request {
    @Override
    public MessageKind kind() {
      return MessageKind.RECORD_PUBLISH;
    }
  }

  /** Which nodes do you know? Answered by {@link Reply.Records}. */
  record RecordsGet(RecordsQuery query) implements Request {
    @Override
    public MessageKind kind() {
      return MessageKind.RECORDS_GET;
    }
  }

  /**
   * Send so many bytes without sense, so that the asker sees how fast they come.
   *
   * @param length 1 to {@link Protocol#PROBE_BYTES}
   */
  record Probe(int length) implements Request {
    @Override
    public MessageKind kind() {
      return MessageKind.PROBE;
    }
  }

  /** Requests of a negotiation are handled in the order in which they were sent. */
  int NEGOTIATION_LANE = 0x6b697468;

  /**
   * What would you offer and want?
   *
   * @param offered bytes that the asker would keep
   * @param wanted bytes that he wants kept
   */
  record TermsQuery(long offered, long wanted) implements Request {
    @Override
    public MessageKind kind() {
      return MessageKind.TERMS_QUERY;
    }
  }

  /**
   * Countersign this agreement, which its sender has signed: a first one or an amendment. The same
   * again is answered as before.
   */
  record Propose(SignedRecord agreement, List<String> addresses) implements Request {
    @Override
    public MessageKind kind() {
      return MessageKind.PROPOSE;
    }

    @Override
    public int lane() {
      return NEGOTIATION_LANE;
    }
  }

  /** This is what we both have signed. */
  record AgreementTell(SignedRecord agreement, List<String> addresses) implements Request {
    @Override
    public MessageKind kind() {
      return MessageKind.AGREEMENT_TELL;
    }

    @Override
    public int lane() {
      return NEGOTIATION_LANE;
    }
  }

  /** An offer of the receiver's that was held for a person is not agreed to. */
  record OfferDecline(AgreementId id, long generation, DeclineReason reason, String message)
      implements Request {
    @Override
    public MessageKind kind() {
      return MessageKind.OFFER_DECLINE;
    }

    @Override
    public int lane() {
      return NEGOTIATION_LANE;
    }
  }

  /**
   * The partnership ends, or goes on after all.
   *
   * @param notice a {@link LeaveNotice} that its sender holds to
   */
  record LeaveTell(SignedRecord notice) implements Request {
    @Override
    public MessageKind kind() {
      return MessageKind.LEAVE_TELL;
    }

    @Override
    public int lane() {
      return NEGOTIATION_LANE;
    }
  }

  /** How far is the end of the partnership by this agreement? */
  record LeaveGet(AgreementId id) implements Request {
    @Override
    public MessageKind kind() {
      return MessageKind.LEAVE_GET;
    }

    @Override
    public int lane() {
      return NEGOTIATION_LANE;
    }
  }

  /**
   * Nothing that the receiver keeps for the sender is needed any more.
   *
   * @param release a {@link Release}
   */
  record ReleaseTell(SignedRecord release) implements Request {
    @Override
    public MessageKind kind() {
      return MessageKind.RELEASE_TELL;
    }

    @Override
    public int lane() {
      return NEGOTIATION_LANE;
    }
  }

  /** Requests about what is dropped are handled in the order in which they were sent. */
  int KEEP_SET_LANE = 0x6b656570;

  /** So are those about who speaks for an owner. */
  int TAKEOVER_LANE = 0x74616b65;

  /** Carry what goes between me and that node, sealed, for we cannot reach each other. */
  record RelayOpen(OwnerId other) implements Request {
    @Override
    public MessageKind kind() {
      return MessageKind.RELAY_OPEN;
    }
  }

  /**
   * That node wants to talk with you through me: come and join, over a connection of its own.
   *
   * @param ticket 16 bytes, of both sides
   */
  record RelayCall(byte[] ticket, OwnerId other) implements Request {
    @Override
    public MessageKind kind() {
      return MessageKind.RELAY_CALL;
    }
  }

  /** From here on this connection is one side of that circuit. The only request on it. */
  record RelayJoin(byte[] ticket) implements Request {
    @Override
    public MessageKind kind() {
      return MessageKind.RELAY_JOIN;
    }
  }

  /** Call me on this link if somebody wants to talk with me. For brokers. */
  record RelayWait() implements Request {
    @Override
    public MessageKind kind() {
      return MessageKind.RELAY_WAIT;
    }
  }

  /** Let us begin an audit: answered by {@link Reply.AuditOpened}. Uses one of the day up. */
  record AuditOpen(AuditRound.Asked asked) implements Request {
    @Override
    public MessageKind kind() {
      return MessageKind.AUDIT_OPEN;
    }
  }

  /**
   * This is my part of the draw, which now says which blocks: prove that you have them. May be
   * asked again until it is answered.
   *
   * @param round as the receiver has signed it
   * @param method that of the round, or the block itself
   * @param challenge as long as the method says
   */
  record AuditReveal(SignedRecord round, AuditNonce part, AuditMethod method, byte[] challenge)
      implements Request {
    @Override
    public MessageKind kind() {
      return MessageKind.AUDIT_REVEAL;
    }
  }

  /**
   * A restore is declared: everything is read back.
   *
   * @param declaration a {@link RestoreDeclaration}; empty to ask only what was declared
   */
  record RestoreDeclare(Optional<SignedRecord> declaration) implements Request {
    @Override
    public MessageKind kind() {
      return MessageKind.RESTORE_DECLARE;
    }
  }
}
