package org.linuxemu.devices.boot;

import java.nio.charset.StandardCharsets;
import org.linuxemu.core.state.CpuState;
import org.linuxemu.devices.board.PcMemoryLayout;
import org.linuxemu.devices.boot.unpack.UnpackException;
import org.linuxemu.devices.boot.unpack.Unpacker;

/**
 * The Linux/x86 boot protocol, 32-bit and 64-bit; the real-mode part of a kernel is not run.
 *
 * <p>A bzImage holds a program that unpacks the kernel proper and jumps to it. By default that is
 * done here, which is faster and puts the kernel where it was linked, and the kernel proper is
 * entered in the same state as the unpacking program would leave; an ELF vmlinux is entered in the
 * same way.
 */
final class LinuxBootLoader {
    /**
     * COMMAND_LINE_SIZE of the x86 kernel less the terminating zero, for kernels without a header.
     */
    static final int DEFAULT_COMMAND_LINE_MAX = 2047;

    /** Room for what is in the ELF file of a kernel but not in its memory. */
    private static final long UNPACK_ALLOWANCE = 64L << 20;

    /** Offset of the 64-bit entry point from the start of the protected-mode kernel. */
    private static final int ENTRY64_OFFSET = 0x200;

    private final BootRequest request;
    private final BootFile kernel;
    private final GuestMemory memory;
    private final CpuState state;

    LinuxBootLoader(BootRequest request, BootFile kernel, GuestMemory memory, CpuState state) {
        this.request = request;
        this.kernel = kernel;
        this.memory = memory;
        this.state = state;
    }

    /** Loads an ELF kernel that is no multiboot image. */
    BootResult loadElf(byte[] head) throws BootImageException, ImageFormatException {
        ElfHeader header = ElfHeader.parse(head);
        ElfSegments segments = readElf(kernel, memory, header);
        LinuxPlacement.checkAboveFirstMegabyte(segments);
        return enterElf(
                header, segments, null, header.is64 ? "ELF vmlinux" : "ELF vmlinux, 32 bits");
    }

    /** Reads the program headers of an ELF file, checks them, and loads the segments. */
    static ElfSegments readElf(BootFile file, GuestMemory memory, ElfHeader header)
            throws BootImageException, ImageFormatException {
        if (header.tableOffset + header.tableSize() > file.length()) {
            throw new ImageFormatException("is a truncated ELF file");
        }
        byte[] table = new byte[header.tableSize()];
        file.read(header.tableOffset, table, 0, table.length);
        ElfSegments segments = new ElfSegments(header, table, 0, memory.lowEnd());
        if (segments.fileEnd > file.length()) {
            throw new ImageFormatException(
                    "is a truncated ELF file: its segments end at byte "
                            + segments.fileEnd
                            + ", the file has "
                            + file.length());
        }
        if (segments.overlaps(0, PcMemoryLayout.BASE_MEMORY)
                || segments.overlaps(PcMemoryLayout.EBDA, PcMemoryLayout.HIGH_MEMORY)) {
            throw new ImageFormatException("wants to be loaded over the BIOS or the VGA window");
        }
        for (int i = 0; i < segments.count; i++) {
            file.readInto(memory, segments.fileStart[i], segments.start[i], segments.fileSize[i]);
        }
        return segments;
    }

    BootResult loadBzImage(SetupHeader header) throws BootImageException, ImageFormatException {
        long payload = header.payloadOffset();
        if (request.bootDecompressor() || payload < 0) {
            return loadDecompressor(header, "bzImage, its own decompressor");
        }
        int length = (int) header.payloadLength();
        byte[] packed = new byte[length + Unpacker.SLACK];
        kernel.read(payload, packed, 0, length);
        String format = Unpacker.format(packed, 0, length);
        if (format == null) {
            return loadDecompressor(
                    header, "bzImage, packed in an unknown format, its own decompressor");
        }
        ElfSink sink = new ElfSink(memory);
        try {
            Unpacker.unpack(packed, 0, length, memory.lowEnd() + UNPACK_ALLOWANCE, sink);
            sink.finish();
        } catch (UnpackException e) {
            if (sink.problem() != null) {
                throw sink.problem();
            }
            throw new ImageFormatException("cannot be unpacked: " + e.getMessage());
        }
        return enterElf(
                sink.header(), sink.segments(), header, "bzImage, " + format + " payload unpacked");
    }

