#!/bin/sh
# worker.sh ATTEMPT_FOLDER ARGV...
#
# Records which process the worker is, then becomes it: the record exists before the worker does anything.
set -u
attempt=$1
shift
. "${0%/*}/identity.sh"

# What only the worker is to see (its identity, its marker, its backend's settings). Names are checked by the launcher.
for name in $DISPATCH_ENV; do
  eval "$name=\$DISPATCH_ENV_$name; export $name; unset DISPATCH_ENV_$name"
done
unset DISPATCH_ENV DISPATCH_SETTLE_ROOT DISPATCH_SETTLE_TASK DISPATCH_SETTLE_NUMBER DISPATCH_BIN DISPATCH_BOOTSTRAP

{
  cat "$attempt/launch.yaml" && identity $$ && printf 'started_at: "%s"\n' "$(date -u +%Y-%m-%dT%H:%M:%S.000Z)"
} >"$attempt/.attempt.tmp" && mv "$attempt/.attempt.tmp" "$attempt/attempt.yaml" || exit 75

# Launches of one CLI keep a distance where they are known to disturb each other: its turn, in seconds. Not every
# sleep knows fractions.
if [ -e "$attempt/turn" ]; then
  read -r seconds <"$attempt/turn"
  case $seconds in
    '' | *[!0-9.]*) ;;
    *) sleep "$seconds" 2>/dev/null || sleep $((${seconds%%.*} + 1)) ;;
  esac
fi

# Somebody stopped the task while it was being started, or took it for lost because its supervisor was killed.
[ ! -e "$attempt/ending" ] && [ ! -e "$attempt/exit.yaml" ] || exit 75

cd "$DISPATCH_CWD" || exit 75
unset DISPATCH_CWD
exec "$@" <"$attempt/prompt.md" >>"$attempt/log" 2>>"$attempt/stderr"
