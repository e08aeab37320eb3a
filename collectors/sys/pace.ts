/** How often hardware is asked that may be slow to answer, or that hardly ever changes. */
import type { Pace } from '../collector.ts'

/** Sensors and firmware: as fresh as a dashboard needs, at a small part of the fast tick's cost. */
export const slowPace: Pace = { everyMs: 30_000, ageMsMax: 120_000 }

/** What changes when somebody opens the machine, or a link retrains. */
export const rarePace: Pace = { everyMs: 60_000, ageMsMax: 180_000 }

/** One that hangs is given up before its next reading is due. */
export const slowDeadlineMs = 20_000
