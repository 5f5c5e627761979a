/** What the verbs print with `--json`, read back as anybody's script would. */
import * as v from 'valibot'

const Tasks = v.object({
  tasks: v.array(
    v.object({
      id: v.string(),
      state: v.string(),
      model: v.nullable(v.string()),
      worktree: v.nullable(v.string()),
      items: v.object({ done: v.number(), total: v.number() }),
      question: v.nullable(v.object({ number: v.number(), text: v.string(), asked_at: v.string() })),
      failure: v.nullable(
        v.object({ class: v.string(), message: v.string(), alternatives: v.array(v.string()) }),
      ),
      summary: v.nullable(v.string()),
      remarks: v.array(v.string()),
    }),
  ),
})
export type Task = v.InferOutput<typeof Tasks>['tasks'][number]

const Events = v.object({
  events: v.array(
    v.object({
      id: v.string(),
      kind: v.picklist(['question', 'end']),
      number: v.nullable(v.number()),
      text: v.string(),
      state: v.string(),
    }),
  ),
})
export type Event = v.InferOutput<typeof Events>['events'][number]

export const tasksFrom = (text: string): Task[] => v.parse(Tasks, JSON.parse(text)).tasks
export const eventsFrom = (text: string): Event[] => v.parse(Events, JSON.parse(text)).events
