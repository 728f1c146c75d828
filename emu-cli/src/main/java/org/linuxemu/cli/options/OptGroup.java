package org.linuxemu.cli.options;

/** Groups of options in the order of the help. */
public enum OptGroup {
    BOOT("What to boot"),
    MACHINE("The machine"),
    SNAPSHOTS("Snapshots"),
    CONSOLE("Console and display"),
    DEBUG("Debugging the guest"),
    ENDS("When the guest ends"),
    DIAGNOSTICS("Diagnostics"),
    ACCEPTED("Accepted so that QEMU command lines work, without effect"),
    INFORMATION("Information");

    private final String heading;

    OptGroup(String heading) {
        this.heading = heading;
    }

    /** Heading in the help. */
    public String heading() {
        return heading;
    }
}
