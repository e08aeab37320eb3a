/** Lines of /proc/net/tcp and /proc/net/udp. */

export interface Socket {
  /** The kernel's number of the state. */
  readonly state: number
  readonly txBytes: number
  readonly rxBytes: number
}

/** Number, address, peer, state, `tx:rx` of the queues; all in hexadecimal. */
const columns = /^\s*\d+: \S+ \S+ ([0-9A-F]{2}) ([0-9A-F]{8}):([0-9A-F]{8})/gm

export function* socketsIn(text: string): Iterable<Socket> {
  for (const [, state = '', tx = '', rx = ''] of text.matchAll(columns))
    yield {
      state: Number.parseInt(state, 16),
      txBytes: Number.parseInt(tx, 16),
      rxBytes: Number.parseInt(rx, 16),
    }
}
