package kith.peer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;
import kith.index.Rows;
import kith.index.Table;
import kith.index.Update;
import kith.peer.conduct.Testimonies;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest receipt of each owner about each of his holders, and the newest claim, as far as this
 * node has heard of them: in memory and as rows of META. Bounded in all and for each owner, so that
 * nobody who makes up owners or partners drowns the others; what is old goes first. Format of a
 * row, named {@code receipt} or {@code claim} and both ids: version u8, and of a claim finding u8,
 * attempts u8, next attempt i64 in ms since 1970; then the signed record. Safe for any number of
 * threads.
 */
public final class ReceiptBook {
  private static final Logger LOG = LoggerFactory.getLogger(ReceiptBook.class);

  /** Pairs that are remembered, of each kind. */
  static final int MOST = 4096;

  /** Holders of one owner that are. */
  static final int MOST_OF_ONE = 64;

  private static final byte VERSION = 1;
  private static final byte[] RECEIPT = "receipt".getBytes(StandardCharsets.UTF_8);
  private static final byte[] CLAIM = "claim".getBytes(StandardCharsets.UTF_8);
  private static final int CLAIM_HEADER = 3 + Long.BYTES;

  private final Rows rows;
  private final InstantSource clock;
  private final NavigableMap<OwnerPair, Kept> receipts = new TreeMap<>();
  private final NavigableMap<OwnerPair, Accused> claims = new TreeMap<>();

  /** A receipt as it came. */
  record Kept(Receipt receipt, SignedRecord record) {}

  /** What this node found out itself about a claim. */
  enum Finding {
    /** Nothing yet. */
    OPEN(0),
    /** The holder has shown the block, or need not have it. */
    REFUTED(1),
    /** It has not. */
    CONFIRMED(2);

    private final int tag;

    Finding(int tag) {
      this.tag = tag;
    }
  }

  /**
   * A claim as it came.
   *
   * @param attempts how often the holder was asked in vain
   * @param next when it is asked again, if nothing was found yet
   */
  record Accused(Claim claim, SignedRecord record, Finding finding, int attempts, Instant next) {
    private byte[] toRow() {
      byte[] bytes = record.toBytes();
      return ByteBuffer.allocate(CLAIM_HEADER + bytes.length)
          .put(VERSION)
          .put((byte) finding.tag)
          .put((byte) attempts)
          .putLong(next.toEpochMilli())
          .put(bytes)
          .array();
    }

    private static Accused ofRow(byte[] row) throws CorruptDataException {
      if (row.length < CLAIM_HEADER || row[0] != VERSION || row[1] < 0 || row[1] > 2) {
        throw new CorruptDataException("a row of a claim is not understood");
      }
      byte[] bytes = Arrays.copyOfRange(row, CLAIM_HEADER, row.length);
      SignedRecord record = SignedRecord.parse(bytes, RecordKind.CLAIM);
      Finding finding =
          row[1] == 0 ? Finding.OPEN : row[1] == 1 ? Finding.REFUTED : Finding.CONFIRMED;
      Instant next = Instant.ofEpochMilli(ByteBuffer.wrap(row).getLong(3));
      return new Accused(Claim.of(record), record, finding, row[2] & 0xff, next);
    }
  }

  /** Reads the rows; damaged ones are forgotten. */
  public ReceiptBook(Rows rows, InstantSource clock) throws IOException {
    this.rows = rows;
    this.clock = clock;
    read(RECEIPT, this::readReceipt);
    read(CLAIM, (pair, row) -> claims.put(pair, Accused.ofRow(row)));
  }

  /** Takes a row into memory. */
  private interface Reader {
    void read(OwnerPair pair, byte[] row) throws CorruptDataException;
  }

  private void readReceipt(OwnerPair pair, byte[] row) throws CorruptDataException {
    if (row.length < 1 || row[0] != VERSION) {
      throw new CorruptDataException("a row of a receipt is not understood");
    }
    SignedRecord record =
        SignedRecord.parse(Arrays.copyOfRange(row, 1, row.length), RecordKind.RECEIPT);
    receipts.put(pair, new Kept(Receipt.ofBoth(record), record));
  }

  private void read(byte[] name, Reader reader) throws IOException {
    var gone = new Update();
    rows.scan(
        Table.META,
        name,
        null,
        (key, row) -> {
          boolean ours =
              key.length == name.length + 2 * OwnerId.SIZE
                  && Arrays.equals(key, 0, name.length, name, 0, name.length);
          if (ours) {
            try {
              reader.read(pair(key, name.length), row);
            } catch (CorruptDataException e) {
              LOG.info("a row of what partners signed is forgotten: {}", e.getMessage());
              gone.delete(Table.META, key);
            }
          }
          return ours;
        });
    rows.apply(gone);
  }

  private static OwnerPair pair(byte[] key, int at) {
    int middle = at + OwnerId.SIZE;
    return new OwnerPair(
        new OwnerId(Arrays.copyOfRange(key, at, middle)),
        new OwnerId(Arrays.copyOfRange(key, middle, key.length)));
  }

  private static byte[] key(byte[] name, OwnerPair pair) {
    byte[] key = Arrays.copyOf(name, name.length + 2 * OwnerId.SIZE);
    pair.owner().copyTo(key, name.length);
    pair.holder().copyTo(key, name.length + OwnerId.SIZE);
    return key;
  }

