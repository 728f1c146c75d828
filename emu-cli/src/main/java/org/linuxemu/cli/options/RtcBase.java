package org.linuxemu.cli.options;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** The value of {@code -rtc base=}. */
final class RtcBase {
    private RtcBase() {}

    /**
     * What the guest's CMOS clock shows at the start, in seconds since 1970 as if it were UTC.
     *
     * @param hostSeconds the host's time, in seconds since 1970
     * @param hostZone the host's time zone
     */
    static long seconds(String base, long hostSeconds, ZoneId hostZone) throws UsageException {
        switch (base) {
            case "utc":
                return hostSeconds;
            case "localtime":
                Instant now = Instant.ofEpochSecond(hostSeconds);
                return LocalDateTime.ofInstant(now, hostZone).toEpochSecond(ZoneOffset.UTC);
            default:
                break;
        }
        try {
            LocalDateTime time =
                    base.indexOf('T') >= 0
                            ? LocalDateTime.parse(base)
                            : LocalDateTime.of(LocalDate.parse(base), LocalTime.MIDNIGHT);
            if (time.getYear() < 1970 || time.getYear() > 2099) {
                throw new UsageException("-rtc: " + base + " is out of range, 1970 to 2099");
            }
            return time.toEpochSecond(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            throw new UsageException(
                    "-rtc: base '"
                            + base
                            + "' is not utc, localtime, YYYY-MM-DD or YYYY-MM-DDTHH:MM:SS");
        }
    }
}
