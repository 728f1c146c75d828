package org.linuxemu.devices.guest;

/**
 * What the lines of paging.c must say: access rights by SDM Vol. 3, 4.6 and 4.7, as tables of
 * conditions.
 */
final class PagingModel {
    private PagingModel() {}

    /** Whether a line is one of the matrix of combinations. */
    static boolean covers(String line) {
        return line.matches("(32-bit |PAE )?(4K|2M|4M|1G) ([-wun]{3} )?[-pwung]{5} .*:.*");
    }

    /** The whole line, computed from its part before the colon. */
    static String expected(String line) {
        String[] words = line.substring(0, line.indexOf(':')).split(" ");
        boolean bits32 = words[0].equals("32-bit");
        int at = bits32 || words[0].equals("PAE") ? 2 : 1;
        String above = words[at].length() == 3 ? words[at++] : null;
        String entry = words[at++];
        String control = line.substring(0, line.indexOf(':'));
        StringBuilder text = new StringBuilder(control).append(':');
        boolean writeProtect = control.contains("WP");
        boolean smep = control.contains("SMEP");
        boolean smap = control.contains("SMAP") && !control.contains("AC");
        boolean present = entry.indexOf('p') >= 0;
        boolean writable = entry.indexOf('w') >= 0 && (above == null || above.indexOf('w') >= 0);
        boolean userPage = entry.indexOf('u') >= 0 && (above == null || above.indexOf('u') >= 0);
        boolean noExecute = entry.indexOf('n') >= 0 || (above != null && above.indexOf('n') >= 0);
        for (int access = 0; access < 6; access++) {
            boolean user = access >= 3;
            boolean write = access % 3 == 1;
            boolean fetch = access % 3 == 2;
            boolean allowed;
            if (user) {
                allowed = userPage && (!write || writable) && !(fetch && noExecute);
            } else if (fetch) {
                allowed = !noExecute && !(smep && userPage);
            } else {
                allowed = !(userPage && smap) && (!write || writable || !writeProtect);
            }
            if (present && allowed) {
                text.append(" ok")
                        .append(above != null ? "A" : "")
                        .append('a')
                        .append(write ? "d" : "");
            } else {
                // Instruction fetches are told apart where something can forbid them alone.
                int error =
                        (present ? 1 : 0)
                                | (write ? 2 : 0)
                                | (user ? 4 : 0)
                                | (fetch && (smep || !bits32) ? 16 : 0);
                text.append(' ').append(Integer.toHexString(error));
            }
        }
        return text.toString();
    }
}
