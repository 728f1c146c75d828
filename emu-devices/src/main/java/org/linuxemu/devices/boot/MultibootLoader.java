package org.linuxemu.devices.boot;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.devices.board.PcMemoryLayout;

/** Loads a multiboot kernel and its modules (Multiboot Specification 0.6.96). */
final class MultibootLoader {
    private static final String LOADER_NAME = "linuxemu";

    private final BootRequest request;
    private final BootFile kernel;
    private final GuestMemory memory;
    private final CpuState state;

    private final List<String> moduleFiles = new ArrayList<>();
    private final List<String> moduleStrings = new ArrayList<>();
    private long[] moduleStarts = new long[0];
    private long[] moduleEnds = new long[0];

    private ElfSegments segments; // null with the a.out kludge
    private long kernelStart;
    private long kernelEnd;

    MultibootLoader(BootRequest request, BootFile kernel, GuestMemory memory, CpuState state) {
        this.request = request;
        this.kernel = kernel;
        this.memory = memory;
        this.state = state;
    }

    BootResult load(MultibootHeader header, byte[] head)
            throws BootImageException, ImageFormatException {
        long entry = header.hasAddresses ? loadRaw(header) : loadElf(head);
        long end = loadModules(pageAlign(Math.max(kernelEnd, PcMemoryLayout.HIGH_MEMORY)));
        long information = storeInformation(end);
        EntryState.multiboot(state, memory, entry, information);
        int modules = moduleStarts.length;
        return new BootResult(
                header.hasAddresses ? "multiboot kernel" : "multiboot ELF kernel",
                entry,
                kernelStart,
                kernelEnd,
                modules == 0 ? 0 : moduleStarts[0],
                modules == 0 ? 0 : moduleEnds[modules - 1] - moduleStarts[0]);
    }

    private long loadElf(byte[] head) throws BootImageException, ImageFormatException {
        if (!ElfHeader.isElf(head)) {
            throw new ImageFormatException(
                    "has a multiboot header without addresses but is no ELF file");
        }
        segments = LinuxBootLoader.readElf(kernel, memory, ElfHeader.parse(head));
        kernelStart = segments.lowest;
        kernelEnd = segments.highest;
        return segments.entry;
    }

    /** Loads a file whose header tells the addresses itself (specification 3.1.3). */
    private long loadRaw(MultibootHeader header) throws BootImageException, ImageFormatException {
        long fileOffset = header.offset - (header.headerAddress - header.loadAddress);
        if (fileOffset < 0 || header.headerAddress < header.loadAddress) {
            throw new ImageFormatException("has damaged addresses in its multiboot header");
        }
        kernelStart = header.loadAddress;
        long loadEnd =
                header.loadEndAddress != 0
                        ? header.loadEndAddress
                        : kernelStart + kernel.length() - fileOffset;
        kernelEnd = Math.max(loadEnd, header.bssEndAddress);
        if (loadEnd <= kernelStart
                || header.entryAddress < kernelStart
                || header.entryAddress >= kernelEnd) {
            throw new ImageFormatException("has damaged addresses in its multiboot header");
        }
        if (fileOffset + (loadEnd - kernelStart) > kernel.length()) {
            throw new ImageFormatException("is a truncated multiboot kernel");
        }
        LinuxPlacement.checkFits(kernelEnd, memory.lowEnd());
        if (kernelStart < PcMemoryLayout.BASE_MEMORY
                || (kernelStart < PcMemoryLayout.HIGH_MEMORY && kernelEnd > PcMemoryLayout.EBDA)) {
            throw new ImageFormatException("wants to be loaded over the BIOS or the VGA window");
        }
        kernel.readInto(memory, fileOffset, kernelStart, loadEnd - kernelStart);
        return header.entryAddress;
    }

    /**
     * Loads the modules one behind the other on page boundaries; returns the first address behind
     * them.
     */
    private long loadModules(long address) throws BootImageException {
        if (request.initrd() == null) {
            return address;
        }
        splitModules(request.initrd());
        moduleStarts = new long[moduleFiles.size()];
        moduleEnds = new long[moduleFiles.size()];
        for (int i = 0; i < moduleStarts.length; i++) {
            try (BootFile module = BootFile.open("module", moduleFiles.get(i))) {
                if (module.length() > memory.lowEnd() - address) {
                    throw module.error(
                            "does not fit in RAM: it has "
                                    + module.length()
                                    + " bytes, and "
                                    + Math.max(0, memory.lowEnd() - address)
                                    + " bytes of RAM are left behind the kernel");
                }
                module.readInto(memory, 0, address, module.length());
                moduleStarts[i] = address;
                moduleEnds[i] = address + module.length();
                address = pageAlign(moduleEnds[i]);
            }
        }
        return address;
    }

    /**
     * "file args,file args": a comma that belongs to a name is doubled, a module's string is its
     * name and arguments.
     */
    private void splitModules(String list) {
        StringBuilder item = new StringBuilder();
        int n = list.length();
        for (int i = 0; i <= n; i++) {
            char c = i == n ? ',' : list.charAt(i);
            if (c != ',') {
                item.append(c);
            } else if (i + 1 < n && list.charAt(i + 1) == ',') {
                item.append(',');
                i++;
            } else {
                String module = item.toString().trim();
                int space = module.indexOf(' ');
                moduleFiles.add(space < 0 ? module : module.substring(0, space));
                moduleStrings.add(module);
                item.setLength(0);
            }
        }
    }

    /**
     * Writes the information structure (specification 3.3) with everything that it points to, in
     * base memory, or behind the modules if the kernel lies there.
     *
     * @return its address
     */
    private long storeInformation(long behindModules) throws BootImageException {
        String commandLine = new File(request.kernel()).getPath();
        if (!request.commandLine().isEmpty()) {
            commandLine += ' ' + request.commandLine();
        }
        E820Map map = request.e820() != null ? request.e820() : PcMemoryLayout.e820(memory.ram());
        MultibootInformation information =
                new MultibootInformation(
                        commandLine,
                        LOADER_NAME,
                        map,
                        memory.lowEnd(),
                        moduleStarts,
                        moduleEnds,
                        moduleStrings);
        int size = information.size();
        long address = PcMemoryLayout.MULTIBOOT_INFO;
        if (address + size > PcMemoryLayout.EBDA || kernelOverlaps(address, address + size)) {
            address = behindModules;
        }
        if (address + size > memory.lowEnd()) {
            throw new BootImageException(
                    "the command line and modules leave no room in RAM for the boot information");
        }
        byte[] bytes = information.at((int) address);
        memory.write(address, bytes, 0, bytes.length);
        return address;
    }

    private boolean kernelOverlaps(long from, long to) {
        return segments != null
                ? segments.overlaps(from, to)
                : kernelStart < to && from < kernelEnd;
    }

    private static long pageAlign(long address) {
        return (address + 0xFFF) & -0x1000L;
    }

    /** The bytes of a string with its terminating zero. */
    static byte[] zeroTerminated(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return java.util.Arrays.copyOf(bytes, bytes.length + 1);
    }
}
