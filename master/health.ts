/** What the engine's status comes to, with the reasons. */
import type { Health, StatusPool } from '#api/status'
import type { EnginePort } from './engine-port.ts'

export interface HealthVerdict {
  readonly health: Health
  readonly reasons: string[]
}

export function healthOf({ dataDisks, pools }: ReturnType<EnginePort['status']>): HealthVerdict {
  const critical = pools
    .filter((pool) => pool.objectsUnavailable > 0)
    .map((pool) => `Pool ${pool.name}: ${pool.objectsUnavailable} objects cannot be read`)
  const degraded = pools
    .filter((pool) => pool.objectsDegraded > 0)
    .map((pool) => `Pool ${pool.name}: ${pool.objectsDegraded} objects lack copies`)
  const failed = dataDisks
    .filter(({ state, up }) => state === 'failed' || (state !== 'out' && !up))
    .map(
      ({ node, device, reason }) =>
        `Device ${node}/${device} does not answer${reason ? `: ${reason}` : ''}`,
    )
  const reasons = [...critical, ...degraded, ...failed]
  const health = critical.length > 0 ? 'critical' : reasons.length > 0 ? 'warning' : 'ok'
  return { health, reasons }
}

export function poolsOf({ pools }: ReturnType<EnginePort['status']>): StatusPool[] {
  return pools.map(
    ({ name, copies, faultDomain, objects, objectsDegraded, objectsUnavailable }) => ({
      name,
      copies,
      faultDomain,
      objects,
      degraded: objectsDegraded,
      unavailable: objectsUnavailable,
    }),
  )
}

const order: readonly Health[] = ['ok', 'unknown', 'warning', 'critical']

/** The worst of several; `ok` of none. */
export function worstOf(...given: readonly Health[]): Health {
  const rank = Math.max(0, ...given.map((health) => order.indexOf(health)))
  return order[rank] ?? 'unknown'
}
