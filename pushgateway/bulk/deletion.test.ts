/** Deleting many groups by their labels, over real HTTP. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from '@jest/globals'
import { createFakeDisk, diskError } from '#test/fake-disk'
import { openTestGateway, type TestGateway } from '../fake/gateway.ts'

const opened: TestGateway[] = []

afterEach(async () => {
  for (const gateway of opened.splice(0)) await gateway.close()
})

async function open(disk = createFakeDisk()): Promise<TestGateway> {
  const gateway = await openTestGateway({ disk })
  opened.push(gateway)
  return gateway
}

const jobs = ['x1', 'x2', 'y1', 'z1']

async function openWithGroups(disk = createFakeDisk()): Promise<TestGateway> {
  const gateway = await open(disk)
  for (const job of jobs) await gateway.send('PUT', `/metrics/job/${job}/zone/a`, { body: 'a 1\n' })
  return gateway
}

async function remove(gateway: TestGateway, selectors: readonly string[], rest = '') {
  const query = selectors.map((selector) => `match[]=${encodeURIComponent(selector)}`).join('&')
  const reply = await gateway.send('DELETE', `/api/v1/groups?${query}${rest}`)
  return { ...reply, json: JSON.parse(reply.body) }
}

const jobsOf = ({ gateway }: TestGateway) => gateway.groups().map(({ labels }) => labels['job'])

test('every group that any selector matches is gone, and named in the answer', async () => {
  const gateway = await openWithGroups()
  const { status, json } = await remove(gateway, ['{job=~"x.*"}', 'job="z1",zone="a"'])
  expect(status).toBe(200)
  expect(json).toMatchObject({
    status: 'success',
    data: { dry_run: false, matched: 3, deleted: 3, groups_left_out: 0 },
  })
  expect(json.data.groups).toEqual(['x1', 'x2', 'z1'].map((job) => ({ job, zone: 'a' })))
  expect(jobsOf(gateway)).toEqual(['y1'])
  expect(await gateway.exposed()).toContain('a{instance="",job="y1",zone="a"} 1')
})

test('a dry run says what would go and deletes nothing', async () => {
  const gateway = await openWithGroups()
  const { json } = await remove(gateway, ['{job!="",job!~"x.*"}', '{job="y1"}'], '&dry_run=true')
  expect(json.data).toMatchObject({ dry_run: true, matched: 2, deleted: 0 })
  expect(jobsOf(gateway)).toEqual(jobs)
})

test.each([
  ['', 'match[] is missing'],
  ['?match[]=', 'matches a group without labels'],
  ['?match[]={}', 'matches a group without labels'],
  ['?match[]={job=~".*"}', 'matches a group without labels'],
  ['?match[]={job="x1"}&match[]={zone!="b"}', 'matches a group without labels'],
  ['?match[]={job!~"x.*"}', 'add one such as job!=""'],
  ['?match[]=up{job="x1"}', 'Cannot read selector'],
  ['?match[]={job=~"("}', 'Cannot compile regex'],
  ['?match={job="x1"}', '"match" is neither'],
  ['?match[]={job="x1"}&dryrun=true', '"dryrun" is neither'],
  ['?match[]={job="x1"}&dry_run=yes', 'dry_run is true or false'],
])('a slip deletes nothing: DELETE /api/v1/groups%s', async (query, reason) => {
  const gateway = await openWithGroups()
  const { status, body } = await gateway.send('DELETE', `/api/v1/groups${encodeURI(query)}`)
  expect(status).toBe(400)
  expect(JSON.parse(body)).toMatchObject({ status: 'error', errorType: 'bad_data' })
  expect(JSON.parse(body).error).toContain(reason)
  expect(jobsOf(gateway)).toEqual(jobs)
})

test('a deletion keeps its place among pushes that are under way', async () => {
  const gateway = await open()
  const push = (job: string) => gateway.send('PUT', `/metrics/job/${job}`, { body: 'a 1\n' })
  const before = ['x1', 'x2', 'x3'].map(push)
  await Promise.all(before)
  const [, deletion] = await Promise.all([push('x4'), remove(gateway, ['{job=~"x[1-3]"}'])])
  expect(deletion.json.data.deleted).toBe(3)
  await push('x2')
  expect(jobsOf(gateway)).toEqual(['x2', 'x4'])
})

test('a deletion that cannot be stored leaves every group', async () => {
  const disk = createFakeDisk()
  const gateway = await openWithGroups(disk)
  disk.failWhen((operation) => (operation === 'append' ? diskError('ENOSPC') : undefined))
  const { status, json } = await remove(gateway, ['{job!=""}'])
  expect(status).toBe(507)
  expect(json).toMatchObject({ status: 'error', errorType: 'unavailable' })
  expect(jobsOf(gateway)).toEqual(jobs)
})

test('a crash in the middle of a deletion leaves all groups or none', async () => {
  const bytes = Array.from({ length: 21 }, (_, i) => i / 20)
  const left = new Set<number>()
  for (const share of bytes) {
    const disk = createFakeDisk()
    const gateway = await openWithGroups(disk)
    disk.failWhen((operation) => (operation === 'sync' ? diskError('EIO') : undefined))
    expect(await remove(gateway, ['{zone="a"}'])).toMatchObject({ status: 503 })
    const next = await open(disk.afterCrash({ bytes: share, names: 1, garbled: false }))
    left.add(jobsOf(next).length)
  }
  expect([...left].sort()).toEqual([0, jobs.length])
})

test('what was deleted stays so after a restart', async () => {
  const disk = createFakeDisk()
  const gateway = await openWithGroups(disk)
  await remove(gateway, ['{job=~"x.*"}'])
  const next = await open(disk.afterCrash({ bytes: 0, names: 0, garbled: false }))
  expect(jobsOf(next)).toEqual(['y1', 'z1'])
})

test('whoever may push may not delete by labels', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'zstone-'))
  const file = join(folder, 'roles.yml')
  await writeFile(file, 'anyone: [push]\n')
  const gateway = await openTestGateway({ flags: [`--web.roles.file=${file}`] })
  opened.push(gateway)
  const body = '# GROUP PUT /metrics/job/x\na 1\n'
  expect(await gateway.send('POST', '/api/v1/push', { body })).toMatchObject({ status: 200 })
  const query = `?match[]=${encodeURIComponent('{job="x"}')}`
  expect(await gateway.send('DELETE', `/api/v1/groups${query}`)).toMatchObject({ status: 401 })
  expect(jobsOf(gateway)).toEqual(['x'])
  await rm(folder, { recursive: true })
})

test('a scrape during a deletion of many shows each group whole or not at all', async () => {
  const gateway = await open()
  const group = (i: number) => `# GROUP PUT /metrics/job/j/instance/${i}\na 1\nb 1\n`
  const body = Array.from({ length: 2000 }, (_, i) => group(i)).join('')
  await gateway.send('POST', '/api/v1/push', { body })
  let isDone = false
  const deletion = remove(gateway, ['{job="j"}']).finally(() => {
    isDone = true
  })
  const counts: number[] = []
  while (!isDone) {
    const lines = await gateway.exposed()
    const of = (name: string) =>
      lines.filter((line) => line.startsWith(`${name}{`)).map((line) => line.slice(name.length))
    expect(of('a')).toEqual(of('b'))
    counts.push(of('a').length)
  }
  expect((await deletion).json.data.deleted).toBe(2000)
  expect(counts.length).toBeGreaterThan(0)
  expect(gateway.gateway.groups()).toEqual([])
})

test('the answer names a thousand groups and counts the rest', async () => {
  const gateway = await open()
  const pushes = Array.from({ length: 1003 }, (_, i) =>
    gateway.send('PUT', `/metrics/job/j/instance/${i}`, { body: 'a 1\n' }),
  )
  await Promise.all(pushes)
  const { json } = await remove(gateway, ['{job="j"}'])
  expect(json.data).toMatchObject({ deleted: 1003, groups_left_out: 3 })
  expect(json.data.groups).toHaveLength(1000)
  expect(gateway.gateway.groups()).toEqual([])
})
