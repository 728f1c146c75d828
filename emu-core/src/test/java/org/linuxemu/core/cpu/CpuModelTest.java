package org.linuxemu.core.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.linuxemu.core.debug.StopReason;
import org.linuxemu.core.decode.Instruction;
import org.linuxemu.core.decode.InstructionDecoder;
import org.linuxemu.core.decode.Mnemonic;
import org.linuxemu.core.decode.OpcodeEntry;
import org.linuxemu.core.decode.OpcodeMap;
import org.linuxemu.core.decode.RandomEncoder;
import org.linuxemu.core.exception.CpuException;
import org.linuxemu.core.exec.CpuModel;
import org.linuxemu.core.oracle.Draw;
import org.linuxemu.core.state.ControlRegisters;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.core.state.Efer;

/** Every instruction whose feature a model has can be executed, every other raises #UD. */
class CpuModelTest {
    private static final int ENCODINGS = 300;

    private final Draw draw = new Draw(1);
    private final RandomEncoder encoder = new RandomEncoder();
    private final InstructionDecoder decoder = new InstructionDecoder();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x86-64-v1",
                "x86-64-v2",
                "x86-64-v3",
                "max",
                "max,-avx",
                "max,-xsave",
                "x86-64-v1,+avx2,+aes"
            })
    void executesWhatItClaimsAndNothingElse(String name) {
        CpuModel model = CpuModel.parse(name);
        List<String> wrong = new ArrayList<>();
        int rows = 0;
        for (OpcodeEntry row : OpcodeMap.instance().entries()) {
            if (row.feature == null) {
                continue;
            }
            rows++;
            String expected = available(model, row) ? "executed" : absent(row.mnemonic);
            for (int codeSize = 4; codeSize <= 8; codeSize += 4) {
                boolean nowhere = row.is(never(codeSize)) || isFastCallOf32Bits(row, codeSize);
                String here = nowhere ? "undefined" : expected;
                String verdict = verdict(model, row, codeSize);
                if (!verdict.equals(here)) {
                    wrong.add(row.feature + " " + row.mnemonic + " " + codeSize + ": " + verdict);
                }
            }
        }
        assertThat(rows).isGreaterThan(500);
        assertThat(wrong).isEmpty();
    }

    /** The attribute of rows that do not exist in code of a size. */
    private static int never(int codeSize) {
        return codeSize == 8 ? OpcodeEntry.INVALID_64 : OpcodeEntry.ONLY_64;
    }

    /** Intel has them in 64-bit mode only. */
    private static boolean isFastCallOf32Bits(OpcodeEntry row, int codeSize) {
        boolean call = row.mnemonic == Mnemonic.SYSCALL || row.mnemonic == Mnemonic.SYSRET;
        return call && codeSize == 4;
    }

    /** VEX forms of vector instructions need AVX, too. */
    private static boolean available(CpuModel model, OpcodeEntry row) {
        boolean vector = row.map >= OpcodeEntry.MAP_VEX_0F && !row.feature.startsWith("BMI");
        return model.has(row.feature) && (!vector || model.has("AVX"));
    }

    /** Older processors ignore the prefix of these two. */
    private static String absent(Mnemonic m) {
        return m == Mnemonic.TZCNT || m == Mnemonic.LZCNT ? "executed" : "undefined";
    }

    /** "executed" if any encoding of the row does anything but raise #UD. */
    private String verdict(CpuModel model, OpcodeEntry row, int codeSize) {
        TestMachine machine = machine(model);
        if (codeSize == 4) {
            machine.state.segments[1].set(8, 0, 0xFFFFFFFFL, 0xC09B); // compatibility mode
            machine.cpu.stateReplaced();
        }
        for (int n = 0; n < ENCODINGS; n++) {
            encoder.encode(row, codeSize, draw);
            Instruction i = new Instruction();
            decoder.decode(encoder.bytes, 0, encoder.length, codeSize, i);
            boolean drawn = i.entry == row || i.entry == null && row.is(never(codeSize));
            if (!drawn || i.has(Instruction.LOCK)) {
                continue;
            }
            for (int k = 0; k < encoder.length; k++) {
                machine.memory.write(TestMachine.CODE + k, 1, encoder.bytes[k]);
            }
            machine.state.rip = TestMachine.CODE;
            machine.cpu.registersReplaced();
            StopReason stop = machine.cpu.run(null, false, machine.clock.cycles() + 1);
            if (stop == null || machine.cpu.context().fault.vector() != CpuException.UD) {
                return "executed";
            }
        }
        return "undefined";
    }

    /** Features that are not instructions, and code that faults on a processor without them. */
    @ParameterizedTest
    @CsvSource({
        "CX16, 6, 48 0F C7 08, cmpxchg16b [rax]",
        "LAHF64, 6, 9F, lahf",
        "XGETBV1, 13, B9 01 00 00 00 0F 01 D0, xgetbv of 1",
        "PCID, 13, 0F 20 E0 0D 00 00 02 00 0F 22 E0, CR4.PCIDE",
        "SMEP, 13, 0F 20 E0 0D 00 00 10 00 0F 22 E0, CR4.SMEP",
        "SMAP, 13, 0F 20 E0 0D 00 00 20 00 0F 22 E0, CR4.SMAP",
        "UMIP, 13, 0F 20 E0 0D 00 08 00 00 0F 22 E0, CR4.UMIP",
        "XSAVE, 13, 0F 20 E0 0D 00 00 04 00 0F 22 E0, CR4.OSXSAVE",
        "NX, 13, B9 80 00 00 C0 0F 32 0D 00 08 00 00 0F 30, EFER.NXE",
        "PDPE1GB, 14, 8A 04 25 00 00 01 40, a page of 1 GiB",
        "NX, 14, 67 8A 04 25 00 00 01 80, bit 63 of an entry",
        "TSC_ADJUST, 13, B9 3B 00 00 00 0F 32, IA32_TSC_ADJUST",
        "SPEC_CTRL, 13, B9 48 00 00 00 0F 32, IA32_SPEC_CTRL",
        "BHI_CTRL, 13, B9 48 00 00 00 31 D2 B8 00 04 00 00 0F 30, IA32_SPEC_CTRL.BHI_DIS_S",
        "ARCH_CAPABILITIES, 13, B9 0A 01 00 00 0F 32, IA32_ARCH_CAPABILITIES"
    })
    void withoutAFeatureItsUseFaults(String feature, int vector, String code, String what) {
        assertThat(fault(CpuModel.max(), code)).as("with %s: %s", feature, what).isEqualTo(-1);
        CpuModel without = CpuModel.parse("max,-" + feature);
        assertThat(without.has(feature)).isFalse();
        assertThat(fault(without, code)).as("without %s: %s", feature, what).isEqualTo(vector);
    }

    /** The exception that code ends with, or -1 if it gets to its end. */
    private static int fault(CpuModel model, String code) {
        TestMachine machine = machine(model);
        machine.put64(0x2008, 0x83); // 1 GiB at 40000000h
        machine.put64(0x2010, 0x8000000000003003L); // XD at 80000000h
        if (!model.has("NX")) {
            machine.state.efer &= ~Efer.NXE;
        }
        machine.cpu.stateReplaced();
        machine.code(TestMachine.CODE, code + " 90 90 90 90");
        machine.cpu.registersReplaced();
        long end = TestMachine.CODE + (code.replace(" ", "").length() >> 1);
        for (int k = 0; k < 16 && machine.state.rip != end; k++) {
            StopReason stop = machine.cpu.run(null, false, machine.clock.cycles() + 1);
            if (stop != null) {
                return machine.cpu.context().fault.vector();
            }
        }
        assertThat(machine.state.rip).isEqualTo(end);
        return -1;
    }

    private static TestMachine machine(CpuModel model) {
        TestMachine machine = new TestMachine(model);
        CpuState s = machine.state;
        if (model.has("XSAVE")) {
            s.cr4 |= ControlRegisters.CR4_OSXSAVE;
            s.xcr0 = model.has("AVX") ? 7 : 3;
        }
        if (model.has("FSGSBASE")) {
            s.cr4 |= ControlRegisters.CR4_FSGSBASE;
        }
        for (int r = 0; r < 16; r++) {
            s.regs[r] = TestMachine.DATA;
        }
        for (int v = 0; v < 32; v++) {
            machine.cpu.catches().catchException(v, v != CpuException.BP);
        }
        machine.cpu.stateReplaced();
        return machine;
    }

    @Test
    void levelsAreThoseOfTheAbi() {
        assertThat(CpuModel.parse("x86-64-v2").features())
                .contains("CX16", "LAHF64", "POPCNT", "SSE3", "SSE4.1", "SSE4.2", "SSSE3")
                .doesNotContain("AVX", "XSAVE", "MOVBE", "BMI1");
        assertThat(CpuModel.parse("x86-64-v3").features())
                .contains("AVX", "AVX2", "BMI1", "BMI2", "F16C", "FMA", "LZCNT", "MOVBE", "XSAVE");
        assertThat(CpuModel.parse("host").features()).isEqualTo(CpuModel.max().features());
    }

    @Test
    void whatLacksItsBaseGoesToo() {
        assertThat(CpuModel.parse("max,-xsave").features())
                .doesNotContain("AVX", "AVX2", "FMA", "F16C", "VAES", "VPCLMULQDQ", "XSAVEC");
        assertThat(CpuModel.parse("x86-64-v1,+avx2").features()).contains("AVX", "XSAVE");
    }
}
