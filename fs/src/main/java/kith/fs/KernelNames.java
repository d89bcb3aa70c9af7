package kith.fs;

/**
 * Is told what changes in the live tree other than through the mount, so that the kernel believes
 * nothing that is no longer true. Called without any lock; may wait for requests of the kernel.
 */
public interface KernelNames {
  /** Nothing is mounted. */
  KernelNames NONE =
      new KernelNames() {
        @Override
        public void nameChanged(long directory, FileName name) {}

        @Override
        public void attributesChanged(long inode) {}
      };

  /** A name stands for another file than before. */
  void nameChanged(long directory, FileName name);

  void attributesChanged(long inode);
}
