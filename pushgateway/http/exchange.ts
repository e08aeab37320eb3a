/** One request on its way through the gateway, and what the functions that serve it may use. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '#lib/clock'
import type { Caller } from '#lib/http/caller'
import type { Log } from '#lib/log'
import type { Books } from '../books/books.ts'
import type { BuildInfo, OwnMetrics } from '../own-metrics.ts'
import type { PushWorld } from '../push.ts'
import type { OwnFamilies } from '../scrape/own-families.ts'
import type { PushgatewaySettings } from '../settings.ts'
import type { Store } from '../store/store.ts'
import type { Roles } from './roles.ts'
import type { Router } from './routes.ts'

export interface HandlerWorld {
  readonly settings: PushgatewaySettings
  readonly routeOf: Router
  readonly roles: Roles
  readonly clock: Clock
  readonly log: Log
  readonly metrics: OwnMetrics
  readonly own: OwnFamilies
  readonly store: Store
  /** What a scrape shows of groups: what was pushed, and the marks of the gateway. */
  readonly shown: Pick<Books, 'pages'>
  /** What takes pushes; undefined before recovery and after closing, as `state` says. */
  readonly pushes: () => PushWorld | undefined
  readonly state: () => 'starting' | 'ready' | 'closed'
  /** Why nothing can be stored any more, if so. */
  readonly broken: () => string | undefined
  readonly status: () => GatewayStatus
  /** Of the log that is appended to; undefined where there is none. */
  readonly logSizeBytes: () => number | undefined
  /** Ends the program, once the answer is out. */
  readonly quit: () => void
}

/** As the original's API has it. */
export interface GatewayStatus {
  readonly build_information: BuildInfo
  readonly flags: Readonly<Record<string, string>>
  readonly start_time: string
}

export interface Exchange {
  readonly world: HandlerWorld
  readonly caller: Caller
  /** How many of each are being served; a server that takes one in lets it go again. */
  readonly underWay: { pushes: number; scrapes: number }
  readonly request: IncomingMessage
  readonly response: ServerResponse
}
