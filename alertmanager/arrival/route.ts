/** Stage `route`: finds the routes of each alert that fires; one that is resolved needs none. */
import type { Stage } from '#lib/pipeline'
import { type Arrival, isResolved } from '../alert.ts'
import type { AlertConfig } from '../config/config.ts'
import { routesOf } from './routing.ts'

export function route({ config }: { readonly config: AlertConfig }): Stage<Arrival> {
  return {
    name: 'route',
    async run(batch) {
      // Where a resolved alert was told as firing, it still is a member of its groups.
      return batch.flatMap((arrival) =>
        arrival.alert === undefined || isResolved(arrival.alert, arrival.receivedAtMs)
          ? []
          : [{ ...arrival, routes: routesOf(config.root, arrival.alert.labels) }],
      )
    },
  }
}
