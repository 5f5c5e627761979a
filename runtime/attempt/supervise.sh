#!/bin/sh
# supervise.sh ATTEMPT_FOLDER TIMEOUT_SECONDS WORKER_ARGV...
#
# The parent of one worker: starts it in a session of its own, waits, records the raw status, then becomes the
# process that settles the attempt. A shell, because it sleeps in wait(2) for hours and costs a hundredth of Node.
# DISPATCH_BIN, DISPATCH_SETTLE_ROOT, _TASK, _NUMBER: what settles. DISPATCH_ENV_*: the worker's, see worker.sh.
set -u
attempt=$1 timeout=$2
shift 2

now() { date -u +%Y-%m-%dT%H:%M:%S.000Z; }
here=${0%/*}

# pid and start time of this process, the same that runtime/io/processes.ts reads back
. "$here/identity.sh"
# Linked, not moved: of two supervisors that a killed and a second launcher started, one goes on.
identity $$ >"$attempt/.supervisor.$$.tmp" && ln "$attempt/.supervisor.$$.tmp" "$attempt/supervisor.yaml"
claimed=$?
rm -f "$attempt/.supervisor.$$.tmp" &
[ "$claimed" = 0 ] || exit 75

trap '' HUP INT

# By this, what is started beside the worker is found and ended when this shell was killed.
beside=${DISPATCH_ENV_DISPATCH_MARK:-}

# The user's own preparation of a new worktree. When it fails it records that, and there is nothing to supervise.
if [ -n "${DISPATCH_BOOTSTRAP:-}" ]; then
  DISPATCH_BESIDE=$beside "$DISPATCH_BIN" _bootstrap "$DISPATCH_SETTLE_ROOT" "$DISPATCH_SETTLE_TASK" "$DISPATCH_SETTLE_NUMBER" ||
    exec "$DISPATCH_BIN" _settle "$DISPATCH_SETTLE_ROOT" "$DISPATCH_SETTLE_TASK" "$DISPATCH_SETTLE_NUMBER"
fi

# From here on caught, not ignored: what a shell ignores, everything that it starts ignores, too.
trap : HUP INT

# A session of its own: signals to the worker's group never reach this shell. A shell starts what it leaves in the
# background with INT and QUIT ignored, which a shell cannot undo (GNU env can, and perl).
default=HUP,INT,QUIT
if ! command -v setsid >/dev/null 2>&1; then with=perl
elif env --default-signal="$default" true 2>/dev/null; then with=env
elif command -v perl >/dev/null 2>&1; then with=perl
else with=setsid; fi
case $with in
  env) setsid env --default-signal="$default" sh "$here/worker.sh" "$attempt" "$@" & ;;
  setsid) setsid sh "$here/worker.sh" "$attempt" "$@" & ;;
  perl)
    perl -MPOSIX -e '$SIG{$_} = "DEFAULT" for split /,/, shift; POSIX::setsid(); exec @ARGV or exit 127' \
      "$default" sh "$here/worker.sh" "$attempt" "$@" &
    ;;
esac
worker=$!

# A system that shuts down ends the worker first; the status is still recorded.
trap 'kill -TERM "-$worker" 2>/dev/null' TERM

timer=
if [ "$timeout" != 0 ]; then
  (
    trap '' HUP INT
    sleep='' over=''
    trap 'over=1; [ -z "$sleep" ] || kill "$sleep" 2>/dev/null' TERM
    DISPATCH_BESIDE=$beside sleep "$timeout" &
    sleep=$!
    # Called off before the pid was known here.
    [ -z "$over" ] || kill "$sleep" 2>/dev/null
    wait "$sleep" && [ -z "$over" ] && exec "$DISPATCH_BIN" _expire "$DISPATCH_SETTLE_ROOT" "$DISPATCH_SETTLE_TASK" "$DISPATCH_SETTLE_NUMBER"
  ) &
  timer=$!
fi

# wait returns early for a trapped signal; the worker is over when it is no longer there to be signalled.
while wait "$worker"; status=$?; kill -0 "$worker" 2>/dev/null; do :; done
[ -z "$timer" ] || kill "$timer" 2>/dev/null

trap '' HUP INT
ended_at=$(now)
# Nobody else knows the status: on a full disk it waits for space, as long as the folder is there at all.
until printf 'status: %s\nended_at: "%s"\n' "$status" "$ended_at" 2>/dev/null >"$attempt/.ended.tmp" &&
  mv "$attempt/.ended.tmp" "$attempt/ended.yaml"; do
  [ -d "$attempt" ] || exit 75
  sleep 2
done
# Once more: a signal that comes before a new shell has a trap of its own is lost.
[ -z "$timer" ] || kill "$timer" 2>/dev/null
exec "$DISPATCH_BIN" _settle "$DISPATCH_SETTLE_ROOT" "$DISPATCH_SETTLE_TASK" "$DISPATCH_SETTLE_NUMBER"
