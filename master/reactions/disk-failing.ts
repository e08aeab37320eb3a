/** SMART says that a disk is about to fail: move its data away while it still can be read. */
import type { Reaction } from '../reaction/reaction.ts'
import { decideDrain } from './drain.ts'

export const diskFailing: Reaction = {
  alertname: 'DiskFailing',
  workflow: 'drain device',
  decide: (labels, needs) => decideDrain({ node: labels.instance, device: labels.device }, needs),
}
