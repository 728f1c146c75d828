/** The register layouts offered to debuggers and their XML description. */
package org.linuxemu.gdbstub.target;
