package org.linuxemu.gdbstub.target;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class TargetDescriptionTest {
    @ParameterizedTest
    @CsvSource({"X86_64, true", "X86_64, false", "I8086, false"})
    void theDocumentAndThePacketsAgree(TargetDescription.Arch arch, boolean avx) throws Exception {
        TargetDescription description = TargetDescription.of(arch, avx);
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
        NodeList registers =
                factory.newDocumentBuilder()
                        .parse(new InputSource(new StringReader(description.xml())))
                        .getElementsByTagName("reg");
        assertThat(registers.getLength()).isEqualTo(description.size());
        int bytes = 0;
        for (int i = 0; i < description.size(); i++) {
            Element element = (Element) registers.item(i);
            assertThat(element.getAttribute("regnum")).isEqualTo(Integer.toString(i));
            assertThat(element.getAttribute("name")).isEqualTo(description.register(i).name());
            int bits = Integer.parseInt(element.getAttribute("bitsize"));
            assertThat(bits).isEqualTo(description.register(i).bytes() * 8);
            bytes += bits / 8;
        }
        assertThat(description.packetBytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({
        "0, rax",
        "7, rsp",
        "16, rip",
        "17, eflags",
        "24, st0",
        "40, xmm0",
        "56, mxcsr",
        "57, orig_rax"
    })
    void theNumbersAreThoseThatGdbUsesOnLinux(int number, String name) {
        assertThat(
                        TargetDescription.of(TargetDescription.Arch.X86_64, true)
                                .register(number)
                                .name())
                .isEqualTo(name);
    }
}
