package org.linuxemu.cli.trace;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.linuxemu.cli.symbols.KernelSymbols;
import org.linuxemu.core.debug.MemoryAccess;
import org.linuxemu.core.state.CpuState;
import org.slf4j.Logger;

/**
 * Linux system calls, one line each in the style of strace, written when the call returns; calls
 * that do not return, and execve, when they are made. With a vmlinux the kernel's own memory tells
 * number and name of the task. Without one a process is known by its page tables; its number is
 * learned from calls that tell it, its name from its execve.
 */
final class SyscallLog {
    private static final long LOW32 = 0xFFFFFFFFL;
    private static final int MAX_PENDING = 4096;
    private static final int MAX_PROCESSES = 4096;
    private static final int MAX_TEXT = 64;
    private static final int MAX_STRINGS = 32;
    private static final long PAGE_TABLES =
            0x000F_FFFF_FFFF_E000L; // without the bit of a split table
    private static final int[] ARGUMENTS = {CpuState.RDI, CpuState.RSI, CpuState.RDX, 10, 8, 9};
    private static final int[] ARGUMENTS_32 = {
        CpuState.RBX, CpuState.RCX, CpuState.RDX, CpuState.RSI, CpuState.RDI, CpuState.RBP
    };

    /** Any address will do: the kernel sends 32-bit programs back to another one. */
    private static final long ANYWHERE = -1;

    private static final String[] ERRORS = {
        "",
        "EPERM",
        "ENOENT",
        "ESRCH",
        "EINTR",
        "EIO",
        "ENXIO",
        "E2BIG",
        "ENOEXEC",
        "EBADF",
        "ECHILD",
        "EAGAIN",
        "ENOMEM",
        "EACCES",
        "EFAULT",
        "ENOTBLK",
        "EBUSY",
        "EEXIST",
        "EXDEV",
        "ENODEV",
        "ENOTDIR",
        "EISDIR",
        "EINVAL",
        "ENFILE",
        "EMFILE",
        "ENOTTY",
        "ETXTBSY",
        "EFBIG",
        "ENOSPC",
        "ESPIPE",
        "EROFS",
        "EMLINK",
        "EPIPE",
        "EDOM",
        "ERANGE",
        "EDEADLK",
        "ENAMETOOLONG",
        "ENOLCK",
        "ENOSYS",
        "ENOTEMPTY",
        "ELOOP"
    };

    /** A call that has not returned. */
    private record Call(String name, long[] arguments, long returnAddress, int pointerSize) {}

    private static final class Process {
        private String name = "?";
        private long number;
    }

    /** A map that forgets its oldest entry, as a guest may make any number of them. */
    private static final class Bounded<V> extends LinkedHashMap<Long, V> {
        private final int limit;

        Bounded(int limit) {
            this.limit = limit;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, V> eldest) {
            return size() > limit;
        }
    }

    private final Logger all;
    private final Logger execve;
    private final Map<Long, Call> pending = new Bounded<>(MAX_PENDING);
    private final Map<Long, Process> processes = new Bounded<>(MAX_PROCESSES);
    private final byte[] code = new byte[2];
    private final byte[] pointer = new byte[8];
    private boolean inKernel = true;
    private String newName;
    private final KernelSymbols kernel;

    /** The loggers and the symbols of the kernel may be null. */
    SyscallLog(Logger all, Logger execve, KernelSymbols kernel) {
        this.all = all;
        this.execve = execve;
        this.kernel = kernel != null && kernel.knowsTasks() ? kernel : null;
    }

