package org.linuxemu.core.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.linuxemu.core.exception.CpuException;
import org.linuxemu.core.state.ControlRegisters;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.Rflags;

/**
 * What the comparison with a processor in user mode cannot reach, and examples that need no
 * processor to compare.
 */
class X87OpsTest {
    private static final long DATA = 0x2000;
    private static final int[] FWAIT = {0x9B};
    private static final int[] FLD1 = {0xD9, 0xE8};
    private static final int[] FLDPI = {0xD9, 0xEB};
    private static final int[] FNSTCW = {0xD9, 0x38};
    private static final int[] FNSTENV = {0xD9, 0x30};
    private static final int[] FLDENV = {0xD9, 0x20};
    private static final int[] FDIV_M64 = {0xDC, 0x30};
    private static final int[] FSTP_M80 = {0xDB, 0x38};
    private static final int[] FSTP_M32 = {0xD9, 0x18};

    private final X87Program p = new X87Program();
    private final CpuState s = p.state();

    @Test
    void unmaskedExceptionFaultsAtTheNextWaitingInstruction() {
        s.fpControl = 0x37B; // ZE not masked
        p.run(FLD1);
        p.mmu().writeLong(DATA, 0); // 0.0
        p.run(FDIV_M64);

        assertThat(s.fpStatus).isEqualTo(0x8084);
        assertThat(p.st(0)).as("unchanged by the division").isEqualTo("3fff:8000000000000000");
        p.run(FNSTCW);
        assertThat(p.mmu().readShort(DATA)).isEqualTo(0x37B);
        assertThat(vectorOf(FLD1)).isEqualTo(CpuException.MF);
        assertThat(vectorOf(FWAIT)).isEqualTo(CpuException.MF);
        assertThat(p.st(0)).isEqualTo("3fff:8000000000000000");
        assertThat(s.fpInstructionPointer)
                .as("still that of the division")
                .isEqualTo(X87Program.CODE + 2);
    }

    @Test
    void pendingExceptionWaitsForeverWithoutNativeErrorReporting() {
        s.cr0 &= ~ControlRegisters.CR0_NE;
        s.fpControl = 0x37B;
        p.run(FLD1);
        p.mmu().writeLong(DATA, 0);
        p.run(FDIV_M64);
        p.run(FLD1);
        assertThat(s.fpStatus & 0x80).isEqualTo(0x80);
        assertThat(s.fpTop).isEqualTo(6);
    }

    @Test
    void deviceNotAvailable() {
        s.cr0 |= ControlRegisters.CR0_TS;
        assertThat(vectorOf(FLD1)).isEqualTo(CpuException.NM);
        assertThat(vectorOf(FNSTCW)).isEqualTo(CpuException.NM);
        p.run(FWAIT);
        s.cr0 |= ControlRegisters.CR0_MP;
        assertThat(vectorOf(FWAIT)).isEqualTo(CpuException.NM);
        s.cr0 &= ~ControlRegisters.CR0_TS;
        p.run(FWAIT);
        s.cr0 |= ControlRegisters.CR0_EM;
        assertThat(vectorOf(FLD1)).isEqualTo(CpuException.NM);
        p.run(FWAIT);
        assertThat(s.fpEmpty).isEqualTo(0xFF);
    }

    @Test
    void storeThatFaultsChangesNothing() {
        p.run(FLDPI);
        s.fpStatus = 0;
        s.regs[CpuState.RAX] = 0x8000_0000_0000_0000L - 5; // runs into non-canonical addresses
        int pointer = (int) s.fpInstructionPointer;
        assertThat(vectorOf(FSTP_M80)).isEqualTo(CpuException.GP);
        assertThat(vectorOf(FSTP_M32)).isEqualTo(CpuException.GP);
        assertThat(s.fpTop).isEqualTo(7);
        assertThat(s.fpEmpty).isEqualTo(0x7F);
        assertThat(s.fpStatus).as("PE of the rounding is not recorded").isZero();
        assertThat((int) s.fpInstructionPointer).isEqualTo(pointer);
    }

    @Test
    void constantsFollowTheRoundingMode() {
        p.run(FLDPI);
        assertThat(p.st(0)).isEqualTo("4000:c90fdaa22168c235");
        s.fpControl = 0xF7F;
        p.run(FLDPI);
        assertThat(p.st(0)).isEqualTo("4000:c90fdaa22168c234");
        assertThat(s.fpStatus).isZero();
    }

