package org.linuxemu.core.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EventSchedulerTest {
    private final EventScheduler scheduler = new EventScheduler();
    private final List<String> fired = new ArrayList<>();

    private final class Recorder extends TimedEvent {
        private long period;

        Recorder(String name) {
            super(name);
            scheduler.register(this);
        }

        @Override
        public void fire(long deadline) {
            fired.add(name() + "@" + deadline);
            if (period != 0) {
                scheduler.schedule(this, deadline + period);
            }
        }
    }

    @Test
    void emptyQueueIsNeverDue() {
        assertThat(scheduler.nextDeadline()).isEqualTo(EventScheduler.NEVER);
        scheduler.runDue(Long.MAX_VALUE);
        assertThat(fired).isEmpty();
    }

    @Test
    void firesInOrderOfCycleAndThenOfArming() {
        Recorder a = new Recorder("a");
        Recorder b = new Recorder("b");
        Recorder c = new Recorder("c");
        scheduler.schedule(c, 10);
        scheduler.schedule(a, 20);
        scheduler.schedule(b, 10);
        assertThat(scheduler.nextDeadline()).isEqualTo(10);
        scheduler.runDue(9);
        assertThat(fired).isEmpty();
        scheduler.runDue(20);
        assertThat(fired).containsExactly("c@10", "b@10", "a@20");
        assertThat(scheduler.nextDeadline()).isEqualTo(EventScheduler.NEVER);
    }

    @Test
    void armingAgainMovesTheEventAndItsTurn() {
        Recorder a = new Recorder("a");
        Recorder b = new Recorder("b");
        scheduler.schedule(a, 5);
        scheduler.schedule(b, 10);
        scheduler.schedule(a, 10);
        assertThat(scheduler.nextDeadline()).isEqualTo(10);
        scheduler.runDue(10);
        assertThat(fired).containsExactly("b@10", "a@10");
    }

    @Test
    void cancelledEventDoesNotFire() {
        Recorder a = new Recorder("a");
        Recorder b = new Recorder("b");
        scheduler.schedule(a, 5);
        scheduler.schedule(b, 7);
        scheduler.cancel(a);
        scheduler.cancel(a);
        assertThat(a.isScheduled()).isFalse();
        assertThat(scheduler.nextDeadline()).isEqualTo(7);
        scheduler.runDue(100);
        assertThat(fired).containsExactly("b@7");
    }

    @Test
    void periodicEventMissedSeveralTimesFiresOnceForEachPeriod() {
        Recorder a = new Recorder("a");
        a.period = 10;
        scheduler.schedule(a, 10);
        scheduler.runDue(35);
        assertThat(fired).containsExactly("a@10", "a@20", "a@30");
        assertThat(scheduler.nextDeadline()).isEqualTo(40);
    }

    @Test
    void agreesWithASortedListOverManyRandomSteps() {
        Random random = new Random(42);
        Recorder[] events = new Recorder[40];
        for (int i = 0; i < events.length; i++) {
            events[i] = new Recorder("e" + i);
        }
        List<TimedEvent> model = new ArrayList<>();
        long now = 0;
        for (int step = 0; step < 20_000; step++) {
            Recorder event = events[random.nextInt(events.length)];
            int action = random.nextInt(10);
            if (action < 6) {
                model.remove(event);
                scheduler.schedule(event, now + random.nextInt(50));
                int at = model.size();
                while (at > 0 && model.get(at - 1).deadline() > event.deadline()) {
                    at--;
                }
                model.add(at, event);
            } else if (action < 8) {
                model.remove(event);
                scheduler.cancel(event);
            } else {
                now += random.nextInt(20);
                List<String> expected = new ArrayList<>();
                while (!model.isEmpty() && model.get(0).deadline() <= now) {
                    TimedEvent first = model.remove(0);
                    expected.add(first.name() + "@" + first.deadline());
                }
                fired.clear();
                scheduler.runDue(now);
                assertThat(fired).isEqualTo(expected);
            }
            assertThat(scheduler.nextDeadline())
                    .isEqualTo(model.isEmpty() ? EventScheduler.NEVER : model.get(0).deadline());
            if (step % 100 == 0) {
                assertThat(Arrays.asList(scheduler.pending())).isEqualTo(model);
            }
        }
    }

    @Test
    void queueIsRestoredInFiringOrder() {
        Recorder a = new Recorder("a");
        new Recorder("b");
        new Recorder("c");
        scheduler.schedule(a, 3);
        scheduler.restorePending(new String[] {"c", "b"}, new long[] {8, 8});
        assertThat(a.isScheduled()).isFalse();
        scheduler.runDue(8);
        assertThat(fired).containsExactly("c@8", "b@8");
    }

    @Test
    void impossibleQueuesAreRefusedAndChangeNothing() {
        Recorder a = new Recorder("a");
        new Recorder("b");
        scheduler.schedule(a, 3);
        assertThatThrownBy(() -> scheduler.restorePending(new String[] {"nobody"}, new long[] {1}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nobody");
        assertThatThrownBy(
                        () -> scheduler.restorePending(new String[] {"a", "a"}, new long[] {1, 2}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(
                        () -> scheduler.restorePending(new String[] {"a", "b"}, new long[] {2, 1}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(scheduler.pending()).containsExactly(a);
        assertThat(a.deadline()).isEqualTo(3);
    }

    @Test
    void namesAreUnique() {
        new Recorder("a");
        assertThatThrownBy(() -> new Recorder("a"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a");
    }
}
