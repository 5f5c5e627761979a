/** A `claude` on the PATH that plays what a test wrote: lines as the real client prints them, then an exit code. */
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { World } from './world.ts'

/** In a play: `init`, then `says TEXT`, `retries STATUS ERROR`, `ends` or `fails STATUS TEXT`; shell otherwise. */
const CLIENT = `#!/bin/sh
case $1 in --version) echo '2.1.329 (Claude Code)'; exit ;; esac
session=
for word do
  case $before in --session-id | --resume) session=$word ;; esac
  before=$word
done
calls=$WORLD/calls.$DISPATCH_TASK
printf '%s\\n' "$*" >>"$calls"
number=$(wc -l <"$calls" | tr -d ' ')
cat >"$WORLD/prompt.$DISPATCH_TASK.$number"
init() { printf '{"type":"system","subtype":"init","session_id":"%s","apiKeySource":"ANTHROPIC_API_KEY"}\\n' "$session"; }
says() { printf '{"type":"assistant","message":{"model":"m","content":[{"type":"text","text":"%s"}]}}\\n' "$1"; }
retries() { printf '{"type":"system","subtype":"api_retry","attempt":1,"max_retries":4,"error_status":%s,"error":"%s"}\\n' "$1" "$2"; }
limited() { printf '{"type":"rate_limit_event","rate_limit_info":{"status":"rejected","resetsAt":%s}}\\n' "$1"; }
result() {
  printf '{"type":"result","subtype":"success","is_error":%s,"api_error_status":%s,"result":"%s","session_id":"%s","total_cost_usd":0.25,"usage":{"input_tokens":10,"output_tokens":2},"permission_denials":[]}\\n' "$1" "$2" "$3" "$session"
}
ends() { dispatch tick 1 >/dev/null; result false null "\${1:-Finished.}"; exit 0; }
fails() { result true "$1" "$2"; exit 1; }
play=$WORLD/play.$number
[ -e "$play" ] || play=$WORLD/play
. "$play"
`

/** @param plays what the first, the second … worker of each task does; the last one counts for all that follow */
export function fakeClaude(w: World, ...plays: string[]): void {
  const path = join(w.folder, 'path', 'claude')
  writeFileSync(path, CLIENT.replaceAll('$WORLD', w.folder))
  chmodSync(path, 0o755)
  for (const [i, play] of plays.entries())
    w.write(i === plays.length - 1 ? 'play' : `play.${i + 1}`, `init\n${play}\n`)
}

/** How the client was called for a task, a line a worker. */
export function callsOf(w: World, id: string): string[] {
  const path = join(w.folder, `calls.${id}`)
  return existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : []
}
