/** Posts as fast as it is answered, or at a pace, over kept connections, as its parent says. */
import { sleep, systemClock } from '#lib/clock'
import { type Connection, openConnection } from '#test/load/connection'
import { momentMs } from './moment.ts'
import type { Ask, Order, Posted, Reply } from './poster.ts'
import { prepare, requestsOf } from './workload.ts'

process.on('message', async (message) => {
  const { id, order } = message as Ask // Nobody else speaks to this process.
  const reply: Reply = { id, posted: await post(order) }
  process.send?.(reply)
})

/** Each connection has one request under way. */
async function post({ port, wave, connections, perSecond }: Order): Promise<Posted> {
  const count = requestsOf(wave)
  const requestOf = prepare(wave)
  const sentAtMs: (number | undefined)[] = Array(count).fill(undefined)
  const acknowledgedAtMs: (number | undefined)[] = Array(count).fill(undefined)
  const startMs = momentMs()
  let next = 0
  const serve = async () => {
    const line = await openLine(port)
    while (line.isOpen() && next < count) {
      const number = next++
      const dueMs = perSecond === undefined ? 0 : startMs + (number * 1000) / perSecond
      if (dueMs > momentMs()) await sleep(systemClock, dueMs - momentMs())
      const bytes = requestOf(number)
      sentAtMs[number] = momentMs()
      if (await line.isTaken(bytes)) acknowledgedAtMs[number] = momentMs()
    }
    line.close()
  }
  await Promise.all(Array.from({ length: Math.min(connections, count) }, serve))
  return { sentAtMs, acknowledgedAtMs, tookMs: momentMs() - startMs }
}

interface Line {
  readonly isOpen: () => boolean
  isTaken(bytes: Buffer): Promise<boolean>
  close(): void
}

async function openLine(port: number): Promise<Line> {
  let isOpen = true
  let settle: (isTaken: boolean) => void = () => {}
  const end = () => {
    isOpen = false
    settle(false)
  }
  const connection: Connection | undefined = await openConnection(port, {
    answered: (status) => settle(status === 200),
    ended: end,
  }).catch(() => undefined)
  if (connection === undefined) end()
  return {
    isOpen: () => isOpen,
    isTaken: (bytes) =>
      new Promise((resolve) => {
        settle = resolve
        if (isOpen) connection?.send(bytes)
        else resolve(false)
      }),
    close: () => connection?.close(),
  }
}
