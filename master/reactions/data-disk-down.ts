/** A data disk does not answer: make its copies again elsewhere and take it out. */
import type { Reaction } from '../reaction/reaction.ts'
import { decideDrain } from './drain.ts'

export const dataDiskDown: Reaction = {
  alertname: 'DataDiskDown',
  workflow: 'drain device',
  decide: (labels, needs) =>
    decideDrain({ node: labels.node, device: labels.device, dataDisk: labels.data_disk }, needs),
}
