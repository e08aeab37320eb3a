/** Stage `route`: finds the routes of each alert that fires, and of few that are resolved. */
import type { Stage } from '#lib/pipeline'
import { isResolved } from '../alert.ts'
import type { AlertConfig } from '../config/config.ts'
import type { Untold } from '../fallback/untold.ts'
import type { Intaken } from './intaken.ts'
import { routesOf } from './routing.ts'

export interface RouteWorld {
  readonly config: AlertConfig
  readonly untold: Pick<Untold, 'wasToldFromMemory'>
}

export function route({ config, untold }: RouteWorld): Stage<Intaken> {
  return {
    name: 'route',
    async run(batch) {
      // Where a resolved alert was told as firing, it still is a member of its groups, unless that
      // was before the store heard of it.
      return batch.flatMap((entry) =>
        isResolved(entry.alert, entry.storedAtMs) &&
        !untold.wasToldFromMemory(entry.alert.fingerprint)
          ? []
          : [{ ...entry, routes: routesOf(config.root, entry.alert.labels) }],
      )
    },
  }
}
