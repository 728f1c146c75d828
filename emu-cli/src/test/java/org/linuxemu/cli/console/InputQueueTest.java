package org.linuxemu.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.linuxemu.cli.machine.SerialInput;

class InputQueueTest {
    @Test
    void keepsOrderAcrossGrowthAndWrapAround() {
        InputQueue queue = new InputQueue(2000);
        int in = 0;
        int out = 0;
        for (int round = 0; round < 50; round++) {
            for (int i = 0; i < 30 + round; i++) {
                assertThat(queue.offer(in++ & 0xFF)).isTrue();
            }
            for (int i = 0; i < 30; i++) {
                assertThat(queue.poll()).isEqualTo(out++ & 0xFF);
            }
        }
        while (out < in) {
            assertThat(queue.poll()).isEqualTo(out++ & 0xFF);
        }
        assertThat(queue.poll()).isEqualTo(SerialInput.NONE);
    }

    @Test
    void isBounded() {
        InputQueue queue = new InputQueue(3);
        assertThat(queue.offer(1)).isTrue();
        assertThat(queue.offer(SerialInput.BREAK)).isTrue();
        assertThat(queue.offer(3)).isTrue();
        assertThat(queue.offer(4)).isFalse();
        assertThat(queue.poll()).isEqualTo(1);
        assertThat(queue.poll()).isEqualTo(SerialInput.BREAK);
        assertThat(queue.offer(5)).isTrue();
    }

    @Test
    void senderWaitsForRoom() throws InterruptedException {
        InputQueue queue = new InputQueue(1);
        queue.offer(1);
        Thread sender =
                new Thread(
                        () -> {
                            try {
                                queue.awaitRoom();
                                queue.offer(2);
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
        sender.start();
        while (sender.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        assertThat(queue.poll()).isEqualTo(1);
        sender.join();
        assertThat(queue.poll()).isEqualTo(2);
    }
}
