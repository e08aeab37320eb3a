/** Asks every port side by side: one that cannot be read says why, and costs the others nothing. */
import { messageOf } from '#lib/errors'
import { parallel } from '#lib/parallel'
import type { Reasons } from '../reasons.ts'
import type { Port } from './ports.ts'

/** A program that hangs on one port leaves turns for the others. */
const slots = 8

/** `lost` is told of those whose `read` threw. */
export async function readPorts(
  ports: readonly Port[],
  read: (port: Port) => Promise<void>,
  { reasons, lost = () => {} }: { reasons: Reasons; lost?: (port: Port) => void },
): Promise<void> {
  await parallel(ports, slots, async (port) => {
    try {
      await read(port)
      reasons.tell(port.device, undefined)
    } catch (error) {
      reasons.tell(port.device, messageOf(error))
      lost(port)
    }
  })
}
