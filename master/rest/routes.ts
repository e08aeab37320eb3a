/** Every route of the API, in one list; OpenAPI and the server are both computed from it. */
import type { Kind } from '#lib/schema'
import { docFile, docs, openApi } from './docs.ts'
import { actionRoutes, createRoute, listRoute, readRoute, removeRoute } from './kind-routes.ts'
import { takeNotification } from './notifications.ts'
import type { Route } from './route.ts'
import { readStatus } from './status.ts'

export const routesOf = (kinds: readonly Kind[]): readonly Route[] => [
  readStatus,
  openApi,
  docs,
  docFile,
  takeNotification,
  ...kinds.flatMap((kind) => [
    listRoute(kind),
    ...createRoute(kind),
    readRoute(kind),
    ...removeRoute(kind),
    ...actionRoutes(kind),
  ]),
]
