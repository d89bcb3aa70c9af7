/**
 * The drive as the kernel's filesystem, through jnr-fuse and libfuse 2.
 *
 * <p>{@link kith.fs.fuse.FuseMount} checks the mount point, fills libfuse's table of operations,
 * mounts, and runs the threads that serve ({@link kith.fs.fuse.LoopThread}). A request goes kernel,
 * libfuse, {@link kith.fs.fuse.OperationTable} (which lets no exception out), one of the classes
 * named ...Calls, {@link kith.fs.FileSystem}. libfuse speaks in paths and the drive in inode
 * numbers: {@link kith.fs.fuse.Paths} translates. Strings of bytes never become Java strings, so
 * names of any encoding come back as they were.
 *
 * <p>Locks: a loop thread holds its own {@code serving} lock while it serves a request; closing the
 * mount takes those locks one after the other. No other lock is taken here.
 */
package kith.fs.fuse;
