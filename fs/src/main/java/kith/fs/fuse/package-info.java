/**
 * The drive as the kernel's filesystem, by inode numbers through libfuse3, or by paths through
 * jnr-fuse and libfuse 2.
 *
 * <p>{@link kith.fs.fuse.FuseMount} checks the mount point and mounts with the library that {@link
 * kith.fs.fuse.Machine} finds; a {@link kith.fs.fuse.MountBinding} serves. Strings of bytes never
 * become Java strings, so names of any encoding come back as they were. No exception gets into
 * native code.
 *
 * <p><b>By inode numbers</b> (classes named Low...): a {@link kith.fs.fuse.LowLoopThread} takes a
 * request; {@link kith.fs.fuse.LowOperations} makes it a {@link kith.fs.fuse.LowRequest}, which is
 * answered exactly once, and calls one of the classes named Low...Calls. What was decoded goes
 * through {@link kith.fs.fuse.LowDispatch}, which has it done at once, or by {@link
 * kith.fs.fuse.LowWorkers} if it may have to wait; {@link kith.fs.fuse.LowInterrupts} answers for
 * those whose program is killed. {@link kith.fs.fuse.LowEntries} tells the kernel for how long to
 * believe what, and counts with the drive which inodes the kernel knows; {@link
 * kith.fs.fuse.LowHandles} which handles.
 *
 * <p><b>By paths:</b> {@link kith.fs.fuse.LoopThread}, {@link kith.fs.fuse.OperationTable}, one of
 * the classes named ...Calls, {@link kith.fs.FileSystem}. {@link kith.fs.fuse.Paths} translates.
 *
 * <p>{@link kith.fs.fuse.SourceDisk} is not of the mount: it reads what is imported, by system
 * calls that take names of any encoding.
 *
 * <p>{@link kith.fs.fuse.LowPages} gives the kernel pages that it didn't ask for, and keeps them
 * from being older than what the kernel has: what opens a file for writing or changes its length
 * goes through it.
 *
 * <p>Locks: a loop thread holds its own {@code serving} lock while it serves a request; closing the
 * mount takes those locks one after the other. Within it the lock of some files in LowPages may be
 * held, which a loop thread only ever tries to take.
 */
package kith.fs.fuse;
