package kith.nativetest;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import kith.fs.fuse.MountOptions.Binding;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** All tests of the class run with each binding to the kernel. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedClass
@EnumSource(value = Binding.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
@interface BothBindings {}
