package kith.nativetest;

/** All of what POSIX and Linux's manual say about calls on files, checked through the kernel. */
interface PosixSuite
    extends PosixSuitePaths,
        PosixSuiteCreation,
        PosixSuiteSticky,
        PosixSuitePermissions,
        PosixSuitePrivileges,
        PosixSuiteSizes,
        PosixSuiteTimes,
        PosixSuiteOpenFiles,
        PosixSuiteXattrs,
        PosixSuiteSnapshots {}
