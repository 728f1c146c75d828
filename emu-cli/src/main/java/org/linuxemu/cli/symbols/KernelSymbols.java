package org.linuxemu.cli.symbols;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.linuxemu.core.debug.MemoryAccess;
import org.linuxemu.core.decode.Disassembler;
import org.linuxemu.core.state.CpuState;

/**
 * What a vmlinux tells of the kernel that runs: names of its functions, and which task is on the
 * processor. A kernel that has moved itself (KASLR) is recognised by its entry for SYSCALL.
 */
public final class KernelSymbols implements Disassembler.Symbols {
    /** Per-processor variables of a kernel with SMP have offsets for addresses. */
    private static final long LARGEST_PER_CPU = 0x1000_0000L;

    private static final int COMM_SIZE = 16;
    private static final int TYPE_FUNCTION = 2;
    private static final int SYMBOL_SIZE = 24;

    private final long[] addresses;
    private final String[] names;
    private final long current;
    private final long syscallEntry;
    private final long pidOffset;
    private final long commOffset;
    private final byte[] buffer = new byte[COMM_SIZE];
    private long slide;

    /** A task: its number and the first 15 bytes of its program's name. */
    public record Task(int pid, String comm) {}

    private KernelSymbols(
            long[] addresses, String[] names, long current, long syscallEntry, long[] offsets) {
        this.addresses = addresses;
        this.names = names;
        this.current = current;
        this.syscallEntry = syscallEntry;
        this.pidOffset = offsets == null ? -1 : offsets[0];
        this.commOffset = offsets == null ? -1 : offsets[1];
    }

    /**
     * Reads a vmlinux.
     *
     * @throws IOException it cannot be read, or is none; the message is the rest of a sentence
     */
    public static KernelSymbols read(Path vmlinux) throws IOException {
        try (ElfSections elf = new ElfSections(vmlinux)) {
            ByteBuffer table = elf.section(".symtab");
            ByteBuffer strings = elf.section(".strtab");
            if (table == null || strings == null) {
                throw new IOException("has no symbols");
            }
            ByteBuffer info = elf.section(".debug_info");
            ByteBuffer abbreviations = elf.section(".debug_abbrev");
            ByteBuffer texts = elf.section(".debug_str");
            long[] offsets =
                    info == null || abbreviations == null || texts == null
                            ? null
                            : DwarfStructure.find(
                                    info, abbreviations, texts, "task_struct", "pid", "comm");
            return ofTables(table, strings, offsets);
        }
    }

    private static KernelSymbols ofTables(ByteBuffer table, ByteBuffer strings, long[] offsets) {
        List<long[]> functions = new ArrayList<>();
        long current = -1;
        long entry = 0;
        for (int at = 0; at + SYMBOL_SIZE <= table.limit(); at += SYMBOL_SIZE) {
            int type = table.get(at + 4) & 0xF;
            long name = table.getInt(at) & 0xFFFFFFFFL;
            long value = table.getLong(at + 8);
            if (type == TYPE_FUNCTION || type == 0) {
                if (value < 0) {
                    functions.add(new long[] {value, name, type});
                    if (is(strings, name, "entry_SYSCALL_64")) {
                        entry = value;
                    }
                }
            } else if (is(strings, name, "pcpu_hot") || is(strings, name, "current_task")) {
                // The task's pointer is the first member of pcpu_hot.
                current = value;
            }
        }
        // Of several names for one address a function's comes first.
        functions.sort(
                (a, b) -> a[0] != b[0] ? Long.compare(a[0], b[0]) : Long.compare(b[2], a[2]));
        int n = 0;
        long[] addresses = new long[functions.size()];
        String[] names = new String[functions.size()];
        for (long[] function : functions) {
            if (n == 0 || addresses[n - 1] != function[0]) {
                addresses[n] = function[0];
                names[n++] = ElfSections.string(strings, function[1]);
            }
        }
        return new KernelSymbols(
                java.util.Arrays.copyOf(addresses, n), names, current, entry, offsets);
    }

    private static boolean is(ByteBuffer strings, long at, String name) {
        for (int i = 0; i <= name.length(); i++) {
            long k = at + i;
            if (k >= strings.limit()
                    || strings.get((int) k) != (i == name.length() ? 0 : name.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** Whether the file tells which task runs: it has debug information. */
    public boolean knowsTasks() {
        return current != -1 && pidOffset >= 0;
    }

    /** Looks where the kernel is now. */
    public void update(CpuState state) {
        if (state.msr.lstar != 0 && syscallEntry != 0) {
            slide = state.msr.lstar - syscallEntry;
        }
    }

    /**
     * The task on a processor that stands before an instruction of user code; null if it cannot be
     * read. Where the kernel has page tables of its own (page-table isolation), it is read by
     * those.
     */
    public Task task(CpuState state, MemoryAccess memory) {
        update(state);
        long variable =
                current >= 0 && current < LARGEST_PER_CPU
                        ? state.msr.kernelGsBase + current
                        : current + slide;
        if (!knowsTasks() || !read(state, memory, variable, 8)) {
            return null;
        }
        long task = number(8);
        if (!read(state, memory, task + pidOffset, 4)) {
            return null;
        }
        int pid = (int) number(4);
        if (!read(state, memory, task + commOffset, COMM_SIZE)) {
            return null;
        }
        int length = 0;
        while (length < COMM_SIZE && buffer[length] != 0) {
            length++;
        }
        return new Task(pid, new String(buffer, 0, length, StandardCharsets.UTF_8));
    }

    private boolean read(CpuState state, MemoryAccess memory, long address, int length) {
        return memory.read(address, buffer, 0, length) == length
                || KernelPages.isolated(state)
                        && KernelPages.read(state, memory, address, buffer, length);
    }

    private long number(int size) {
        long value = 0;
        for (int i = size - 1; i >= 0; i--) {
            value = value << 8 | buffer[i] & 0xFF;
        }
        return value;
    }

    /** The function at an address of the kernel, as {@code name+0x10}; null if there is none. */
    public String name(long address) {
        long wanted = address - slide;
        int low = 0;
        int high = addresses.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (addresses[middle] <= wanted) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        // Behind the last symbol there are other things of the kernel's half, but no functions.
        if (high < 0 || high == addresses.length - 1 || address >= 0) {
            return null;
        }
        long distance = wanted - addresses[high];
        return distance == 0 ? names[high] : names[high] + "+0x" + Long.toHexString(distance);
    }

    @Override
    public String describe(long address) {
        String name = name(address);
        return name == null ? null : "<" + name + ">";
    }
}
