package kith.index;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import kith.codec.CorruptDataException;
import kith.codec.NotPermittedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The heads of one owner, a file each. The caller sees to it that one thread at a time puts. */
final class HeldHeads {
  private static final Logger log = LoggerFactory.getLogger(HeldHeads.class);

  private final HeldPlace place;

  HeldHeads(HeldPlace place) {
    this.place = place;
  }

  /** As {@link HoldingStore#putHead(kith.codec.OwnerId, HeldHead, long)}. */
  void put(HeldHead head, long epoch) throws IOException, NotPermittedException {
    if (head.record().length > HoldingStore.MAX_HEAD) {
      throw new NotPermittedException("a head of " + head.record().length + " bytes is too long");
    }
    List<String> damaged = new ArrayList<>();
    List<HeldHead> heads = whole(damaged);
    for (HeldHead there : heads) {
      if (there.equals(head)) {
        return;
      }
      if (there.compareTo(head) == 0) {
        throw new NotPermittedException("another head of this epoch and generation is kept");
      }
    }
    int full = HoldingStore.HEADS_KEPT;
    heads.removeIf(there -> (there.epoch() > epoch) != (head.epoch() > epoch));
    if (heads.size() >= full && head.compareTo(heads.get(full - 1)) < 0) {
      throw new NotPermittedException("the head is older than all that are kept");
    }
    write(head);
    for (int i = full - 1; i < heads.size(); i++) {
      place.disk().delete(place.head(heads.get(i)));
    }
    // Only now: until another one is kept, even a damaged head may be of use to somebody.
    damaged.remove(place.head(head).getFileName().toString());
    for (String name : damaged) {
      log.info("removing {}: it is damaged, and another head is kept", name);
      place.disk().delete(place.directory().resolve(name));
    }
  }

  private void write(HeldHead head) throws IOException {
    Disk disk = place.disk();
    Path target = place.head(head);
    Path unfinished = target.resolveSibling(target.getFileName() + HeldPlace.UNFINISHED);
    disk.delete(unfinished);
    try (DiskFile file = disk.create(unfinished)) {
      file.write(HeldFormat.write(place.owner(), head), 0);
      file.force();
    } catch (IOException e) {
      disk.delete(unfinished);
      throw e;
    }
    disk.rename(unfinished, target);
    disk.forceDirectory(place.directory());
  }

  /** All heads that are whole, newest first. */
  List<HeldHead> all() throws IOException {
    return whole(new ArrayList<>());
  }

  /**
   * @param damaged gets the names of the files that are not whole
   */
  private List<HeldHead> whole(List<String> damaged) throws IOException {
    List<HeldHead> heads = new ArrayList<>();
    for (String name : place.disk().list(place.directory())) {
      if (name.endsWith(HeldPlace.HEAD)) {
        try {
          heads.add(read(place.directory().resolve(name)));
        } catch (CorruptDataException e) {
          log.warn("{} is not used: {}", name, e.getMessage());
          damaged.add(name);
        }
      }
    }
    heads.sort(Collections.reverseOrder());
    return heads;
  }

  private HeldHead read(Path path) throws IOException, CorruptDataException {
    try (DiskFile file = place.disk().openRead(path)) {
      long size = Math.min(file.size(), HeldFormat.HEAD_HEADER + HoldingStore.MAX_HEAD);
      ByteBuffer bytes = ByteBuffer.allocate((int) size);
      file.read(bytes, 0);
      return HeldFormat.head(place.owner(), bytes.flip());
    }
  }
}
