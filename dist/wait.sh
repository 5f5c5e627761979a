#!/bin/sh
# wait.sh ATTEMPT_FOLDER UNTIL COMMAND...
#
# Sleeps until a time (seconds since the epoch), then becomes the command. A shell, because it may sleep for days. In
# short sleeps, because a suspended machine or a clock that is set makes a long one wake at the wrong time.
set -u
attempt=$1 until=$2
shift 2

slept=0
whole=$((until - $(date +%s)))
# A clock that was set back does not make it wait for longer than it was to.
while left=$((until - $(date +%s))); [ "$left" -gt 0 ] && [ "$slept" -lt "$whole" ]; do
  [ "$left" -gt 30 ] && left=30
  sleep "$left"
  slept=$((slept + left))
  # The task was removed, or another one was put in this one's place.
  grep -q "^pid: $$\$" "$attempt/waiter.yaml" 2>/dev/null || exit 0
done
exec "$@"