  /**
   * Takes a receipt if it is news: newer than the one that is here, and not of long ago.
   *
   * @return whether it was
   * @throws CorruptDataException if it is damaged or not signed by both
   */
  public synchronized boolean take(SignedRecord record) throws IOException, CorruptDataException {
    Receipt receipt = Receipt.of(record);
    var pair = new OwnerPair(receipt.owner(), receipt.holder());
    Kept before = receipts.get(pair);
    boolean known = before != null && !receipt.to().isAfter(before.receipt.to());
    if (known || !isRecent(receipt.to())) {
      return false;
    }
    Receipt.ofBoth(record);
    var update = new Update();
    receipts.put(pair, new Kept(receipt, record));
    byte[] bytes = record.toBytes();
    update.put(
        Table.META,
        key(RECEIPT, pair),
        ByteBuffer.allocate(1 + bytes.length).put(VERSION).put(bytes).array());
    bound(receipts, pair, Comparator.comparing(kept -> kept.receipt.to()))
        .ifPresent(gone -> update.delete(Table.META, key(RECEIPT, gone)));
    rows.apply(update);
    return receipts.containsKey(pair);
  }

  /** As {@link #take}, of a claim; it stands for nothing before it was looked into. */
  public synchronized boolean accuse(SignedRecord record) throws IOException, CorruptDataException {
    Claim claim = Claim.of(record);
    var pair = new OwnerPair(claim.owner(), claim.holder());
    Accused before = claims.get(pair);
    boolean old = claim.time().plus(Claim.VALID).isBefore(clock.instant());
    boolean known = before != null && !claim.time().isAfter(before.claim.time());
    if (known || old || isFuture(claim)) {
      return false;
    }
    return put(new Accused(claim, record, Finding.OPEN, 0, clock.instant()));
  }

  private boolean isFuture(Claim claim) {
    return claim.time().isAfter(clock.instant().plus(Credential.CLOCK_SLACK));
  }

  private boolean isRecent(Instant time) {
    Instant now = clock.instant();
    return !time.plus(Testimonies.VALID).isBefore(now)
        && !time.isAfter(now.plus(Credential.CLOCK_SLACK));
  }

  private boolean put(Accused accused) throws IOException {
    var pair = new OwnerPair(accused.claim.owner(), accused.claim.holder());
    var update = new Update().put(Table.META, key(CLAIM, pair), accused.toRow());
    claims.put(pair, accused);
    bound(claims, pair, Comparator.comparing(one -> one.claim.time()))
        .ifPresent(gone -> update.delete(Table.META, key(CLAIM, gone)));
    rows.apply(update);
    return claims.containsKey(pair);
  }

  /** Takes the oldest out if there are too many, of the owner or in all; says which. */
  private static <V> Optional<OwnerPair> bound(
      NavigableMap<OwnerPair, V> all, OwnerPair last, Comparator<V> age) {
    Map<OwnerPair, V> ofOne = of(all, last.owner());
    Map<OwnerPair, V> from =
        ofOne.size() > MOST_OF_ONE ? ofOne : all.size() > MOST ? all : Map.of();
    Optional<OwnerPair> oldest =
        from.entrySet().stream().min(Map.Entry.comparingByValue(age)).map(Map.Entry::getKey);
    oldest.ifPresent(all::remove);
    return oldest;
  }

  private static <V> Map<OwnerPair, V> of(NavigableMap<OwnerPair, V> all, OwnerId owner) {
    byte[] most = new byte[OwnerId.SIZE];
    Arrays.fill(most, (byte) 0xff);
    OwnerId first = new OwnerId(new byte[OwnerId.SIZE]);
    return all.subMap(
        new OwnerPair(owner, first), true, new OwnerPair(owner, new OwnerId(most)), true);
  }

  /** Notes what came of looking into a claim. */
  synchronized void found(Accused before, Finding finding, Instant next) throws IOException {
    put(new Accused(before.claim, before.record, finding, before.attempts + 1, next));
  }

  /** A claim that is to be looked into now. */
  synchronized Optional<Accused> due() {
    Instant now = clock.instant();
    return claims.values().stream()
        .filter(one -> one.finding == Finding.OPEN && !now.isBefore(one.next))
        .findFirst();
  }

  /** What is known about a holder: receipts. */
  synchronized List<Receipt> receipts(OwnerId holder) {
    return receipts.values().stream()
        .map(Kept::receipt)
        .filter(receipt -> receipt.holder().equals(holder))
        .toList();
  }

  /** What is known about a holder: claims that this node has found to be right. */
  synchronized List<Claim> confirmed(OwnerId holder) {
    return claims.values().stream()
        .filter(one -> one.finding == Finding.CONFIRMED)
        .map(Accused::claim)
        .filter(claim -> claim.holder().equals(holder))
        .toList();
  }

  /** A page of what is known, for others. */
  synchronized Reply.Receipts page(Request.ReceiptsGet get) {
    List<byte[]> someReceipts = new ArrayList<>();
    List<byte[]> someClaims = new ArrayList<>();
    var pairs = new TreeMap<OwnerPair, Boolean>();
    receipts.keySet().forEach(pair -> pairs.put(pair, true));
    claims.keySet().forEach(pair -> pairs.put(pair, true));
    Map<OwnerPair, Boolean> after =
        get.after().isPresent() ? pairs.tailMap(get.after().get(), false) : pairs;
    int count = 0;
    for (OwnerPair pair : after.keySet()) {
      if (get.about().isPresent() && !get.about().get().equals(pair.holder())) {
        continue;
      }
      if (count++ == Protocol.MAX_RECEIPTS) {
        return new Reply.Receipts(someReceipts, someClaims, true);
      }
      Optional.ofNullable(receipts.get(pair))
          .ifPresent(kept -> someReceipts.add(kept.record.toBytes()));
      Optional.ofNullable(claims.get(pair))
          .ifPresent(accused -> someClaims.add(accused.record.toBytes()));
    }
    return new Reply.Receipts(someReceipts, someClaims, false);
  }
}
