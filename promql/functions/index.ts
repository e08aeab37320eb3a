/** Every function: its signature stands in `signatures.ts` under the same name. */
import { bounds } from './bounds.ts'
import type { FunctionBody } from './call-site.ts'
import { conversions } from './conversions.ts'
import { dates } from './dates.ts'
import { histogram } from './histogram.ts'
import { info } from './info.ts'
import { math } from './math.ts'
import { order } from './order.ts'
import { overTime } from './over-time.ts'
import { presence } from './presence.ts'
import { rates } from './rates.ts'
import { regression } from './regression.ts'
import { relabel } from './relabel.ts'
import { smoothing } from './smoothing.ts'

export const functions: ReadonlyMap<string, FunctionBody> = new Map([
  ...Object.entries(bounds),
  ...Object.entries(conversions),
  ...Object.entries(dates),
  ...Object.entries(histogram),
  ...Object.entries(info),
  ...Object.entries(math),
  ...Object.entries(order),
  ...Object.entries(overTime),
  ...Object.entries(presence),
  ...Object.entries(rates),
  ...Object.entries(regression),
  ...Object.entries(relabel),
  ...Object.entries(smoothing),
])
