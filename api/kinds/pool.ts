import { choice, count, defineKind, optional, text } from '#lib/schema'

const name = text('What people call it.', {
  longest: 63,
  pattern: /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/,
})
const copies = count('How many copies of each object.', { least: 2, most: 3 })
const faultDomain = choice('No two copies of an object share one of these.', [
  'datacentre',
  'rack',
  'node',
  'device',
])
const placementGroups = count('How many groups its objects hash into.', { least: 1, most: 65_536 })

export const pool = defineKind({
  name: 'pool',
  plural: 'pools',
  about: 'Data disks and a redundancy rule: how many copies, kept apart by which fault domain.',
  parent: 'cluster',
  fields: {
    copies,
    faultDomain,
    placementGroups: optional(placementGroups),
    objects: count('How many objects it holds.'),
    degraded: count('How many placement groups have fewer copies than they should.'),
    unavailable: count('How many placement groups have no copy that can be read.'),
  },
  create: {
    about: 'Makes a pool.',
    input: { name, copies, faultDomain, placementGroups: optional(placementGroups) },
    faults: ['JOB_ID_TAKEN', 'JOB_UNDER_WAY', 'POOL_EXISTS', 'POOL_RULE_UNSATISFIABLE'],
  },
  remove: {
    about: 'Deletes a pool that holds nothing.',
    input: {},
    faults: ['JOB_ID_TAKEN', 'JOB_UNDER_WAY', 'POOL_NOT_EMPTY'],
  },
})
