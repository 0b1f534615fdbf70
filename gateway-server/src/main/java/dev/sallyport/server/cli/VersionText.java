package dev.sallyport.server.cli;

import picocli.CommandLine.IVersionProvider;

/** What the jar's manifest says. */
final class VersionText implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = VersionText.class.getPackage().getImplementationVersion();
        return new String[] {"sallyport " + (version == null ? "(unpackaged)" : version)};
    }
}
