/** What a list of notified alerts says as a whole. */
import type { Notification, NotifiedAlert } from '#api/alert'
import type { Labels } from '#lib/labels'

type Summary = Pick<Notification, 'status' | 'commonLabels' | 'commonAnnotations' | 'alerts'>

export function summaryOf(alerts: readonly NotifiedAlert[]): Summary {
  return {
    status: alerts.some(({ status }) => status === 'firing') ? 'firing' : 'resolved',
    commonLabels: inCommon(alerts.map(({ labels }) => labels)),
    commonAnnotations: inCommon(alerts.map(({ annotations }) => annotations)),
    alerts,
  }
}

function inCommon(sets: readonly Labels[]): Labels {
  const [first = {}, ...rest] = sets
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => rest.every((set) => set[name] === value)),
  )
}

/** As Go writes times: no fraction where there is none, and no zeros at its end. */
export const timeText = (ms: number) =>
  new Date(ms)
    .toISOString()
    .replace(/(\.\d*?)0+Z$/, '$1Z')
    .replace('.Z', 'Z')
