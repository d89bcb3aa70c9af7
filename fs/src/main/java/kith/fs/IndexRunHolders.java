package kith.fs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kith.codec.CodeParameters;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;
import kith.codec.PackId;
import kith.codec.PackKind;

/**
 * Numbers holders from 1 in the order in which they are first named, so that a placement needs two
 * bytes for each. 0 stands for none. For one thread while it grows, for many afterwards.
 */
final class IndexRunHolders {
  static final int MAX = 65_535;

  private final List<OwnerId> owners = new ArrayList<>();
  private final Map<OwnerId, Integer> numbers = new HashMap<>();

  /** All of them; number 1 first. */
  List<OwnerId> owners() {
    return owners;
  }

  int number(OwnerId owner) {
    return numbers.computeIfAbsent(
        owner,
        added -> {
          if (owners.size() == MAX) {
            throw new IllegalStateException("more than " + MAX + " holders");
          }
          owners.add(added);
          return owners.size();
        });
  }

  /** Kind u8, code id, m, k u8 each, length of the pack u32, then n numbers u16. */
  PageOutput write(PackPlacement placement, PageOutput out) {
    CodeParameters code = placement.code();
    out.u8(placement.kind().tag()).u8(code.codeId()).u8(code.m()).u8(code.k());
    out.u32(placement.packLength());
    placement.holders().forEach(holder -> out.u16(holder.map(this::number).orElse(0)));
    return out;
  }

  PackPlacement read(PackId pack, PageInput in) throws CorruptDataException {
    PackKind kind = PackKind.of(in.u8());
    CodeParameters code = code(in);
    int length = in.count32(Integer.MAX_VALUE);
    List<Optional<OwnerId>> holders = new ArrayList<>();
    for (int i = 0; i < code.n(); i++) {
      holders.add(owner(in));
    }
    return new PackPlacement(pack, kind, length, code, holders);
  }

  static CodeParameters code(PageInput in) throws CorruptDataException {
    int id = in.u8();
    int m = in.u8();
    int k = in.u8();
    try {
      return new CodeParameters(id, m, k);
    } catch (IllegalArgumentException e) {
      throw in.corrupt(e.getMessage());
    }
  }

  private Optional<OwnerId> owner(PageInput in) throws CorruptDataException {
    int number = in.u16();
    if (number > owners.size()) {
      throw in.corrupt("holder " + number + " of " + owners.size());
    }
    return number == 0 ? Optional.empty() : Optional.of(owners.get(number - 1));
  }
}
