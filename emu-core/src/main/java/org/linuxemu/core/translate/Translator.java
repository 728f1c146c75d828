package org.linuxemu.core.translate;

import java.lang.invoke.MethodHandles;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.LinkedBlockingQueue;
import org.linuxemu.core.block.BasicBlock;
import org.linuxemu.core.block.BlockCache;
import org.linuxemu.core.block.Translation;
import org.linuxemu.core.exec.ExecContext;
import org.linuxemu.core.exec.TranslationSource;

/**
 * The second tier: makes classes of hot regions, on a thread of its own, and hands them over
 * between blocks. The moment at which that happens is never visible to the guest.
 */
public final class Translator implements TranslationSource {
    /** Translations kept; when there are more all are dropped and made anew as needed. */
    public static final int DEFAULT_CAPACITY = 6000;

    /** Runs of a block before it is translated; measured in docs/performance.md. */
    public static final int DEFAULT_THRESHOLD = 20000;

    /** Few, so that tests see them dropped. */
    public static final int EAGER_CAPACITY = 2000;

    private static final int QUEUE = 400;

    /** Larger class files are made again of half the blocks: HotSpot's limit is 8000 bytecodes. */
    private static final int MAX_CLASS_BYTES = 9_000;

    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

    private final TranslatedCode.Constants constants;
    private final BlockCache cache;
    private final int threshold;
    private final boolean background;
    private final int capacity;
    private final LinkedBlockingQueue<TranslatedCode.Parts> requests =
            new LinkedBlockingQueue<>(QUEUE);
    private final ArrayDeque<Translation> finished = new ArrayDeque<>();
    private volatile boolean anyFinished;
    private Thread thread;
    private volatile Placement placement = Placement.CHOSEN;
    private volatile int failures;
    private volatile long classBytes;
    private volatile Throwable lastFailure;
    private int installed;
    private long made;
    private long evictions;

    /**
     * @param threshold runs of a block after which its region is translated; 0: before it runs
     * @param background generate on another thread; else at once
     * @param capacity translations kept at the same time
     */
    public Translator(
            ExecContext context,
            BlockCache cache,
            int threshold,
            boolean background,
            int capacity) {
        this.constants = new TranslatedCode.Constants(context);
        this.cache = cache;
        this.threshold = threshold;
        this.background = background;
        this.capacity = capacity;
    }

    /** Where regions made from now on have the guest's registers; for tests. */
    public void place(Placement where) {
        placement = where;
    }

    @Override
    public int threshold() {
        return threshold;
    }

    /** Translations installed so far. */
    public long made() {
        return made;
    }

    /** Regions that could not be translated; more than 0 is a defect of the translator. */
    public int failures() {
        return failures;
    }

    /** Why the last of them could not; null if none failed. */
    public Throwable lastFailure() {
        return lastFailure;
    }

    /** Bytes of the class files of all translations made so far. */
    public long classBytes() {
        return classBytes;
    }

    /** Regions that wait to be translated. */
    public int waiting() {
        return requests.size();
    }

    /** Translations that may be kept at the same time. */
    public int capacity() {
        return capacity;
    }

    /** How often all translations were dropped because there were too many. */
    public long evictions() {
        return evictions;
    }

    @Override
    public void hot(BasicBlock block) {
        BasicBlock[] blocks = Region.collect(cache, block, 1);
        if (blocks.length == 0) {
            return;
        }
        TranslatedCode.Parts parts = new TranslatedCode.Parts(blocks);
        if (background) {
            if (requests.remainingCapacity() == 0) {
                block.runs = 0;
                return;
            }
            startThread();
            requests.add(parts);
        } else {
            Translation t = generate(parts);
            if (t != null) {
                install(t);
            }
        }
        // The others run inside the region now; they get one of their own if they are entered
        // often from elsewhere.
        for (int i = 1; i < blocks.length; i++) {
            blocks[i].runs = Math.min(blocks[i].runs, 0) - 3 * threshold - 1;
        }
    }

    private void startThread() {
        if (thread == null) {
            thread =
                    new Thread("translator") {
                        @Override
                        public void run() {
                            work();
                        }
                    };
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void work() {
        try {
            while (true) {
                Translation t = generate(requests.take());
                if (t != null) {
                    synchronized (finished) {
                        finished.add(t);
                    }
                    anyFinished = true;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The translation, or null if it failed: its code stays with the interpreter. */
    private Translation generate(TranslatedCode.Parts parts) {
        try {
            TranslatedCode.Parts p = parts;
            byte[] bytes = RegionCompiler.compile(p, placement);
            while (bytes.length > MAX_CLASS_BYTES && p.blocks.length > 1) {
                p = new TranslatedCode.Parts(Arrays.copyOf(p.blocks, p.blocks.length / 2));
                bytes = RegionCompiler.compile(p, placement);
            }
            classBytes += bytes.length; // by one thread only
            Class<?> c =
                    LOOKUP.defineHiddenClassWithClassData(bytes, constants, false).lookupClass();
            return (Translation)
                    c.getDeclaredConstructor(TranslatedCode.Parts.class).newInstance(p);
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            failures++;
            lastFailure = e;
            return null;
        }
    }

    @Override
    public void install() {
        if (!anyFinished) {
            return;
        }
        anyFinished = false;
        while (true) {
            Translation t;
            synchronized (finished) {
                t = finished.poll();
            }
            if (t == null) {
                return;
            }
            install(t);
        }
    }

    private void install(Translation t) {
        if (installed >= capacity) {
            cache.dropTranslations();
            installed = 0;
            evictions++;
        }
        if (cache.install(t)) {
            installed++;
            made++;
        }
    }
}