    @Test
    void environmentInRealModeHoldsLinearAddresses() {
        p.realMode(0x1234);
        fillEnvironment();

        p.run(FNSTENV); // 16-bit
        assertThat(p.words(DATA, 7))
                .containsExactly(0x37F, 0x3800, 0xFFFF, 0x4560, 0x15C7, 0x5670, 0x3000);

        p.run(0x66, 0xD9, 0x30);
        assertThat(p.mmu().readShort(DATA + 12)).isEqualTo(0x4560);
        assertThat(p.mmu().readInt(DATA + 16)).isEqualTo(0x15C7);
        assertThat(p.mmu().readShort(DATA + 20)).isEqualTo(0x5670);
        assertThat(p.mmu().readInt(DATA + 24)).isEqualTo(0x3000);

        s.fpInstructionPointer = 0;
        s.fpDataPointer = 0;
        p.run(0x66, 0xD9, 0x20);
        assertThat(s.fpInstructionPointer).isEqualTo(0x14560);
        assertThat(s.fpDataPointer).isEqualTo(0x35670);
        assertThat(s.fpOpcode).isEqualTo(0x5C7);
    }

    @Test
    void environmentInProtectedModeHoldsSelectors() {
        p.protectedMode();
        fillEnvironment();

        p.run(FNSTENV);
        assertThat(p.mmu().readInt(DATA + 12)).isEqualTo(0x2220);
        assertThat(p.mmu().readInt(DATA + 16)).isEqualTo(0x05C7_1234);
        assertThat(p.mmu().readInt(DATA + 20)).isEqualTo(0x3330);
        assertThat(p.mmu().readInt(DATA + 24)).isEqualTo(0xFFFF_3234);

        p.run(0x66, 0xD9, 0x30); // 16-bit
        assertThat(p.words(DATA, 7))
                .containsExactly(0x37F, 0x3800, 0xFFFF, 0x2220, 0x1234, 0x3330, 0x3234);
    }

    private void fillEnvironment() {
        s.fpControl = 0x37F;
        s.fpTop = 7;
        s.fpOpcode = 0x5C7;
        s.fpInstructionSelector = 0x1234;
        s.fpInstructionPointer = 0x2220;
        s.fpDataSelector = 0x3234;
        s.fpDataPointer = 0x3330;
    }

    @Test
    void loadingAnEnvironmentMakesItsExceptionsPending() {
        p.run(FNSTENV);
        p.mmu().writeShort(DATA, 0x37E); // IE not masked
        p.mmu().writeShort(DATA + 4, 0x0001);
        p.run(FLDENV);
        assertThat(s.fpStatus).isEqualTo(0x8081);
        assertThat(vectorOf(FLD1)).isEqualTo(CpuException.MF);
    }

    @Test
    void ninetyNinePlusOneInPackedDecimal() {
        p.mmu().writeLong(DATA, 0x99);
        p.mmu().writeShort(DATA + 8, 0x8000);
        p.run(0xDF, 0x20); // FBLD
        p.run(FLD1);
        p.run(0xDE, 0xE9); // FSUBP
        p.run(0xDF, 0x30); // FBSTP
        assertThat(p.mmu().readLong(DATA)).isEqualTo(0x100);
        assertThat(p.mmu().readShort(DATA + 8)).isEqualTo(0x8000);
        assertThat(s.fpEmpty).isEqualTo(0xFF);
    }

    @Test
    void comparisonSetsTheFlagsOfTheProcessor() {
        p.run(FLD1);
        p.run(FLDPI);
        p.run(0xDB, 0xF1); // FCOMI ST(0), ST(1)
        assertThat(s.arithmeticFlags()).isZero();
        p.run(0xD9, 0xC9); // FXCH
        p.run(0xDF, 0xF1); // FCOMIP
        assertThat(s.arithmeticFlags()).isEqualTo(Rflags.CF);
        p.run(0xDB, 0xF1); // ST(1) is empty now
        assertThat(s.arithmeticFlags()).isEqualTo(Rflags.CF | Rflags.PF | Rflags.ZF);
        assertThat(s.fpStatus & 0x41).isEqualTo(0x41);
    }

    private int vectorOf(int... code) {
        return catchThrowableOfType(CpuException.class, () -> p.run(code)).vector();
    }
}
