package kith.fs;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import kith.chunker.ChunkerParameters;
import kith.codec.CodeParameters;
import kith.codec.CorruptDataException;
import kith.codec.DriveKeys;
import kith.codec.OwnerId;
import kith.codec.OwnerLineage;
import kith.codec.PackId;
import kith.codec.SaltedBox;

/** Heads as sealed bytes, bound to their owner. Format in docs/formats/trees.md. */
public final class HeadCodec {
  /** Bytes of the longest sealed head; fits a frame of the protocol. */
  public static final int MAX_LENGTH = 1 << 20;

  private static final int VERSION = 1;

  /** With the keys of before rekeys at its end. */
  private static final int REKEYED_VERSION = 2;

  private static final String LABEL = "head 1";
  private static final int MAX_PARTNERS = 1024;
  private static final int MAX_ADDRESSES = 16;
  private static final int MAX_TEXT = 255;
  private static final int MAX_RUNS = 1024;
  private static final int MAX_PACKS = 65_536;
  private static final int MAX_KEYS = 256;

  private HeadCodec() {}

  /**
   * Seals a head under the drive's head key.
   *
   * @throws IllegalArgumentException if it is longer than {@link #MAX_LENGTH}
   */
  public static byte[] seal(DriveKeys keys, Head head, SaltedBox box) {
    byte[] sealed =
        box.seal(keys.head(), LABEL, head.owner().toBytes(), toBytes(head, keys.former()));
    if (sealed.length > MAX_LENGTH) {
      throw new IllegalArgumentException("a head of " + sealed.length + " bytes");
    }
    return sealed;
  }

  /**
   * Opens a head.
   *
   * @throws CorruptDataException if it isn't one of this owner, or not of a known version
   */
  public static Head open(DriveKeys keys, OwnerId owner, byte[] sealed)
      throws CorruptDataException {
    return opened(keys, owner, sealed).head;
  }

  /**
   * The keys that read the drive: those that open the head, and those of before that it has.
   *
   * @throws CorruptDataException as {@link #open}
   */
  public static DriveKeys keys(DriveKeys keys, OwnerId owner, byte[] sealed)
      throws CorruptDataException {
    return keys.with(opened(keys, owner, sealed).former);
  }

  /**
   * What is sealed.
   *
   * @param former keys of before each rekey, the oldest first
   */
  private record Opened(Head head, List<DriveKeys> former) {}

  private static Opened opened(DriveKeys keys, OwnerId owner, byte[] sealed)
      throws CorruptDataException {
    if (sealed.length > MAX_LENGTH) {
      throw new CorruptDataException("a head of " + sealed.length + " bytes");
    }
    Opened opened = parse(SaltedBox.open(keys.head(), LABEL, owner.toBytes(), sealed));
    if (!opened.head.owner().equals(owner)) {
      throw new CorruptDataException("the head is of " + opened.head.owner().brief());
    }
    return opened;
  }

  static byte[] toBytes(Head head) {
    return toBytes(head, List.of());
  }

  static byte[] toBytes(Head head, List<DriveKeys> former) {
    int version = former.isEmpty() ? VERSION : REKEYED_VERSION;
    PageOutput out = new PageOutput().u8(version).raw(head.owner());
    out.u64(head.epoch()).u64(head.generation()).u64(head.time().toEpochMilli());
    parameters(head.parameters(), out);
    out.varint(head.partners().size());
    head.partners().forEach(partner -> partner(partner, out));
    out.varint(head.runs().size());
    head.runs().forEach(run -> run.writeTo(out));
    packs(head.indexPacks(), out);
    out.optional(head.snapshots()).optional(head.live());
    if (!former.isEmpty()) {
      out.varint(former.size());
      former.forEach(each -> out.sized(each.toBytes()));
    }
    return out.toBytes();
  }

  static Head ofBytes(byte[] bytes) throws CorruptDataException {
    return parse(bytes).head;
  }

  private static Opened parse(byte[] bytes) throws CorruptDataException {
    PageInput in = new PageInput(bytes, "head");
    int version = in.u8();
    if (version != VERSION && version != REKEYED_VERSION) {
      throw in.corrupt("version " + version + " is unknown");
    }
    try {
      Head head =
          new Head(
              in.owner(),
              in.count64(),
              in.count64(),
              Instant.ofEpochMilli(in.u64()),
              parameters(in),
              partners(in),
              runs(in),
              packs(in),
              in.optionalChunk(),
              in.optionalChunk());
      List<DriveKeys> former = version == VERSION ? List.of() : former(in);
      in.end();
      return new Opened(head, former);
    } catch (IllegalArgumentException e) {
      throw in.corrupt(e.getMessage());
    }
  }

  private static List<DriveKeys> former(PageInput in) throws CorruptDataException {
    int count = in.varint(OwnerLineage.MAX_REKEYS);
    List<DriveKeys> former = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      DriveKeys keys = DriveKeys.ofBytes(in.sized(MAX_KEYS));
      if (!keys.former().isEmpty()) {
        throw in.corrupt("keys of before a rekey have others with them");
      }
      former.add(keys);
    }
    return former;
  }

  private static void parameters(Head.Parameters parameters, PageOutput out) {
    CodeParameters code = parameters.code();
    ChunkerParameters chunker = parameters.chunker();
    out.u8(code.codeId()).u8(code.m()).u8(code.k()).u8(parameters.losses());
    out.u32(chunker.min()).u32(chunker.average()).u32(chunker.max());
  }

  private static Head.Parameters parameters(PageInput in) throws CorruptDataException {
    CodeParameters code = IndexRunHolders.code(in);
    int losses = in.u8();
    return new Head.Parameters(code, losses, new ChunkerParameters(in.u32(), in.u32(), in.u32()));
  }

  private static void partner(Head.Partner partner, PageOutput out) {
    out.raw(partner.id()).text(partner.name()).varint(partner.addresses().size());
    partner.addresses().forEach(out::text);
  }

  private static List<Head.Partner> partners(PageInput in) throws CorruptDataException {
    int count = in.varint(MAX_PARTNERS);
    List<Head.Partner> partners = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      OwnerId id = in.owner();
      String name = in.text(MAX_TEXT);
      int addressCount = in.varint(MAX_ADDRESSES);
      List<String> addresses = new ArrayList<>();
      for (int j = 0; j < addressCount; j++) {
        addresses.add(in.text(MAX_TEXT));
      }
      partners.add(new Head.Partner(id, addresses, name));
    }
    return partners;
  }

  private static List<IndexRun> runs(PageInput in) throws CorruptDataException {
    int count = in.varint(MAX_RUNS);
    List<IndexRun> runs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      runs.add(IndexRun.read(in));
    }
    return runs;
  }

  private static void packs(List<PackPlacement> packs, PageOutput out) {
    IndexRunHolders holders = new IndexRunHolders();
    PageOutput placements = new PageOutput();
    packs.forEach(placement -> holders.write(placement, placements.raw(placement.pack())));
    out.varint(holders.owners().size());
    holders.owners().forEach(out::raw);
    out.varint(packs.size()).raw(placements.toBytes());
  }

  private static List<PackPlacement> packs(PageInput in) throws CorruptDataException {
    IndexRunHolders holders = new IndexRunHolders();
    int holderCount = in.varint(IndexRunHolders.MAX);
    for (int i = 1; i <= holderCount; i++) {
      if (holders.number(in.owner()) != i) {
        throw in.corrupt("a holder is named twice");
      }
    }
    int count = in.varint(MAX_PACKS);
    List<PackPlacement> packs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      PackId pack = in.pack();
      packs.add(holders.read(pack, in));
    }
    return packs;
  }
}
