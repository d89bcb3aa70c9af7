package kith.fs.fuse;

import java.util.Arrays;
import kith.fs.Caller;

/**
 * The request as the kernel sent it (struct fuse_in_header of linux/fuse.h and what follows), which
 * tells what libfuse's callbacks don't: who asks, of which of the kernel's nodes, and by which
 * call.
 */
final class Request {
  private static final int OPCODE = 4;
  private static final int NODE = 16;
  private static final int UID = 24;
  private static final int GID = 28;
  private static final int BODY = 40;
  private static final int OPCODE_UNLINK = 10;
  private static final int OPCODE_RENAME2 = 45;

  private final long address;

  Request(long address) {
    this.address = address;
  }

  Caller caller() {
    return new Caller(NativeMemory.getInt(address + UID), NativeMemory.getInt(address + GID));
  }

  /** The kernel's number of the file asked about. */
  long node() {
    return NativeMemory.getLong(address + NODE);
  }

  boolean isUnlink() {
    return opcode() == OPCODE_UNLINK;
  }

  /** Whether this is a rename to that very name. */
  boolean renamesTo(byte[] name) {
    // struct fuse_rename_in has 8 bytes, struct fuse_rename2_in 16; then both names with NUL
    long oldName = address + BODY + (opcode() == OPCODE_RENAME2 ? 16 : 8);
    long newName = oldName + NativeMemory.string(oldName).length + 1;
    return Arrays.equals(NativeMemory.string(newName), name);
  }

  private int opcode() {
    return NativeMemory.getInt(address + OPCODE);
  }
}
