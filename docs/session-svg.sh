#!/bin/bash
# Makes docs/session.svg: a picture of a real session, the bash initramfs on the slim kernel, as the terminal shows it.
# Needs tmux and python3; the jar must be built.
set -euo pipefail
cd "$(dirname "$0")/.."
kernel=$(images/tutorial-kernel.sh --slim)
initrd=$(images/bash-initramfs.sh)
session=emu-svg-$$
tmux -f /dev/null new-session -d -x 80 -y 25 -s "$session" \
    "java -jar emu-cli/target/emu.jar -enable-kvm -cpu host -kernel $kernel -initrd $initrd -s 2>/dev/null"
trap 'tmux kill-session -t "$session" 2>/dev/null || true' EXIT

# await TEXT: until it is on the screen.
await() {
    for _ in $(seq 600); do
        if tmux capture-pane -p -t "$session" | grep -qF -- "$1"; then return; fi
        sleep 0.2
    done
    echo "session-svg.sh: no $1 on the screen" >&2
    exit 1
}

await 'init-5.2#'
tmux send-keys -t "$session" '/demo; echo $?' Enter
await 204
tmux send-keys -t "$session" 'for i in 1 2 3; do echo "Hello $i from bash $BASH_VERSION"; done' Enter
await 'Hello 3'
tmux capture-pane -p -t "$session" | python3 -c '
import html, sys
rows = sys.stdin.read().split("\n")[:25]
print("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"760\" height=\"480\" font-family=\"monospace\" font-size=\"14\">")
print("<rect width=\"760\" height=\"480\" rx=\"6\" fill=\"#111\"/>")
print("<g fill=\"#aaa\">")
for i, row in enumerate(rows):
    if row.strip():
        print("<text x=\"12\" y=\"%d\" xml:space=\"preserve\" textLength=\"%.1f\">%s</text>"
              % (26 + 18 * i, 9.2 * len(row.rstrip()), html.escape(row.rstrip())))
print("</g>")
print("</svg>")' >docs/session.svg
echo docs/session.svg
