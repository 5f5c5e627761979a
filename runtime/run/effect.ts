/** What the engine does by itself between two steps. Each leaves a fact, so that none is done twice. Types only. */
import type { BatchKey, Decision } from './facts.ts'

export type Effect =
  /** Writes down what the batch starts from. */
  | { kind: 'open'; batch: BatchKey }
  /** Counts an open batch from where the branch is now. */
  | { kind: 'follow'; batch: BatchKey; head: string }
  /** Runs the suite before anybody works. */
  | { kind: 'baseline'; batch: BatchKey }
  | { kind: 'spawn'; batch: BatchKey; id: string; why: string[] }
  | { kind: 'void'; batch: BatchKey; id: string; why: string }
  | { kind: 'suite'; batch: BatchKey; n: number; after: string[] }
  | { kind: 'diff'; batch: BatchKey; n: number; after: string[] }
  /** Starts a reviewer of another vendor. */
  | { kind: 'external'; batch: BatchKey; id: string }
  | { kind: 'round'; batch: BatchKey; n: number; diff: number }
  | { kind: 'commit'; batch: BatchKey; n: number }
  /** The user let closed gates pass. */
  | { kind: 'override'; gates: string[]; decision: Decision }
  /** The user approved commands of the repository. */
  | { kind: 'approve'; commands: string[][] }
  | { kind: 'finish' }
