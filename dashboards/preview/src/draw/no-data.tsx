/** What Grafana writes into a panel without an answer. */
import type { Panel } from '../dashboard.ts'

export function NoData({ panel }: { readonly panel: Panel }) {
  const text = panel.fieldConfig.defaults.noValue ?? 'No data'
  const center = { display: 'flex', alignItems: 'center', justifyContent: 'center' }
  return <div style={{ ...center, height: '100%', fontSize: 16, opacity: 0.8 }}>{text}</div>
}
