package org.linuxemu.core.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
            String verdict = verdict(model, row);
            if (!verdict.equals(available(model, row) ? "executed" : absent(row.mnemonic))) {
                wrong.add(row.feature + " " + row.mnemonic + ": " + verdict);
            }
        }
        assertThat(rows).isGreaterThan(500);
        assertThat(wrong).isEmpty();
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
    private String verdict(CpuModel model, OpcodeEntry row) {
        TestMachine machine = machine(model);
        for (int n = 0; n < ENCODINGS; n++) {
            encoder.encode(row, 8, draw);
            Instruction i = new Instruction();
            decoder.decode(encoder.bytes, 0, encoder.length, 8, i);
            if (i.entry != row || i.has(Instruction.LOCK)) {
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
