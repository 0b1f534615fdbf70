package dev.sallyport.core.state.session;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;

/** Whose sessions are which, so that no sign-in looks through those of all others. */
final class SessionsBySubject {
    private final ConcurrentMap<String, List<Session>> own = new ConcurrentHashMap<>();

    void add(Session session) {
        own.merge(session.subject(), List.of(session), (known, more) -> Stream.concat(known.stream(), more.stream()).toList());
    }

    void remove(Session session) {
        own.computeIfPresent(session.subject(), (_, known) -> {
            List<Session> left = known.stream().filter(each -> !each.equals(session)).toList();
            return left.isEmpty() ? null : left;
        });
    }

    /** In the order in which they were begun. */
    List<Session> of(String subject) {
        return own.getOrDefault(subject, List.of());
    }
}
