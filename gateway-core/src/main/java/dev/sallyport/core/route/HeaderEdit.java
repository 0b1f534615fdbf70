package dev.sallyport.core.route;

import dev.sallyport.core.http.ResponseField;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;

/**
 * What becomes of a request's header section on its way up. Fields that are neither dropped nor added go up as they came,
 * in their order.
 *
 * @param dropped indices of received fields that stay behind; Host, Content-Length and Transfer-Encoding are always among
 *     them, because whoever writes the head states them anew from proven facts
 * @param added after the kept ones
 */
public record HeaderEdit(BitSet dropped, List<ResponseField> added) {

    public HeaderEdit with(String name, String value) {
        return new HeaderEdit(dropped, Stream.concat(added.stream(), Stream.of(new ResponseField(name, value))).toList());
    }

    /** Of the added ones; what the client sent is another matter. */
    public HeaderEdit without(String name) {
        return new HeaderEdit(dropped, added.stream().filter(field -> !field.name().equalsIgnoreCase(name)).toList());
    }
}
