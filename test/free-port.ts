/**
 * A TCP port for a program that cannot be told to choose one, or that must come back on its own.
 * The kernel hands ports above these to every connection that asks for none, so one that was free
 * a moment ago, or is free while its program starts again, would now and then be another's.
 */
import { once } from 'node:events'
import { createServer } from 'node:net'
import { messageOf } from '#lib/errors'

const range = { first: 10_000, count: 20_000 }

/** Test files run side by side, each process on a stretch of its own. */
let next = (process.pid * 64) % range.count

export async function freePort(): Promise<number> {
  for (let tries = 0; tries < range.count; tries++) {
    const port = range.first + next
    next = (next + 1) % range.count
    if (await isFree(port)) return port
  }
  throw new Error('Cannot find a free port: all of them are in use')
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening')
  } catch (error) {
    if (messageOf(error).includes('EADDRINUSE')) return false
    throw error
  }
  server.close()
  await once(server, 'close')
  return true
}
