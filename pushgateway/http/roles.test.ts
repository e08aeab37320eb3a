import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from '@jest/globals'
import { createManualClock, systemClock } from '#lib/clock'
import type { Caller } from '#lib/http/caller'
import { openWeb } from '#lib/http/web-server'
import { silentLog } from '#lib/log'
import { createMetrics } from '#lib/metrics'
import { openTestGateway, type TestGateway } from '../fake/gateway.ts'
import { openRoles } from './roles.ts'

const folder = mkdtempSync(join(tmpdir(), 'roles-'))
let count = 0

function fileWith(content: string): string {
  const path = join(folder, `${++count}.yml`)
  writeFileSync(path, content)
  return path
}

const world = { clock: systemClock, log: silentLog, metrics: createMetrics() }

const roles = `
users:
  alice: [push]
  prom: [read]
  ops: [push, read, admin]
  guest: []
certificates:
  agent-1: [push]
anyone: [health]
`

const user = (name: string): Caller => ({ user: name, certificateNames: [] })
const certificate = (...certificateNames: string[]): Caller => ({
  user: undefined,
  certificateNames,
})

test.each([
  [user('alice'), { health: 'allowed', push: 'allowed', read: 'forbidden', admin: 'forbidden' }],
  [user('prom'), { health: 'allowed', push: 'forbidden', read: 'allowed', admin: 'forbidden' }],
  [user('ops'), { health: 'allowed', push: 'allowed', read: 'allowed', admin: 'allowed' }],
  [user('guest'), { health: 'allowed', push: 'forbidden', read: 'forbidden', admin: 'forbidden' }],
  [user('toString'), { push: 'forbidden', read: 'forbidden', admin: 'forbidden' }],
  [user('agent-1'), { push: 'forbidden' }],
  [certificate('agent-1', 'agent-1.example'), { push: 'allowed', read: 'forbidden' }],
  [certificate('alice'), { push: 'forbidden' }],
  [certificate(), { health: 'allowed', push: 'unknown', read: 'unknown', admin: 'unknown' }],
  [
    { user: 'prom', certificateNames: ['agent-1'] },
    { push: 'allowed', read: 'allowed' },
  ],
] as const)('%p is judged %p', (caller, wanted) => {
  const { judge } = openRoles(fileWith(roles), world)
  for (const [needs, verdict] of Object.entries(wanted))
    expect([needs, judge(needs as keyof typeof wanted, caller)]).toEqual([needs, verdict])
})

test('without a file everybody may all', () => {
  const all = openRoles('', world)
  expect(all.judge('admin', certificate())).toBe('allowed')
  expect(all.isForAnyone('health')).toBe(false)
})

test('without a line for anyone, health is for those who have a name', () => {
  const { judge } = openRoles(fileWith('users: { alice: [push] }'), world)
  expect(judge('health', certificate())).toBe('unknown')
  expect(judge('health', user('guest'))).toBe('allowed')
})

test('a role that is granted later counts without a restart', async () => {
  const clock = createManualClock()
  const path = fileWith('users: { alice: [read] }')
  const { judge } = openRoles(path, { clock, log: silentLog })
  expect(judge('push', user('alice'))).toBe('forbidden')
  writeFileSync(path, 'users: { alice: [read, push] }')
  await clock.advance(1000)
  expect(judge('push', user('alice'))).toBe('allowed')
})

test.each([
  ['users: { alice: [write] }', 'users.alice.0'],
  ['user: { alice: [push] }', 'Unrecognized key: "user"'],
  ['users: [alice]', 'users'],
  ['users: {', 'Flow map'],
])('%j is refused: %s', (content, reason) => {
  const path = fileWith(content)
  expect(() => openRoles(path, world)).toThrow(`Cannot use roles file ${path}: `)
  expect(() => openRoles(path, world)).toThrow(reason)
})

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** `secret`, at the lowest cost there is. */
const hash = '$2b$04$pkpZa6LV4nZV1BbJLiqGneicM3LqzvScbwQZ7IZ9fBAUB0ih1yVaO'

async function openAsking(anyone: string): Promise<{ gateway: TestGateway; url: string }> {
  const names = ['alice', 'prom', 'ops', 'guest']
  const configFile = fileWith(
    ['basic_auth_users:', ...names.map((name) => `  ${name}: ${hash}`)].join('\n'),
  )
  const rolesFile = fileWith(roles.replace('[health]', anyone))
  const gateway = await openTestGateway({ flags: [`--web.roles.file=${rolesFile}`] })
  const place = { name: 'a test', addresses: ['127.0.0.1:0'], flag: 'none', configFile }
  const { admits } = gateway.gateway
  const web = await openWeb({ ...place, ...world, admits }, gateway.gateway.handle)
  closing.push(
    () => web.close(),
    () => gateway.close(),
  )
  return { gateway, url: web.servers[0]?.url ?? '' }
}

const requests = [
  ['PUT', '/metrics/job/j'],
  ['DELETE', '/metrics/job/j'],
  ['GET', '/metrics'],
  ['GET', '/api/v1/metrics'],
  ['PUT', '/-/quit'],
  ['GET', '/-/ready'],
] as const

test.each([
  ['nobody', [401, 401, 401, 401, 401, 200]],
  ['alice', [200, 202, 403, 403, 403, 200]],
  ['prom', [403, 403, 200, 200, 403, 200]],
  // Allowed to ask, ops learns that the lifecycle API is off.
  ['ops', [200, 202, 200, 200, 403, 200]],
  ['guest', [403, 403, 403, 403, 403, 200]],
])('over HTTP %s gets %p', async (name, wanted) => {
  const { url } = await openAsking('[health]')
  const headers: Record<string, string> =
    name === 'nobody' ? {} : { Authorization: `Basic ${btoa(`${name}:secret`)}` }
  const found = []
  for (const [method, path] of requests) {
    const body = method === 'PUT' ? 'm 1\n' : null
    const reply = await fetch(`${url}${path}`, { method, headers, body })
    found.push(reply.status)
    if (reply.status === 401) expect(reply.headers.get('www-authenticate')).toBe('Basic')
    await reply.arrayBuffer()
  }
  expect(found).toEqual(wanted)
})

test('what is for anyone needs no password, and the rest still does', async () => {
  const { url } = await openAsking('[read]')
  expect((await fetch(`${url}/metrics`)).status).toBe(200)
  expect((await fetch(`${url}/metrics/job/j`, { method: 'PUT', body: 'm 1\n' })).status).toBe(401)
  expect((await fetch(`${url}/-/ready`)).status).toBe(401)
})

test('a refused push stores nothing and says which role is missing', async () => {
  const { url, gateway } = await openAsking('[health]')
  const headers = { Authorization: `Basic ${btoa('prom:secret')}` }
  const reply = await fetch(`${url}/metrics/job/j`, { method: 'PUT', headers, body: 'm 1\n' })
  expect(await reply.text()).toBe(
    'Cannot answer prom: this needs the role "push"; grant it in the roles file\n',
  )
  expect(gateway.gateway.groups()).toEqual([])
})