    private BootResult enterElf(
            ElfHeader elf, ElfSegments segments, SetupHeader header, String description)
            throws BootImageException {
        BootParams params = new BootParams(header);
        return finish(
                params,
                header,
                description,
                elf.is64,
                segments.entry,
                segments.lowest,
                segments.highest);
    }

    /** Loads the protected-mode kernel as a boot loader does and enters its decompressor. */
    private BootResult loadDecompressor(SetupHeader header, String description)
            throws BootImageException, ImageFormatException {
        long preferred = header.preferredAddress();
        if (preferred < 0 || preferred > PcMemoryLayout.PCI_HOLE) {
            throw new ImageFormatException(
                    "wants to be loaded at 0x"
                            + Long.toHexString(preferred)
                            + ", where this machine has no RAM");
        }
        long address = PcMemoryLayout.HIGH_MEMORY;
        if (header.relocatable() && preferred >= address) {
            address = (preferred + header.alignment() - 1) & -header.alignment();
        }
        // The kernel unpacks itself at the preferred address or, if that is higher and it may,
        // where it was loaded.
        long runtime = Math.max(address, preferred);
        long end = Math.max(runtime + header.initSize(), address + header.kernelSize);
        LinuxPlacement.checkFits(end, memory.lowEnd());
        BootParams params = new BootParams(header);
        long entry = address;
        boolean entry64 = header.has64BitEntry();
        if (entry64) {
            entry += ENTRY64_OFFSET;
        } else if (!header.relocatable()) {
            entry = header.code32Start();
        }
        if (entry < address || entry >= address + header.kernelSize) {
            throw new ImageFormatException("is damaged: its entry point lies outside of it");
        }
        params.setCode32Start(address);
        kernel.readInto(memory, header.kernelOffset, address, header.kernelSize);
        return finish(params, header, description, entry64, entry, address, end);
    }

    private BootResult finish(
            BootParams params,
            SetupHeader header,
            String description,
            boolean entry64,
            long entry,
            long kernelStart,
            long kernelEnd)
            throws BootImageException {
        storeCommandLine(header == null ? DEFAULT_COMMAND_LINE_MAX : header.commandLineMax());
        params.setCommandLine(PcMemoryLayout.COMMAND_LINE);
        long initrdStart = 0;
        long initrdSize = 0;
        if (request.initrd() != null) {
            long max =
                    header == null
                            ? LinuxPlacement.DEFAULT_INITRD_ADDRESS_MAX
                            : header.initrdAddressMax();
            try (BootFile initrd = BootFile.open("initrd", request.initrd())) {
                initrdSize = initrd.length();
                initrdStart =
                        LinuxPlacement.initrd(
                                initrd, max, memory.lowEnd(), request.commandLine(), kernelEnd);
                initrd.readInto(memory, 0, initrdStart, initrdSize);
            }
            params.setInitrd(initrdStart, initrdSize);
        }
        E820Map map = request.e820();
        params.setMemoryMap(map != null ? map : PcMemoryLayout.e820(memory.ram()), memory.lowEnd());
        long rsdp = request.acpiRsdp();
        params.setAcpiRsdp(rsdp != 0 ? rsdp : PcMemoryLayout.acpiRsdp(memory.ram()));
        if (header == null || header.version >= 0x209) {
            params.addRngSeed(memory, request.rngSeed());
        }
        params.store(memory);
        if (entry64) {
            EntryState.linux64(state, memory, entry);
        } else {
            EntryState.linux32(state, memory, entry);
        }
        String text = description + (entry64 ? ", 64-bit entry" : ", 32-bit entry");
        String version = header == null ? "" : header.kernelVersion();
        return new BootResult(
                version.isEmpty() ? text : "Linux " + version + ", " + text,
                entry,
                kernelStart,
                kernelEnd,
                initrdStart,
                initrdSize);
    }

    private void storeCommandLine(long max) throws BootImageException {
        byte[] line = request.commandLine().getBytes(StandardCharsets.UTF_8);
        long limit = Math.min(max, PcMemoryLayout.COMMAND_LINE_SIZE - 1);
        if (line.length > limit) {
            throw new BootImageException(
                    "the kernel command line has "
                            + line.length
                            + " bytes; this kernel takes "
                            + limit
                            + " at most");
        }
        memory.write(PcMemoryLayout.COMMAND_LINE, line, 0, line.length);
    }
}
