/** The guard as the client calls it, by many agents at once: a brief has one holder, whoever comes in between. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openRoot } from '../../runtime/task/root.ts'
import { type World, world } from '../support/world.ts'

const SESSION = 'a0000000-0000-4000-8000-000000000000'
const AGENTS = Array.from({ length: 32 }, (_, n) => `agent${n}`)

async function running(...attempts: string[]): Promise<World> {
  const w = world()
  await openRoot(w.state, w.root)
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(w.root, path)), { recursive: true })
    writeFileSync(join(w.root, path), text)
  }
  put('active-runs/cache', `${w.repo}\n`)
  put('runs/cache/run.yaml', '{}')
  for (const attempt of attempts) put(`runs/cache/batch-01/${attempt}/spawn.yaml`, '{}')
  return w
}

async function ask(w: World, agent: string, event: object): Promise<string | undefined> {
  const input = JSON.stringify({ session_id: SESSION, agent_id: agent, cwd: w.repo, ...event })
  const said = await w.ok(['hook', 'guard'], { input, env: { CLAUDE_CODE_SESSION_ID: SESSION } })
  return said === '' ? undefined : JSON.parse(said).hookSpecificOutput.permissionDecisionReason
}
const brief = (attempt: string) => ({
  hook_event_name: 'PreToolUse',
  tool_name: 'Bash',
  tool_input: { command: `dispatch brief ${attempt}` },
})

describe('32 agents at once', { timeout: 120_000 }, () => {
  it('that want one brief: one has it, the others are told so', async () => {
    const w = await running('T001-red-1')
    const said = await Promise.all(AGENTS.map((agent) => ask(w, agent, brief('T001-red-1'))))
    expect(said.filter((why) => why === undefined)).toHaveLength(1)
    expect(said.filter((why) => /T001-red-1 was taken by another agent/.test(why ?? ''))).toHaveLength(31)
    const holder = JSON.parse(readFileSync(join(w.root, 'runs/cache/batch-01/T001-red-1/agent.yaml'), 'utf8'))
    expect(holder).toMatchObject({ session: SESSION, agent: AGENTS[said.indexOf(undefined)] })
    expect(readdirSync(join(w.root, 'runs/cache/sessions', SESSION))).toEqual([`${holder.agent}@T001-red-1`])
  })

  it('that want one each: each has its own', async () => {
    const w = await running(...AGENTS.map((_, n) => `T${n}-red-1`))
    const said = await Promise.all(AGENTS.map((agent, n) => ask(w, agent, brief(`T${n}-red-1`))))
    expect(said.every((why) => why === undefined)).toBe(true)
    expect(readdirSync(join(w.root, 'runs/cache/sessions', SESSION))).toEqual(
      AGENTS.map((agent, n) => `${agent}@T${n}-red-1`).sort(),
    )
  })
})
