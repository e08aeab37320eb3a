/** Traceparents as small numbers, so that a sample costs four bytes for its origin. */

export interface Origins {
  /** 0 stands for none. */
  idOf(origin: string | undefined, atMs: number): number
  nameOf(id: number): string | undefined
  /** Forgets what no sample since `ms` came with. */
  dropBefore(ms: number): void
  readonly size: number
}

interface Known {
  readonly id: number
  readonly origin: string
  lastUsedMs: number
}

export function createOrigins(): Origins {
  const byName = new Map<string, Known>()
  const byId = new Map<number, Known>()
  let lastId = 0
  return {
    idOf(origin, atMs) {
      if (origin === undefined) return 0
      const known = byName.get(origin)
      if (known !== undefined) {
        known.lastUsedMs = Math.max(known.lastUsedMs, atMs)
        return known.id
      }
      const made = { id: ++lastId, origin, lastUsedMs: atMs }
      byName.set(origin, made)
      byId.set(made.id, made)
      return made.id
    },
    nameOf: (id) => (id === 0 ? undefined : byId.get(id)?.origin),
    dropBefore(ms) {
      for (const { id, origin, lastUsedMs } of byId.values()) {
        if (lastUsedMs >= ms) continue
        byId.delete(id)
        byName.delete(origin)
      }
    },
    get size() {
      return byId.size
    },
  }
}
