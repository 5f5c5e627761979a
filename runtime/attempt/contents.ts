/** Gathers from the task's files what goes into the prompt of an attempt. */
import { readFrom } from '../io/reading.ts'
import { statIfThere } from '../io/stat.ts'
import { answerFile, type Question } from '../question/mailbox.ts'
import { numberedText, showNumbered } from '../task/checklist.ts'
import type { Observed } from './observe.ts'
import { firstPrompt, handover, resumePrompt } from './prompt.ts'
import type { Queued } from './record.ts'

export interface Contents {
  prompt: string
  /** The questions whose answers stand in it. */
  delivered: Question[]
}

/**
 * @param inConversation the backend goes on with the conversation; otherwise everything is told anew
 */
export function contentsFor(
  task: Observed,
  queued: Queued,
  number: number,
  options: { inConversation: boolean; standing: string | undefined },
): Contents {
  const { id, paths, request, checklist } = task
  const delivered = task.questions.filter(({ answered, read }) => answered && !read)
  const answers = delivered.map((question) => ({
    question: question.text,
    answer: textOf(answerFile(paths.ipc, question.number)) ?? '',
  }))
  const list = numberedText(showNumbered(paths.folder, number))
  const message = queued.message ?? undefined
  if (options.inConversation)
    return { prompt: resumePrompt({ id, checklist: list, answers, message }), delivered }
  const prompt = firstPrompt({
    id,
    title: request?.title ?? id,
    checklist: list,
    context: checklist?.plan.context,
    standing: options.standing,
    profile: request?.profile ?? 'read-only',
    worktree: request?.worktree ?? false,
    handover:
      queued.kind === 'start'
        ? undefined
        : handover({
            id,
            context: textOf(paths.context),
            output: statIfThere(paths.output) !== undefined,
            answers,
            message,
          }),
  })
  return { prompt, delivered }
}

/** Bytes of a text that go into a prompt. */
const LONGEST = 1 << 20

/** A link is left out: a worker could have laid it to what it may not read itself. */
function textOf(path: string): string | undefined {
  if (statIfThere(path)?.isFile() !== true) return undefined
  return readFrom(path, 0, LONGEST).toString('utf8')
}
