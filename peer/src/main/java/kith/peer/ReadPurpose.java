package kith.peer;

import kith.codec.CorruptDataException;
import kith.codec.OwnerId;

/** Why blocks are asked for: the class, and what it must name. Immutable. */
public sealed interface ReadPurpose {
  /** What is asked for without more. */
  ReadPurpose COURTESY = new Courtesy();

  ReadClass kind();

  /** Because it is not here. */
  record Courtesy() implements ReadPurpose {
    @Override
    public ReadClass kind() {
      return ReadClass.COURTESY;
    }
  }

  /**
   * To make shards again.
   *
   * @param lost the partner who had them
   */
  record Repair(OwnerId lost) implements ReadPurpose {
    @Override
    public ReadClass kind() {
      return ReadClass.REPAIR;
    }
  }

  /**
   * To have everything back.
   *
   * @param declaration as it was accepted by the holder who is asked
   */
  record Restore(RestoreId declaration) implements ReadPurpose {
    @Override
    public ReadClass kind() {
      return ReadClass.RESTORE;
    }
  }

  /** Adds the fields; none for a courtesy. */
  static void write(ReadPurpose purpose, FieldWriter out) {
    if (purpose instanceof Repair repair) {
      out.number("class", ReadClass.REPAIR.tag()).bytes("lost", repair.lost);
    } else if (purpose instanceof Restore restore) {
      out.number("class", ReadClass.RESTORE.tag()).bytes("restore", restore.declaration);
    }
  }

  static ReadPurpose read(Fields in) throws CorruptDataException {
    if (!in.has("class")) {
      return COURTESY;
    }
    return switch (ReadClass.of(in.integer("class", 0, 255))) {
      case COURTESY -> COURTESY;
      case REPAIR -> new Repair(in.owner("lost"));
      case RESTORE -> new Restore(new RestoreId(in.exactly("restore", RestoreId.SIZE)));
      case AUDIT -> throw new CorruptDataException("audits have messages of their own");
    };
  }
}
