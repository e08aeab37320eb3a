/** Stage `route`: finds the routes of each alert that fires; one that is resolved needs none. */
import type { Stage } from '#lib/pipeline'
import { isResolved } from '../alert.ts'
import type { AlertConfig } from '../config/config.ts'
import type { Intaken } from './intaken.ts'
import { routesOf } from './routing.ts'

export function route({ config }: { readonly config: AlertConfig }): Stage<Intaken> {
  return {
    name: 'route',
    async run(batch) {
      // Where a resolved alert was told as firing, it still is a member of its groups.
      return batch.flatMap((entry) =>
        isResolved(entry.alert, entry.storedAtMs)
          ? []
          : [{ ...entry, routes: routesOf(config.root, entry.alert.labels) }],
      )
    },
  }
}
