package org.linuxemu.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may import whom: docs/architecture.md, enforced. */
@AnalyzeClasses(packages = "org.linuxemu", importOptions = ImportOption.DoNotIncludeTests.class)
class ImportRulesTest {
    private static final String CORE = "org.linuxemu.core.";

    private static ArchRule coreOnly(String room, String... others) {
        String[] allowed = new String[others.length + 3];
        for (int i = 0; i < others.length; i++) {
            allowed[i] = CORE + others[i] + "..";
        }
        allowed[others.length] = CORE + room + "..";
        allowed[others.length + 1] = "java..";
        allowed[others.length + 2] = "org.slf4j..";
        return classes()
                .that()
                .resideInAPackage(CORE + room + "..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(allowed);
    }

    @ArchTest static final ArchRule STATE = coreOnly("state");

    @ArchTest static final ArchRule BUS = coreOnly("bus");

    @ArchTest static final ArchRule IRQ = coreOnly("irq");

    @ArchTest static final ArchRule TIME = coreOnly("time");

    @ArchTest static final ArchRule DEBUG = coreOnly("debug");

    @ArchTest static final ArchRule DECODE = coreOnly("decode", "state");

    @ArchTest static final ArchRule MEMORY = coreOnly("memory", "bus");

    @ArchTest static final ArchRule MMU = coreOnly("mmu", "state", "memory", "exception");

    @ArchTest static final ArchRule EXCEPTION = coreOnly("exception", "state", "memory", "mmu");

    @ArchTest
    static final ArchRule BLOCK =
            coreOnly("block", "state", "decode", "memory", "mmu", "exception");

    @ArchTest
    static final ArchRule EXEC =
            coreOnly(
                    "exec",
                    "state",
                    "decode",
                    "memory",
                    "mmu",
                    "exception",
                    "block",
                    "bus",
                    "irq",
                    "time",
                    "debug");

    @ArchTest
    static final ArchRule CORE_KNOWS_NO_DEVICE =
            noClasses()
                    .that()
                    .resideInAPackage("org.linuxemu.core..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "org.linuxemu.devices..",
                            "org.linuxemu.gdbstub..",
                            "org.linuxemu.cli..");

    @ArchTest
    static final ArchRule DEVICES_KNOW_THEIR_CONTRACTS =
            noClasses()
                    .that()
                    .resideInAPackage("org.linuxemu.devices..")
                    .and()
                    .resideOutsideOfPackages(
                            "org.linuxemu.devices.board..", "org.linuxemu.devices.boot..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "org.linuxemu.core.cpu..",
                            "org.linuxemu.core.state..",
                            "org.linuxemu.core.exec..",
                            "org.linuxemu.core.mmu..",
                            "org.linuxemu.core.block..",
                            "org.linuxemu.core.decode..",
                            "org.linuxemu.core.debug..");

    @ArchTest
    static final ArchRule STUB_KNOWS_ONLY_DEBUG =
            noClasses()
                    .that()
                    .resideInAPackage("org.linuxemu.gdbstub..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "org.linuxemu.core.cpu..",
                            "org.linuxemu.core.state..",
                            "org.linuxemu.core.exec..",
                            "org.linuxemu.core.mmu..",
                            "org.linuxemu.core.memory..",
                            "org.linuxemu.devices..",
                            "org.linuxemu.cli..");

    @ArchTest
    static final ArchRule NETTY_ONLY_IN_THE_SERVERS =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(
                            "org.linuxemu.gdbstub..", "org.linuxemu.cli.display.web..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("io.netty..");

    @ArchTest
    static final ArchRule PICOCLI_ONLY_IN_THE_CLI =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("org.linuxemu.cli..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("picocli..");

    /** Host time enters through core.time alone; everything else sees virtual time. */
    @ArchTest
    static final ArchRule HOST_CLOCKS_ONLY_IN_TIME =
            noClasses()
                    .that()
                    .resideInAnyPackage("org.linuxemu.core..", "org.linuxemu.devices..")
                    .and()
                    .resideOutsideOfPackage("org.linuxemu.core.time..")
                    .should()
                    .callMethod(System.class, "nanoTime")
                    .orShould()
                    .callMethod(System.class, "currentTimeMillis")
                    .orShould()
                    .dependOnClassesThat()
                    .haveNameMatching(
                            "java\\.time\\.Clock|java\\.util\\.Random|java\\.util\\.UUID");
}
