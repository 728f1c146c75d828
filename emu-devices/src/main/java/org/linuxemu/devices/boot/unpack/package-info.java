/** Host-side decoders for the compressed kernel inside a bzImage. */
package org.linuxemu.devices.boot.unpack;