    /** The processor stands before an instruction. */
    void boundary(CpuState state, long rip, MemoryAccess memory) {
        if (state.cpl != 3) {
            inKernel = true;
            return;
        }
        if (inKernel) {
            inKernel = false;
            Call call = pending.get(key(state));
            if (call != null && (call.returnAddress == rip || call.returnAddress == ANYWHERE)) {
                pending.remove(key(state));
                returned(process(state, memory), call, state, memory);
            }
        }
        if (memory.read(rip, code, 0, 2) == 2) {
            int both = (code[0] & 0xFF) << 8 | code[1] & 0xFF;
            if (both == 0x0F05 && state.is64Bit()) {
                entered(process(state, memory), state, rip + 2, memory);
            } else if (both == 0xCD80) {
                entered32(process(state, memory), state, rip + 2, state.regs[CpuState.RBP], memory);
            } else if (both == 0x0F34 || both == 0x0F05) {
                // SYSENTER, or SYSCALL in compatibility mode: EBP is ESP, the sixth lies there.
                long at = state.regs[CpuState.RBP] & LOW32;
                long sixth = memory.read(at, pointer, 0, 4) == 4 ? number(4) : 0;
                entered32(process(state, memory), state, ANYWHERE, sixth, memory);
            }
        }
    }

    private static long key(CpuState state) {
        return (state.cr3 & PAGE_TABLES) * 31 + state.regs[CpuState.RSP];
    }

    private Process process(CpuState state, MemoryAccess memory) {
        Process process = process(state);
        KernelSymbols.Task task = kernel == null ? null : kernel.task(state, memory);
        if (task != null) {
            process.number = task.pid();
            process.name = task.comm();
        }
        return process;
    }

    private Process process(CpuState state) {
        long tables = state.cr3 & PAGE_TABLES;
        Process process = processes.get(tables);
        if (process == null) {
            process = new Process();
            processes.put(tables, process);
            if (newName != null) {
                process.name = newName;
                newName = null;
            }
        }
        return process;
    }

