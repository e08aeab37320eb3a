import { choice, count, defineKind, optional, text, truth } from '#lib/schema'

export const device = defineKind({
  name: 'device',
  plural: 'devices',
  about: 'A place for a disk in a node, and the data disk that the engine keeps on it.',
  parent: 'node',
  fields: {
    node: text('The node it is in.'),
    device: text('What the node calls it, such as sdb.'),
    rack: text('The rack of its node.'),
    datacentre: text('The data centre of its node.'),
    dataDisk: optional(text('The id of the data disk on it.')),
    state: choice(
      'in: takes data · draining: its data moves away · out: holds none · failed: broken · ' +
        'empty: no data disk is on it.',
      ['in', 'draining', 'out', 'failed', 'empty'],
    ),
    reason: optional(text('Why it is failed.', { longest: 2000 })),
    up: truth('Whether the engine can read and write it.'),
    sizeBytes: optional(count('What it can hold.')),
    usedBytes: optional(count('What it holds.')),
  },
  actions: {
    drain: {
      about:
        'Moves all copies to other devices, proves full redundancy by checksums, takes it out. ' +
        'Works for a dead device too: its copies are made again from the others. ' +
        'A device that is being drained answers the job under way.',
      input: {},
      faults: ['DEVICE_WITHOUT_DATA_DISK', 'JOB_ID_TAKEN', 'JOB_UNDER_WAY'],
    },
  },
})
