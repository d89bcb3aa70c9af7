package kith.fs;

/**
 * What every {@link FileSystem} does, and a binding to the kernel passes on only if it speaks in
 * inode numbers: libfuse 2 has no words for it.
 */
public interface FileSystemContractInodes
    extends FileSystemContractExchange,
        FileSystemContractForgetting,
        FileSystemContractSpace,
        FileSystemContractUmask {}
