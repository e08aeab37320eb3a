/**
 * Which device names lead to the same disk: multipath SAS shows one disk two or four times, a RAID
 * controller its members beside the disks. Two actuators of one drive share its serial number;
 * their logical units tell them apart, as namespaces do for NVMe.
 */
import { known } from '../facts/plausible.ts'
import { type Json, textAt } from './json.ts'

export interface Paths<D> {
  /** The device that stands for this disk: itself, or one that has been read before. */
  claim(device: D, answer: Json): D
  /** Those that need no reading as long as another one of their disk can be read. */
  isSpare(device: D): boolean
  spares(): readonly { readonly spare: D; readonly first: D }[]
  /** The names of that disk which are free again, now that this one cannot be read. */
  release(device: D): readonly D[]
  /** Names may lead elsewhere by now: all are to be read again. */
  forget(): void
}

export function createPaths<D>(nameOf: (device: D) => string): Paths<D> {
  const firstOf = new Map<string, D>()
  const spares = new Map<string, { spare: D; first: D }>()
  return {
    claim(device, answer) {
      const identity = identityOf(nameOf(device), answer)
      if (identity === undefined) return device
      const first = firstOf.get(identity) ?? device
      firstOf.set(identity, first)
      if (nameOf(first) !== nameOf(device)) spares.set(nameOf(device), { spare: device, first })
      return first
    },
    isSpare: (device) => spares.has(nameOf(device)),
    spares: () => [...spares.values()],
    release(device) {
      const freed = [...spares.values()].filter(({ first }) => nameOf(first) === nameOf(device))
      for (const { spare } of freed) spares.delete(nameOf(spare))
      for (const [identity, first] of firstOf)
        if (nameOf(first) === nameOf(device)) firstOf.delete(identity)
      return freed.map(({ spare }) => spare)
    },
    forget() {
      firstOf.clear()
      spares.clear()
    },
  }
}

/**
 * Undefined where there is not enough to be sure, since a disk that is taken for another is hidden.
 * The serial number alone is never enough: actuators share one, and cheap drives all have the same.
 * Nor is a world wide name: some makers gave one to a whole series.
 */
function identityOf(name: string, answer: Json): string | undefined {
  const text = (path: string) => known(textAt(answer, path))
  const serial = text('serial_number')
  const model = text('model_name') ?? text('scsi_model_name')
  if (serial === undefined || model === undefined) return undefined
  const protocol = text('device.protocol')
  if (protocol === 'NVMe') {
    const namespace = text('nvme_namespaces.0.eui64.ext_id') ?? ''
    return [model, serial, namespace, /n\d+$/.exec(name)?.[0] ?? ''].join('\n')
  }
  const unit = text('logical_unit_id')
  if (protocol === 'SCSI') return unit && [model, serial, unit].join('\n')
  const wwn = ['naa', 'oui', 'id'].flatMap((part) => text(`wwn.${part}`) ?? [])
  return wwn.length === 3 ? [model, serial, ...wwn].join('\n') : undefined
}
