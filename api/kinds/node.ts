import { count, defineKind, text } from '#lib/schema'

export const node = defineKind({
  name: 'node',
  plural: 'nodes',
  about: 'A machine with an agent.',
  parent: 'rack',
  fields: {
    rack: text('The rack it stands in.'),
    datacentre: text('The data centre it stands in.'),
    devices: count('How many devices it has.'),
  },
})
