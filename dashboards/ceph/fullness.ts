/** Where being full begins to hurt in a Ceph cluster. */
import type { Limit } from '../limits.ts'

/** Where Ceph itself begins to warn, and to refuse writes, unless its ratios were changed. */
export const fullness: Limit = { alert: 'CephOSDNearFull', warnFrom: 0.85, badFrom: 0.95 }
export const soon: Limit = { alert: 'CephPoolGrowthWarning', warnBelow: 30, badBelow: 7 }
