package dev.sallyport.core.config.bind.annotation;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A type that is written as one scalar and read by its static {@code parse(String)}, which throws IllegalArgumentException with a clause for the operator. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Text {
    /** Regular expression for the JSON Schema. */
    String pattern();

    /** Types for the JSON Schema. */
    String[] types() default "string";
}
