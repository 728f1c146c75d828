package org.linuxemu.core.translate;

import org.linuxemu.core.exec.ExecContext;

/** Checks that translated code calls. */
final class Calls {
    private Calls() {}

    /** Faults if an indirect branch's target is not canonical. */
    static void checkTarget(long target, ExecContext c) {
        if (target << 16 >> 16 != target) {
            throw c.generalProtection(0);
        }
    }
}
