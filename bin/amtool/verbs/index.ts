/** The list of verbs. */
import type { Verb } from '../verb.ts'
import { ack } from './ack.ts'
import { explain } from './explain.ts'
import { history } from './history.ts'
import { tryReceiver } from './test.ts'
import { unack } from './unack.ts'

export const verbs: readonly Verb[] = [explain, history, ack, unack, tryReceiver]
