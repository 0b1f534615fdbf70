package dev.sallyport.core.state.revocation;

/** Who calls credentials back, and so how much room there is for it: whoever may call little back must not fill the list. */
public sealed interface Revoker {
    /** Of the gateway, with the admin token: in force whatever else is, for there is nobody else to stop a thief. */
    record Operator() implements Revoker {}

    /** A provider that tells of log-outs. */
    record Provider() implements Revoker {}

    /** A client of the token service: its own tokens, as many as it likes to ask for. */
    record Client(String id) implements Revoker {}

    Revoker OPERATOR = new Operator();
    Revoker PROVIDER = new Provider();
}