    private void entered(Process process, CpuState state, long next, MemoryAccess memory) {
        long[] arguments = new long[ARGUMENTS.length];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = state.regs[ARGUMENTS[i]];
        }
        String name = SyscallNames.name(state.regs[CpuState.RAX] & LOW32);
        entered(process, state, new Call(name, arguments, next, 8), memory);
    }

    private void entered32(
            Process process, CpuState state, long next, long sixth, MemoryAccess memory) {
        long[] arguments = new long[ARGUMENTS_32.length];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = state.regs[ARGUMENTS_32[i]] & LOW32;
        }
        arguments[5] = sixth & LOW32;
        // The program's code size does not matter: INT 80h is a 32-bit call everywhere.
        String name = SyscallNames32.name(state.regs[CpuState.RAX] & LOW32);
        entered(process, state, new Call(name, arguments, next, 4), memory);
    }

    private void entered(Process process, CpuState state, Call call, MemoryAccess memory) {
        String name = call.name;
        if (isExecve(call)) {
            write(process, text(call, memory, 0));
            String path = string(call.arguments[name.equals("execve") ? 0 : 1], memory);
            newName = path == null ? null : path.substring(path.lastIndexOf('/') + 1);
        } else if (name.equals("exit")
                || name.equals("exit_group")
                || name.equals("reboot")
                || name.equals("rt_sigreturn")
                || name.equals("sigreturn")) {
            write(process, text(call, memory, 0));
            return;
        }
        pending.put(key(state), call);
    }

    private static boolean isExecve(Call call) {
        return call.name.equals("execve") || call.name.equals("execveat");
    }

    private void returned(Process process, Call call, CpuState state, MemoryAccess memory) {
        long rax = state.regs[CpuState.RAX];
        // A 32-bit program sees EAX: an error is negative there.
        boolean failed = call.pointerSize == 4 ? isError((int) rax) : isError(rax);
        long result = call.pointerSize == 8 ? rax : failed ? (int) rax : rax & LOW32;
        String name = call.name;
        if (isExecve(call)) {
            newName = null; // it returns only when it fails
            write(process, name + "() = " + result(result, name));
            return;
        }
        if (!failed && (name.equals("set_tid_address") || name.equals("getpid"))) {
            process.number = result;
        }
        if (all != null) {
            write(process, text(call, memory, result) + " = " + result(result, name));
        }
    }

    private void write(Process process, String text) {
        String who =
                (process.number == 0 ? "?" : Long.toString(process.number))
                        + " "
                        + process.name
                        + " ";
        if (all != null) {
            all.trace(who + text);
        } else if (execve != null && text.startsWith("execve")) {
            execve.trace(who + text);
        }
    }

    private static boolean isError(long result) {
        return result < 0 && result >= -4095;
    }

    private static String result(long result, String name) {
        if (isError(result)) {
            int error = (int) -result;
            return "-1 " + (error < ERRORS.length ? ERRORS[error] : "errno " + error);
        }
        boolean address = name.startsWith("mmap") || name.equals("brk") || name.equals("mremap");
        return address ? "0x" + Long.toHexString(result) : Long.toString(result);
    }

    /** The call with its arguments; of a buffer that it fills as much as its result says. */
    private String text(Call call, MemoryAccess memory, long result) {
        String name = call.name;
        String signature = SyscallNames.signature(name);
        if (signature == null) {
            signature = "xxxxxx";
        }
        StringBuilder text = new StringBuilder(name).append('(');
        for (int i = 0; i < signature.length(); i++) {
            if (i > 0) {
                text.append(", ");
            }
            long next = i + 1 < call.arguments.length ? call.arguments[i + 1] : 0;
            char kind = signature.charAt(i);
            long size = kind == 'b' ? Math.min(next, result) : next;
            if (kind == 'a' && call.arguments[i] != 0) {
                strings(text, call.arguments[i], call.pointerSize, memory);
            } else {
                argument(text, kind, call.arguments[i], size, memory);
            }
        }
        return text.append(')').toString();
    }

    private static void argument(
            StringBuilder text, char kind, long value, long size, MemoryAccess memory) {
        switch (kind) {
            case 'd':
                text.append((int) value == -100 ? "AT_FDCWD" : Integer.toString((int) value));
                return;
            case 'n':
                text.append(Long.toUnsignedString(value));
                return;
            case 'o':
                text.append('0').append(Long.toOctalString(value & 0xFFFFFFFFL));
                return;
            case 's':
                String string = string(value, memory);
                if (string != null) {
                    quote(text, string);
                    return;
                }
                break;
            case 'w':
            case 'b':
                bytes(text, value, size, memory);
                return;
            default:
                break;
        }
        text.append(value == 0 && kind != 'x' ? "NULL" : "0x" + Long.toHexString(value));
    }

    private static void bytes(StringBuilder text, long address, long size, MemoryAccess memory) {
        int wanted = (int) Math.max(0, Math.min(MAX_TEXT, size));
        byte[] data = new byte[wanted];
        int n = memory.read(address, data, 0, wanted);
        if (n < wanted || wanted == 0) {
            text.append("0x").append(Long.toHexString(address));
            return;
        }
        quote(text, new String(data, StandardCharsets.ISO_8859_1));
        if (size > MAX_TEXT) {
            text.append("...");
        }
    }

    private void strings(StringBuilder text, long address, int size, MemoryAccess memory) {
        text.append('[');
        for (int i = 0; i < MAX_STRINGS; i++) {
            if (memory.read(address + (long) size * i, pointer, 0, size) < size) {
                text.append("...");
                break;
            }
            long at = number(size);
            if (at == 0) {
                break;
            }
            String string = string(at, memory);
            text.append(i > 0 ? ", " : "");
            if (string == null) {
                text.append("0x").append(Long.toHexString(at));
            } else {
                quote(text, string);
            }
        }
        text.append(']');
    }

    private long number(int size) {
        long value = 0;
        for (int i = size - 1; i >= 0; i--) {
            value = value << 8 | pointer[i] & 0xFF;
        }
        return value;
    }

    /** A string of the process, cut when it is long; null when it cannot be read at present. */
    private static String string(long address, MemoryAccess memory) {
        byte[] data = new byte[4 * MAX_TEXT];
        int n = memory.read(address, data, 0, data.length);
        for (int i = 0; i < n; i++) {
            if (data[i] == 0) {
                return new String(data, 0, i, StandardCharsets.UTF_8);
            }
        }
        return n < data.length ? null : new String(data, StandardCharsets.UTF_8) + "...";
    }

    private static void quote(StringBuilder text, String string) {
        text.append('"');
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            if (c == '\n') {
                text.append("\\n");
            } else if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < ' ' || c >= 0x7F && c < 0x100) {
                text.append('\\').append(Integer.toOctalString(c));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }
}
