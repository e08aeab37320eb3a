/** Pushes and deletions of one group: bounded in number, answered when they are durable. */
import { fault } from '#api/errors'
import { ZstoneError } from '#lib/errors'
import { deleteGroup, type PushWorld, push } from '../push.ts'
import type { Exchange } from './exchange.ts'
import { sendAnswer } from './respond.ts'
import type { KeyPath } from './routes.ts'

interface ToGroup {
  readonly key: KeyPath
}

export async function servePush(exchange: Exchange, { key }: ToGroup): Promise<void> {
  const { world, request, response } = exchange
  const startedMs = world.clock.monotonicMs()
  const unchecked = world.settings.push.disableConsistencyCheck
  let sizeBytes = Number(request.headers['content-length'] ?? 0)
  try {
    await inQueue(exchange, async (pushes) => {
      const pushed = await push(pushes, request, key).catch((error) => {
        const isPromised = unchecked && isRefusal(error)
        if (isPromised) return { sizeBytes: 0, isRepeated: false }
        throw error
      })
      sizeBytes ||= pushed.sizeBytes
      if (pushed.isRepeated) response.setHeader('X-Push-Repeated', 'true')
      sendAnswer(response, { status: unchecked ? 202 : 200 })
    })
  } finally {
    const tookMs = world.clock.monotonicMs() - startedMs
    world.metrics.pushed({ method: request.method ?? '', tookMs, sizeBytes })
  }
}

export function serveDelete(exchange: Exchange, { key }: ToGroup): Promise<void> {
  return inQueue(exchange, async (pushes) => {
    await deleteGroup(pushes, key)
    sendAnswer(exchange.response, { status: 202 })
  })
}

/** For everything that waits for the disk: so many at once, and none before recovery. */
export async function inQueue(
  { world, underWay }: Exchange,
  run: (pushes: PushWorld) => Promise<void>,
): Promise<void> {
  const pushes = world.pushes()
  if (pushes === undefined) throw fault('PUSHGATEWAY_NOT_READY', { state: world.state() })
  if (underWay.pushes >= world.settings.push.queueLengthMax)
    throw fault('PUSHGATEWAY_BUSY', { waiting: underWay.pushes })
  world.metrics.waiting(++underWay.pushes)
  try {
    await run(pushes)
  } finally {
    world.metrics.waiting(--underWay.pushes)
  }
}

/** Where the check is off, a push is promised before anyone has looked at it. */
function isRefusal(error: unknown): boolean {
  return error instanceof ZstoneError && error.code === 'PUSHGATEWAY_INCONSISTENT'
}
