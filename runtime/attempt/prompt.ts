/** What a worker is told: pure text from the task. It comes on standard input, never through a shell. */

export interface PromptParts {
  id: string
  title: string
  /** Numbered checklist lines as `dispatch plan` shows them. */
  checklist: string
  context: string | undefined
  /** A standing instruction of the alias that was asked for. */
  standing: string | undefined
  profile: 'read-only' | 'edit' | 'full'
  worktree: boolean
  /** What an earlier worker of this task left. */
  handover: string | undefined
}

const RIGHTS = {
  'read-only': 'You may read everything and run commands, but change nothing except your own task files.',
  edit: 'You may change files of this working directory. What is refused to you, leave; say so in a note or an `ask`.',
  full: 'You may do what the task needs.',
}

/** The prompt of a new conversation. */
export function firstPrompt(parts: PromptParts): string {
  const { id, title, checklist, context, standing, profile, worktree, handover } = parts
  const files = `.dispatch/tasks/${id}`
  return sections([
    `You are a background worker. Nobody watches you; the person who gave you this task learns from what you record. Your task is \`${id}\`: ${title}`,
    standing,
    `Work through the checklist below in order, and record each step when it happens with these commands (they are on your PATH):
- \`dispatch begin N\` before item N, \`dispatch tick N "what came of it"\` when it is really finished. One at a time: ticks made together at the end are reported as such.
- \`dispatch ask "question"\` when a decision is not yours to make or you find something critical. It waits and prints the answer. If it exits with 75, write what you know and where you stand to ${files}/context.md and end your turn; the answer will bring you back.
- \`dispatch block N "why"\` when item N cannot go on without somebody, \`dispatch fail N "error"\` when it went wrong. Then go on with what does not depend on it.
- \`dispatch plan\` shows the checklist with its numbers, and notes for you.
- \`dispatch done\` at the very end.
Pass text that holds quotes, backticks or \`$\` on standard input: \`dispatch tick 3 - <<'EOF'\`.`,
    `Findings and results go to ${files}/output.md (this relative path works here). Its first paragraph, at most 300 characters, is what the person sees: the outcome, with counts and severities if it is an audit. ${RIGHTS[profile]}${worktree ? ' You are in your own git worktree on your own branch: commit your work there.' : ''} Do not edit other files below .dispatch.`,
    context === undefined ? undefined : `# Context\n\n${context}`,
    handover,
    `# Checklist\n\n${checklist}`,
  ])
}

/** The prompt that goes on with a conversation: only what is new. */
export function resumePrompt(parts: {
  id: string
  checklist: string
  answers: { question: string; answer: string }[]
  message: string | undefined
}): string {
  const { id, checklist, answers, message } = parts
  return sections([
    `You are going on with task \`${id}\` where you stopped.`,
    ...answers.map(({ question, answer }) => `You asked:\n\n${quoted(question)}\n\nThe answer:\n\n${answer}`),
    message === undefined ? undefined : `The person who gave you the task says:\n\n${message}`,
    `The checklist now (\`dispatch plan\` shows it again). Go on with the first item that is not done, blocked ones first:\n\n${checklist}`,
  ])
}

/** What a worker in a new conversation needs of the former one. */
export function handover(parts: {
  context: string | undefined
  output: boolean
  answers: { question: string; answer: string }[]
  message: string | undefined
  id: string
}): string | undefined {
  const { context, output, answers, message, id } = parts
  const lines = [
    context === undefined ? undefined : `The worker before you left this:\n\n${context.trim()}`,
    output ? `It has begun .dispatch/tasks/${id}/output.md; read it before you write there.` : undefined,
    ...answers.map(({ question, answer }) => `It asked:\n\n${quoted(question)}\n\nThe answer:\n\n${answer}`),
    message === undefined ? undefined : `The person who gave the task says:\n\n${message}`,
  ].filter((line) => line !== undefined)
  return lines.length === 0
    ? undefined
    : `# Where this task stands\n\nAnother worker began it. Items marked done are done.\n\n${lines.join('\n\n')}`
}

const quoted = (text: string) =>
  text
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n')

const sections = (parts: (string | undefined)[]) =>
  `${parts.filter((part) => part !== undefined && part !== '').join('\n\n')}\n`
