package kith.fs;

/**
 * What every {@link FileSystem} must do; implemented by the test class of each, which gives a
 * fresh, empty one to each test.
 */
public interface FileSystemContract
    extends FileSystemContractNames,
        FileSystemContractLinks,
        FileSystemContractRename,
        FileSystemContractListing,
        FileSystemContractContent,
        FileSystemContractAttributes,
        FileSystemContractXattrs,
        FileSystemContractLists {}
