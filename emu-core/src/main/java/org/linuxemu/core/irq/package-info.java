/** Contracts for interrupt wires and for the controller that the processor asks for a vector. */
package org.linuxemu.core.irq;
