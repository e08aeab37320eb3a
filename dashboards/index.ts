/** Every dashboard, as the files that Grafana's provisioning loads. */
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import { clusterDashboard } from './cluster.ts'

const dashboards = [clusterDashboard]

export interface DashboardFile {
  /** `<uid>.json` */
  readonly name: string
  readonly content: string
}

export function dashboardFiles(): DashboardFile[] {
  return dashboards.map((build) => {
    const dashboard = finished(build())
    return { name: `${dashboard.uid}.json`, content: `${JSON.stringify(dashboard, null, 2)}\n` }
  })
}

/**
 * Grafana wants each panel numbered from 1; the SDK hides annotations in a menu unless told not to.
 */
function finished(dashboard: Dashboard): Dashboard {
  const panels = (dashboard.panels ?? []).map((panel, i) => ({ ...panel, id: i + 1 }))
  const list = (dashboard.annotations?.list ?? []).map(({ placement: _, ...shown }) => shown)
  return { ...dashboard, panels, annotations: { list } }
}
