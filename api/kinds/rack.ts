import { defineKind, text } from '#lib/schema'

export const rack = defineKind({
  name: 'rack',
  plural: 'racks',
  about: 'A rack of nodes: a fault domain between the data centre and the node.',
  parent: 'cluster',
  fields: { datacentre: text('The data centre it stands in.') },
})
