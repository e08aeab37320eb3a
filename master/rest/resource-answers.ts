/** Resources as the API answers them: one flat object each, whatever table they are in. */
import { job as jobKind } from '#api/kinds/job'
import type { Kind, Resource } from '#lib/schema'
import { type Find, findIds, resourceSource } from '../store/find.ts'
import { jobResource, jobSource } from '../workflow/job-resource.ts'
import type { RestNeeds } from './route.ts'

export type FlatResource = Readonly<Record<string, unknown>>

type Needs = Pick<RestNeeds, 'sql' | 'jobs' | 'resources'>

export async function listOf(kind: Kind, find: Find, needs: Needs) {
  const source = isJob(kind) ? jobSource : resourceSource(kind)
  const { ids, total } = await findIds(needs.sql, kind, { source, find })
  const found = isJob(kind)
    ? (await needs.jobs.many(ids)).map((row) => jobResource(row))
    : await needs.resources.many(kind, ids)
  const byId = new Map(found.map((resource) => [resource.id, resource]))
  const items = ids.map((id) => byId.get(id)).filter((resource) => resource !== undefined)
  return { total, items: items.map(flat) }
}

export async function oneOf(kind: Kind, id: string, needs: Needs) {
  if (!isJob(kind)) {
    const resource = await needs.resources.get(kind, id)
    return resource === undefined ? undefined : flat(resource)
  }
  const row = await needs.jobs.get(id)
  return row === undefined ? undefined : flat(jobResource(row, await needs.jobs.steps(id)))
}

export function flat({ fields, ...rest }: Resource): FlatResource {
  return { ...rest, ...(fields as object) }
}

/** The id stays, so that what is answered can be asked for. */
export function sparse(resource: FlatResource, fields: readonly string[] | undefined) {
  if (fields === undefined) return resource
  const wanted = ['id', ...fields]
  return Object.fromEntries(Object.entries(resource).filter(([name]) => wanted.includes(name)))
}

const isJob = (kind: Kind) => kind.name === jobKind.name
