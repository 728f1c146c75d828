package org.linuxemu.devices.board;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import org.linuxemu.core.block.CodeCensus;
import org.linuxemu.core.cpu.Cpu;
import org.linuxemu.core.debug.DebugOutput;
import org.linuxemu.core.memory.PhysicalMemory;
import org.linuxemu.core.translate.Translator;

/** Monitor commands that tell what the emulator itself uses. Lines are a name and numbers. */
final class UsageReport {
    private final DebugOutput output;

    UsageReport(DebugOutput output) {
        this.output = output;
    }

    /** {@code info jit}: code decoded and translated, and what the JVM has compiled. */
    void code(Cpu cpu) {
        CodeCensus census = cpu.blocks().census();
        output.println("Decoded code:");
        line("page count", Integer.toString(census.pages()));
        line("block count", Integer.toString(census.blocks()));
        line(
                "block avg size",
                average(census.bytes(), census.blocks())
                        + " bytes, "
                        + average(census.instructions(), census.blocks())
                        + " instructions");
        Translator translator = cpu.translator();
        output.println("Translated code:" + (translator == null ? " off" : ""));
        if (translator != null) {
            line("region count", census.regions() + "/" + translator.capacity());
            line("region avg size", average(census.regionBlocks(), census.regions()) + " blocks");
            line("regions made", Long.toString(translator.made()));
            line("class file bytes", Long.toString(translator.classBytes()));
            line("waiting", Integer.toString(translator.waiting()));
            line("flush count", Long.toString(translator.evictions()));
            line("failures", Integer.toString(translator.failures()));
        }
        output.println("Host JVM, all that it runs:");
        long code = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            if (pool.getName().startsWith("Code")) {
                code += pool.getUsage().getUsed();
            }
        }
        line("compiled code", kib(code));
        line(
                "classes",
                Integer.toString(ManagementFactory.getClassLoadingMXBean().getLoadedClassCount()));
    }

    /** {@code info ramblock}: how much of its RAM the guest has touched, and what holds it. */
    void memory(PhysicalMemory ram) {
        long page = PhysicalMemory.PAGE_SIZE;
        output.println("Block       page   touched    total");
        output.println(
                "pc.ram      4 KiB  "
                        + kib(ram.touchedFrames() * page)
                        + "  "
                        + kib(ram.frameCount() * page));
        output.println("Host JVM:");
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        line("heap used", kib(heap.getUsed()));
        line("heap committed", kib(heap.getCommitted()));
        line("heap limit", kib(heap.getMax()));
        MemoryUsage other = ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage();
        line("code, classes", kib(other.getCommitted()) + " committed");
    }

    private void line(String name, String value) {
        StringBuilder text = new StringBuilder("  ").append(name);
        while (text.length() < 20) {
            text.append(' ');
        }
        output.println(text.append(value).toString());
    }

    private static String kib(long bytes) {
        return (bytes >> 10) + " KiB";
    }

    private static String average(long sum, long count) {
        long tenths = count == 0 ? 0 : (10 * sum + count / 2) / count;
        return tenths / 10 + "." + tenths % 10;
    }
}
