/** The catalogue of expected errors: `throw fault('POOL_NOT_EMPTY', { pool, objectCount })`. */
import { faultsOf } from '#lib/errors'
import { agentFaults } from './faults/agent.ts'
import { alertmanagerFaults } from './faults/alertmanager.ts'
import { engineFaults } from './faults/engine.ts'
import { judgingFaults } from './faults/judging.ts'
import { mailboxFaults } from './faults/mailbox.ts'
import { masterFaults } from './faults/master.ts'
import { pushgatewayFaults } from './faults/pushgateway.ts'

/**
 * Messages follow one grammar: verb and thing, colon, the state as it is, and what would be right.
 * A code is a promise: it is never renamed. Each list below is sorted by code.
 */
export const fault = faultsOf({
  ...agentFaults,
  ...alertmanagerFaults,
  ...engineFaults,
  ...judgingFaults,
  ...mailboxFaults,
  ...masterFaults,
  ...pushgatewayFaults,
})

export type FaultCode = Parameters<typeof fault>[0]
