/**
 * Floating-point arithmetic as an x86 processor does it, bit for bit; pure functions of operands
 * and environment.
 */
package org.linuxemu.core.exec.fp;
