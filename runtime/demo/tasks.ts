/** What the demo dispatches: a sweep before a launch, as a lead would write it on the standard input of `start --all`. */

/** Milliseconds an item takes a demo worker: with the calls around it, the whole lasts about fifteen seconds. */
const PACE = 1600

export const QUESTION_FROM = 'security-audit'
/** Given where nobody is there to type one. */
export const ANSWER = 'Yes. Hold the launch, and put it at the top of your report as CRITICAL.'

/** The user's config.yaml: names that people know, each played by the worker that ships with dispatch. */
export const configWith = (pace = PACE) => `backends:
  demo: { env: { DISPATCH_DEMO_PACE: '${pace}' } }
models:
  opus: { backend: demo }
  sonnet: { backend: demo }
  gemini: { backend: demo }
`

const report = (id: string) => `.dispatch/tasks/${id}/output.md`

export const TASKS = `---
id: security-audit
model: opus
worktree: true
priority: high
---
# Security of sign-in and payments

- [ ] Follow a token from sign-in to expiry
- [ ] Try the password reset with somebody else's address
- [ ] Read how payment webhooks are verified
- [ ] Look at how sessions end
- [ ] Write the report to ${report('security-audit')}

## Context
The launch is on Thursday. Say at once what cannot wait.
demo: item 1 notes expires after 15 minutes, rotation works
demo: item 2 notes no way in found
demo: item 3 asks The payment webhook accepts unsigned calls in the production settings, so anybody can mark an order as paid. Shall the launch wait for this?
demo: item 4 notes one session survives a password change
demo: summary 1 CRITICAL (webhook calls are not verified), 1 HIGH (a session outlives a new password), 2 LOW.
demo: finds CRITICAL: payment webhooks are accepted without a signature, config/production.ts:31
demo: finds HIGH: a session stays valid after the password was changed, auth/session.ts:88
---
id: perf-audit
model: sonnet
worktree: true
---
# Speed of the five busiest endpoints

- [ ] Put load on the five busiest endpoints
- [ ] Count the queries behind each of them
- [ ] Compare the indexes with what is asked for
- [ ] Write the report to ${report('perf-audit')}

## Context
demo: item 1 notes slowest is GET /orders, 840 ms at the 95th percentile
demo: item 2 notes one query per row in two places
demo: item 3 notes two are missing
demo: summary 2 endpoints ask once per row, 2 indexes are missing; /orders would be four times as fast with both.
---
id: frontend-audit
model: sonnet
---
# Accessibility and weight of the front end

- [ ] Walk through every page with the keyboard alone
- [ ] Weigh the bundle
- [ ] Find components that no error boundary catches
- [ ] Write the report to ${report('frontend-audit')}

## Context
demo: item 1 notes 7 controls cannot be reached
demo: item 2 notes 340 kB, below the limit
demo: item 3 notes 3 of them
demo: summary 7 controls out of the keyboard's reach, 3 components without an error boundary, the bundle is fine.
---
id: api-docs
model: gemini
---
# API descriptions that are missing

- [ ] List endpoints without a description
- [ ] Describe those below /auth
- [ ] Describe those below /orders

## Context
demo: item 1 notes 8 of 31
demo: summary 8 endpoints that had no description have one now, in docs/openapi/.
---
id: error-handling
model: sonnet
worktree: true
---
# What happens when something goes wrong

- [ ] Find exceptions that nobody catches
- [ ] Compare the shapes of error responses
- [ ] Write the report to ${report('error-handling')}

## Context
demo: item 1 notes 5 paths end in a plain 500
demo: item 2 notes 3 different shapes
demo: summary 5 ways to an unexplained 500; error responses come in 3 shapes.
`
