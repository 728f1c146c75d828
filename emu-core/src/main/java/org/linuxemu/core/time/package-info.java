/** Virtual time: the cycle clock, the event queue, and the only places that read host clocks. */
package org.linuxemu.core.time;
