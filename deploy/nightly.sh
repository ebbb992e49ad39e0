#!/usr/bin/env bash
# One night: build and publish one input, keep the logs of thirty nights, tell somebody.
# crontab: 15 3 * * *  PROJECT=/srv/segments SEGMENTS_INPUT=shop /srv/segments/deploy/nightly.sh
set -uo pipefail
PROJECT=${PROJECT:-$(cd "$(dirname "$0")/.." && pwd)}
SEGMENTS=${SEGMENTS:-$PROJECT/.venv/bin/segments}
ALERT=${ALERT:-cat}                # reads the sentence: mail -s segments you@your.host
LOGS=${LOGS:-$PROJECT/logs/nights}
cd "$PROJECT" || exit 5
mkdir -p "$LOGS"
log=$LOGS/${SEGMENTS_INPUT:-default}-$(date +%Y%m%dT%H%M%S).log

exec 9> "$LOGS/.${SEGMENTS_INPUT:-default}.lock"
flock --nonblock 9 || { echo "The night before still runs." | $ALERT; exit 4; }

"$SEGMENTS" build "$@" > "$log" 2>&1
code=$?
case $code in
    0) ;;
    3) echo "A data test failed; what was published stays. $(grep '^segments:' "$log" | head -3)" | $ALERT ;;
    4) echo "Somebody has the warehouse open; the next night tries again." | $ALERT ;;
    5) echo "Disk, memory or permissions: $(grep '^segments:' "$log" | head -1)" | $ALERT ;;
    6) echo "Built and not published: $(grep '^segments:' "$log" | tail -1)" | $ALERT ;;
    *) echo "The build failed: $(grep '^segments:' "$log" | head -3)" | $ALERT ;;
esac
find "$LOGS" -name '*.log' -mtime +30 -delete
exit $code
