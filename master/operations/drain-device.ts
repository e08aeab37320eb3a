import { fault } from '#api/errors'
import { device as deviceKind } from '#api/kinds/device'
import type { Operation } from '../operation/operation.ts'

export const drainDevice: Operation = {
  of: 'device.drain',
  async run({ id, order }, { machine, resources }) {
    const device = await resources.get(deviceKind, id)
    if (device === undefined)
      throw fault('RESOURCE_UNKNOWN', { kind: 'device', plural: 'devices', id })
    if (device.fields.dataDisk === undefined)
      throw fault('DEVICE_WITHOUT_DATA_DISK', { device: device.name })
    const { job } = await machine.start({
      ...order,
      workflow: 'drain device',
      subject: `device/${id}`,
      input: { device: id },
    })
    return job
  },
}
