/** The guard of all reactions that drain a device: is it needed, and is it being done already? */
import { device as deviceKind } from '#api/kinds/device'
import type { EngineDisk } from '../engine-port.ts'
import type { Decision, ReactionNeeds } from '../reaction/reaction.ts'
import { deviceName, idOf } from '../store/drafts.ts'

export interface Place {
  readonly node: string | undefined
  readonly device: string | undefined
  readonly dataDisk?: string | undefined
}

export async function decideDrain(place: Place, needs: ReactionNeeds): Promise<Decision> {
  const disk = needs.engine.status().dataDisks.filter(isAt(place)).sort(inUseFirst)[0]
  if (disk === undefined)
    return hold(`the engine has no data disk on ${place.node ?? '?'}/${place.device ?? '?'}`)
  const name = deviceName(disk.node, disk.device)
  const id = idOf('device', name)
  const subject = `device/${id}`
  const open = await needs.jobs.openFor(needs.sql, 'drain device', subject)
  if (open !== undefined) return { kind: 'join', jobId: open.id }
  if (disk.state === 'out') return hold(`device ${name} is out already`)
  if (disk.state === 'draining') return hold(`device ${name} is being drained already`)
  const resource = await needs.resources.get(deviceKind, id)
  if (resource === undefined) return hold(`device ${name} is not among the resources yet`)
  return { kind: 'order', subject, input: { device: id } }
}

/** A data disk id names one disk for ever; a device may have had several. */
function isAt({ node, device, dataDisk }: Place) {
  const name = node === undefined || device === undefined ? undefined : deviceName(node, device)
  return (disk: EngineDisk) =>
    dataDisk === undefined ? deviceName(disk.node, disk.device) === name : disk.id === dataDisk
}

const inUseFirst = (a: EngineDisk, b: EngineDisk) =>
  Number(a.state === 'out') - Number(b.state === 'out')

const hold = (why: string): Decision => ({ kind: 'hold', why })
