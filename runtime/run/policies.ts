/** Which policy a run follows. */
import { refused } from '../io/errors.ts'
import type { RunRecord } from './facts.ts'
import type { Policy } from './policy.ts'
import { SPEC } from './spec-policy.ts'

export function policyOf({ policy, name }: RunRecord): Policy {
  if (policy === SPEC.name) return SPEC
  throw refused({ what: `this dispatch carries out specs only, and ${name} is no spec`, found: policy })
}
