package dev.sallyport.core.config.bind.annotation;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Words that belong to features of a later version: refused as such, never ignored. Keys where it stands on a record or on kinds, values where it stands on an enum. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface NotYet {
    String[] value();
}
