/** `/api/v2/status`: also before the store is there, so it asks nobody. */
import type { ClusterStatus } from '../cluster/cluster.ts'

export interface StatusWorld {
  readonly version: string
  readonly startedAtMs: number
  readonly cluster: { status(): ClusterStatus }
}

export function statusOf({ version, startedAtMs, cluster }: StatusWorld, shownConfig: string) {
  return {
    cluster: cluster.status(),
    config: { original: shownConfig },
    uptime: new Date(startedAtMs).toISOString(),
    versionInfo: {
      branch: 'zstone',
      buildDate: '',
      buildUser: '',
      goVersion: '',
      revision: '',
      version,
    },
  }
}
