/** Who may push, read and administer: `--web.roles.file`. Without it, whoever may enter may all. */
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'
import { fault } from '#api/errors'
import type { Clock } from '#lib/clock'
import { messageOf } from '#lib/errors'
import { openFresh } from '#lib/fresh'
import type { Caller } from '#lib/http/caller'
import type { Log } from '#lib/log'
import { complaintsOf } from '#lib/schema'
import type { Role } from './routes.ts'

export type Verdict = 'allowed' | 'unknown' | 'forbidden'

export interface Roles {
  judge(needs: Role, caller: Caller): Verdict
  /** Whether this needs no name at all. */
  isForAnyone(needs: Role): boolean
}

const everything: Roles = { judge: () => 'allowed', isForAnyone: () => false }

/** `health` is granted to everyone who has a name; `anyone` may grant it to those without. */
const roleList = z.array(z.enum(['push', 'read', 'admin'])).readonly()

const fileSchema = z.strictObject({
  users: z.record(z.string(), roleList).default({}),
  certificates: z.record(z.string(), roleList).default({}),
  anyone: z.array(z.enum(['push', 'read', 'admin', 'health'])).default([]),
})

type RolesFile = z.infer<typeof fileSchema>

export function openRoles(path: string, world: { clock: Clock; log: Log }): Roles {
  if (path === '') return everything
  const file = openFresh(() => ({ value: readRoles(path), files: [path] }), world)
  return {
    judge: (needs, caller) => judge(file.current(), needs, caller),
    isForAnyone: (needs) => file.current().anyone.includes(needs),
  }
}

function judge({ users, certificates, anyone }: RolesFile, needs: Role, caller: Caller): Verdict {
  if (anyone.includes(needs)) return 'allowed'
  const { user, certificateNames } = caller
  if (user === undefined && certificateNames.length === 0) return 'unknown'
  if (needs === 'health') return 'allowed'
  const granted = (table: RolesFile['users'], name: string) =>
    Object.hasOwn(table, name) && table[name]?.includes(needs) === true
  const isGranted =
    (user !== undefined && granted(users, user)) ||
    certificateNames.some((name) => granted(certificates, name))
  return isGranted ? 'allowed' : 'forbidden'
}

function readRoles(path: string): RolesFile {
  let tree: unknown
  try {
    tree = parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw fault('PUSHGATEWAY_ROLES_INVALID', { path, reason: messageOf(error).split('\n')[0] })
  }
  const read = fileSchema.safeParse(tree ?? {})
  if (read.success) return read.data
  throw fault('PUSHGATEWAY_ROLES_INVALID', { path, reason: complaintsOf(read.error) })
}
