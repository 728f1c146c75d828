#!/bin/bash
# Programs that some tests use: a headless browser for the web display. Never fails: a test whose program is missing
# says so and is skipped.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

(need_tools /usr/bin/chromium:chromium) || say "going on without"
