package org.linuxemu.cli.display.web;

import java.util.ArrayList;
import java.util.List;

/** The browsers that look on. Event loop only. */
final class Viewers {
    private final List<Viewer> all = new ArrayList<>();
    private String picture;

    void add(Viewer viewer) {
        all.add(viewer);
        if (picture != null) {
            viewer.show(picture);
        }
    }

    void remove(Viewer viewer) {
        all.remove(viewer);
    }

    void show(String newPicture) {
        picture = newPicture;
        for (Viewer viewer : all) {
            viewer.show(newPicture);
        }
    }

    /** The last picture, for a viewer that was too slow for those before. */
    String latest() {
        return picture;
    }

    void close() {
        for (Viewer viewer : List.copyOf(all)) {
            viewer.close();
        }
    }
}
