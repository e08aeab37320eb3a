import { choice, count, defineKind, optional, text } from '#lib/schema'

const name = text('What people call it.', { longest: 63, pattern: /^[a-z0-9][a-z0-9._-]*$/ })
const copies = count('How many copies of each object.', { least: 1, most: 3 })
const copiesMin = count('How many copies a write needs before it is acknowledged.', {
  least: 1,
  most: 3,
})
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
    copiesMin: optional(copiesMin),
    faultDomain,
    placementGroups: optional(placementGroups),
    objects: count('How many objects it holds.'),
    bytes: count('What they hold, each counted once.'),
    objectsDegraded: count('Objects with fewer copies than the pool wants.'),
    objectsUnavailable: count('Objects that no up-to-date copy answers for.'),
    objectsMisplaced: count('Objects with copies enough, some not where they belong.'),
  },
  create: {
    about: 'Makes a pool.',
    input: {
      name,
      copies,
      copiesMin: optional(copiesMin),
      faultDomain,
      placementGroups: optional(placementGroups),
    },
    faults: ['JOB_ID_TAKEN', 'JOB_UNDER_WAY', 'POOL_EXISTS', 'POOL_UNPLACEABLE'],
  },
  remove: {
    about: 'Deletes a pool that holds nothing.',
    input: {},
    faults: ['JOB_ID_TAKEN', 'JOB_UNDER_WAY', 'POOL_NOT_EMPTY'],
  },
  actions: {
    verify: {
      about:
        'Reads every copy of every object and proves by checksums that none is missing, corrupt, ' +
        'misplaced or old; the figures are in the job.',
      input: {},
      faults: ['JOB_ID_TAKEN', 'JOB_UNDER_WAY'],
    },
  },
})
