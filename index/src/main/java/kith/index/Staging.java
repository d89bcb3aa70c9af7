package kith.index;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import kith.codec.CorruptDataException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps written bytes in append-only segments until they are chunked. What was appended is durable
 * after the next {@link #force()}, unless {@link #isLost} says otherwise; nothing is ever
 * overwritten, and after a start a new segment is begun. Safe for any number of threads: they write
 * beside each other.
 */
public final class Staging implements Barrier, AutoCloseable {
  /** The most data in one record, in bytes. */
  public static final int MAX_RECORD = 1 << 20;

  /** Length at which the next segment is begun, in bytes. */
  static final long SEGMENT_BYTES = 64 << 20;

  private static final Logger log = LoggerFactory.getLogger(Staging.class);

  private static final String SUFFIX = ".segment";
  private static final int POOLED_BUFFERS = 8;

  private final Disk disk;
  private final Path directory;
  private final long segmentBytes;
  private final BufferPool buffers =
      new BufferPool(StagingFormat.RECORD_HEADER + MAX_RECORD, POOLED_BUFFERS);
  private final VerifiedRecords verified = new VerifiedRecords();
  private final GroupForce group = new GroupForce(this::forceAll);
  private final ReentrantLock lock = new ReentrantLock();

  /** Signalled when an append to a segment ends that takes no more of them. */
  private final Condition landed = lock.newCondition();

  /** All segments, open. */
  private final Map<Integer, Segment> segments = new ConcurrentHashMap<>();

  /** Segments that may hold something that is not durable. Guarded by the lock. */
  private final Map<Integer, Segment> unforced = new TreeMap<>();

  private Segment active;
  private int lastNumber;
  private volatile boolean anyLost;

  /** Opens the segments in a directory and cuts what a crash left half written at the end. */
  public Staging(Path directory) throws IOException {
    this(Disk.real(), directory);
  }

  public Staging(Disk disk, Path directory) throws IOException {
    this(disk, directory, SEGMENT_BYTES);
  }

  Staging(Disk disk, Path directory, long segmentBytes) throws IOException {
    this.disk = disk;
    this.directory = directory;
    this.segmentBytes = segmentBytes;
    List<String> names = disk.list(directory).stream().filter(n -> n.endsWith(SUFFIX)).toList();
    for (String name : names) {
      int number = Integer.parseInt(name.substring(0, name.length() - SUFFIX.length()));
      openSegment(number, name.equals(names.get(names.size() - 1)));
    }
  }

  private void openSegment(int number, boolean newest) throws IOException {
    Path path = path(number);
    DiskFile file = disk.open(path);
    long end = newest ? SegmentScan.cutTornTail(file) : file.size();
    lastNumber = Math.max(lastNumber, number);
    if (end <= StagingFormat.SEGMENT_HEADER) {
      file.close();
      disk.delete(path);
    } else {
      segments.put(number, new Segment(number, file, end));
    }
  }

  /**
   * Appends written bytes. They can be read at once, and are durable after {@link #force()}.
   *
   * @param inode whose bytes these are
   * @param offset where they belong in the file, in bytes
   * @param data 1 to {@link #MAX_RECORD} bytes; its position is not changed
   * @throws IOException if they cannot be written, as on a full disk; then there is no record
   */
  public StagedRecord append(long inode, long offset, ByteBuffer data) throws IOException {
    int length = data.remaining();
    if (length < 1 || length > MAX_RECORD) {
      throw new IllegalArgumentException("a record holds 1 to " + MAX_RECORD + " bytes: " + length);
    }
    ByteBuffer record = buffers.take();
    try {
      StagingFormat.record(record, inode, offset, data);
      return write(record, length);
    } finally {
      buffers.giveBack(record);
    }
  }

  private StagedRecord write(ByteBuffer record, int length) throws IOException {
    int bytes = record.remaining();
    Segment segment;
    long position;
    lock.lock();
    try {
      segment = segmentFor(bytes);
      position = segment.reserve(bytes);
    } finally {
      lock.unlock();
    }
    boolean well = false;
    try {
      segment.file.write(record, position);
      well = true;
    } finally {
      lock.lock();
      try {
        segment.ended(position, bytes, well);
        if (segment.suspect) {
          landed.signalAll();
        }
      } finally {
        lock.unlock();
      }
    }
    return new StagedRecord(segment.number, position, length);
  }

  /** Called with the lock held. */
  private Segment segmentFor(int bytes) throws IOException {
    if (active != null && active.end + bytes <= segmentBytes) {
      return active;
    }
    int number = lastNumber + 1;
    Path path = path(number);
    DiskFile file = disk.create(path);
    try {
      file.write(StagingFormat.segmentHeader(number), 0);
    } catch (IOException e) {
      file.close();
      disk.delete(path);
      throw e;
    }
    if (active != null) {
      active.sealed = true;
    }
    lastNumber = number;
    active = new Segment(number, file, StagingFormat.SEGMENT_HEADER);
    segments.put(number, active);
    unforced.put(number, active);
    return active;
  }

  /**
   * Reads bytes of a record, and verifies all of it unless that was done lately.
   *
   * @param recordLength the length of data that {@link #append} returned
   * @param skip bytes of the data to pass over
   * @param target gets what fits of the rest
   * @return how many bytes were read
   * @throws CorruptDataException if the record is not what was written
   * @throws NoSuchFileException if the segment was deleted: look at the rows again
   */
  public int read(int segment, long position, int recordLength, int skip, ByteBuffer target)
      throws IOException, CorruptDataException {
    Segment from = segments.get(segment);
    if (from == null) {
      throw new NoSuchFileException(path(segment).toString());
    }
    int count = Math.min(recordLength - skip, target.remaining());
    StagedRecord record = new StagedRecord(segment, position, recordLength);
    if (from.isLost(position)) {
      throw damaged(record, "the disk did not keep it");
    }
    try {
      if (count < recordLength && !from.suspect && verified.contains(record)) {
        readRange(from, record, skip, slice(target, count));
      } else {
        readWhole(from, record, skip, slice(target, count));
        verified.add(record);
      }
    } catch (java.nio.channels.ClosedChannelException e) {
      throw new NoSuchFileException(path(segment).toString(), null, "deleted while it was read");
    }
    target.position(target.position() + count);
    return count;
  }

  private static ByteBuffer slice(ByteBuffer target, int count) {
    return target.slice(target.position(), count);
  }

  private static void readRange(Segment from, StagedRecord record, int skip, ByteBuffer target)
      throws IOException, CorruptDataException {
    int count = target.remaining();
    long position = record.position() + StagingFormat.RECORD_HEADER + skip;
    if (from.file.read(target, position) < count) {
      throw damaged(record, "the segment is shorter");
    }
  }

  private void readWhole(Segment from, StagedRecord record, int skip, ByteBuffer target)
      throws IOException, CorruptDataException {
    int bytes = StagingFormat.RECORD_HEADER + record.length();
    ByteBuffer buffer = buffers.take();
    try {
      buffer.limit(bytes);
      if (from.file.read(buffer, record.position()) < bytes) {
        throw damaged(record, "the segment is shorter");
      }
      StagingFormat.RecordHeader header = StagingFormat.header(buffer.flip(), 0);
      if (header == null || header.length() != record.length()) {
        throw damaged(record, "its header is not what was written");
      }
      ByteBuffer data = buffer.position(StagingFormat.RECORD_HEADER);
      if (StagingFormat.crc(data.duplicate()) != header.dataCrc()) {
        throw damaged(record, "its checksum is wrong");
      }
      target.put(data.slice(data.position() + skip, target.remaining()));
    } finally {
      buffers.giveBack(buffer);
    }
  }

  private static CorruptDataException damaged(StagedRecord record, String how) {
    return new CorruptDataException("staged bytes are damaged: " + record + ": " + how);
  }

  /** Whether a segment is there and its beginning can be read: where not, the disk may be gone. */
  public boolean isReadable(int segment) {
    Segment from = segments.get(segment);
    try {
      return from != null && from.file.read(ByteBuffer.allocate(1), 0) == 1;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Begins new segments after this number, which rows name: a segment that was lost must not have a
   * namesake.
   */
  public void startAfter(int number) {
    lock.lock();
    try {
      lastNumber = Math.max(lastNumber, number);
    } finally {
      lock.unlock();
    }
  }

  /** Makes durable all that was appended before the call; callers that come together share it. */
  @Override
  public void force() throws IOException {
    group.force();
  }

  /**
   * What was written of a segment before a force.
   *
   * @param written appends that had ended
   * @param end where the bytes end that will be durable at least
   */
  private record Taken(Segment segment, long written, long end) {}

  private void forceAll() throws IOException {
    List<Taken> dirty = new ArrayList<>();
    boolean newNames = false;
    lock.lock();
    try {
      for (Segment segment : unforced.values()) {
        long end = segment.inFlight == 0 ? segment.end : segment.durable;
        dirty.add(new Taken(segment, segment.written, end));
        newNames |= !segment.named;
      }
    } finally {
      lock.unlock();
    }
    for (Taken taken : dirty) {
      if (taken.segment.suspect || taken.segment.forced < taken.written) {
        force(taken.segment);
      }
    }
    if (newNames) {
      disk.forceDirectory(directory);
    }
    settle(dirty);
  }

  private void force(Segment segment) throws IOException {
    try {
      if (!segment.suspect) {
        try {
          segment.file.force();
          return;
        } catch (IOException e) {
          distrust(segment);
        }
      }
      rescue(segment);
    } catch (java.nio.channels.ClosedChannelException e) {
      if (segments.containsKey(segment.number)) {
        throw e;
      } // else deleted meanwhile: no row names it
    }
  }

  /**
   * After a force that failed the system may have dropped what was written, and the next force
   * would succeed nevertheless: it proves nothing until the bytes have been written anew.
   */
  private void distrust(Segment segment) {
    lock.lock();
    try {
      segment.suspect = true;
      segment.sealed = true;
      if (segment == active) {
        active = null;
      }
    } finally {
      lock.unlock();
    }
  }

  /** Makes durable what can still be read of a segment, and remembers the rest as lost. */
  private void rescue(Segment segment) throws IOException {
    lock.lock();
    try {
      while (segment.inFlight > 0) {
        landed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
    List<SegmentRescue.Range> lost = SegmentRescue.writeAgain(segment);
    segment.file.force();
    lock.lock();
    try {
      segment.lost = lost;
      segment.forced = segment.written;
      segment.durable = segment.end;
      segment.suspect = false;
    } finally {
      lock.unlock();
    }
    if (lost.isEmpty()) {
      log.info("segment {} could not be forced; it was written once more", segment.number);
    } else {
      anyLost = true;
      long bytes = lost.stream().mapToLong(SegmentRescue.Range::length).sum();
      log.error(
          "the disk failed and did not keep {} bytes of segment {}: syncing and reading the files"
              + " that they belong to fails until they are written again",
          bytes,
          segment.number);
    }
  }

  /** Whether {@link #isLost} was ever true of a record. */
  public boolean anyLost() {
    return anyLost;
  }

  /** Whether a force failed, and the bytes of this record are gone though it was appended. */
  public boolean isLost(StagedRecord record) {
    Segment segment = segments.get(record.segment());
    return segment != null && segment.isLost(record.position());
  }

  private void settle(List<Taken> dirty) {
    lock.lock();
    try {
      for (Taken taken : dirty) {
        Segment segment = taken.segment;
        segment.forced = Math.max(segment.forced, taken.written);
        segment.durable = Math.max(segment.durable, taken.end);
        segment.named = true;
        if (segment.isClean()) {
          unforced.remove(segment.number);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** The segment that the next record may go to; 0 if one will be begun for it. */
  public int activeSegment() {
    lock.lock();
    try {
      return active == null ? 0 : active.number;
    } finally {
      lock.unlock();
    }
  }

  /** Bytes of the active segment; 0 if there is none. */
  public long activeBytes() {
    lock.lock();
    try {
      return active == null ? 0 : active.end;
    } finally {
      lock.unlock();
    }
  }

  /** Begins a new segment with the next record, so that the active one can be emptied. */
  public void roll() {
    lock.lock();
    try {
      if (active != null) {
        active.sealed = true;
        active = null;
      }
    } finally {
      lock.unlock();
    }
  }

  /** Numbers of all segments, rising. */
  public List<Integer> segments() {
    return segments.keySet().stream().sorted().toList();
  }

  /** Bytes of all segments on disk. */
  public long bytes() {
    lock.lock();
    try {
      return segments.values().stream().mapToLong(segment -> segment.end).sum();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Removes a segment that no durable row and no checkpoint names any more; no error if there is
   * none. The active segment is sealed first. Who reads it gets NoSuchFileException.
   */
  public void delete(int number) throws IOException {
    Segment segment;
    lock.lock();
    try {
      segment = segments.get(number);
      if (segment == null) {
        return;
      }
      if (segment.inFlight > 0) {
        throw new IllegalStateException("segment " + number + " is being written");
      }
      if (segment == active) {
        active = null;
      }
      segments.remove(number);
      unforced.remove(number);
    } finally {
      lock.unlock();
    }
    segment.file.close();
    disk.delete(path(number));
  }

  private Path path(int number) {
    return directory.resolve("%010d%s".formatted(number, SUFFIX));
  }

  /** Closes all segments; does not force them. */
  @Override
  public void close() throws IOException {
    roll();
    for (Segment segment : segments.values()) {
      segment.file.close();
    }
  }
}
