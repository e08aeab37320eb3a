/** The rows of the table, in its order. */
import type { Row } from '../row.ts'
import { killed, stopped } from './ended.ts'
import { receiverDown, resolvedWhileDown, silencesKilled } from './forgotten.ts'
import { large, small } from './ingest.ts'
import { latency } from './latency.ts'
import { firstKilled, healthy } from './peers.ts'
import { manySilences } from './silences.ts'
import { limitedReceiver, slowReceiver } from './storm.ts'

export const rows: readonly Row[] = [
  small,
  large,
  latency,
  slowReceiver,
  limitedReceiver,
  killed,
  silencesKilled,
  resolvedWhileDown,
  receiverDown,
  firstKilled,
  healthy,
  manySilences,
  stopped,
]
