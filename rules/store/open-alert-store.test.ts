import { expect, test } from '@jest/globals'
import { freshDatabase } from '#test/postgres'
import type { StoredAlert } from './alert-store.ts'
import { openAlertStore } from './open-alert-store.ts'

const stored = (device: string, given: Partial<StoredAlert['alert']> = {}): StoredAlert => ({
  ruleId: 'disks/DiskFailing',
  labels: { alertname: 'DiskFailing', device },
  alert: {
    annotations: { summary: `${device} "fails"` },
    state: 'firing',
    value: 0.5,
    activeAtMs: 1_700_000_000_123,
    firedAtMs: 1_700_000_010_456,
    traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
    ...given,
  },
})

test('what was saved is there after the process was killed; the last writing counts', async () => {
  const database = await freshDatabase()
  const first = await openAlertStore(database.url)
  const pending = stored('sda', { state: 'pending', value: Number.POSITIVE_INFINITY })
  await first.save([pending, stored('sdb'), stored('sdc')])
  const resolved = stored('sda', {
    state: 'resolved',
    resolvedAtMs: 1_700_000_020_789,
    keepFiringSinceMs: 1_700_000_015_000,
  })
  await first.save([stored('sda'), resolved, { ...stored('sdb'), alert: undefined } as never])
  const second = await openAlertStore(database.url) // The first one was never closed.
  const rows = (await second.load()).toSorted((a, b) =>
    JSON.stringify(a.labels) < JSON.stringify(b.labels) ? -1 : 1,
  )
  expect(rows).toEqual([resolved, stored('sdc')])
  await Promise.all([first.close(), second.close()])
  await database.drop()
})

test('ten thousand alerts are saved in one call, and removed in one', async () => {
  const database = await freshDatabase()
  const store = await openAlertStore(database.url)
  const all = Array.from({ length: 10_000 }, (_, i) => stored(`d${i}`))
  await store.save(all)
  expect(await store.load()).toHaveLength(10_000)
  await store.save(all.map(({ ruleId, labels }) => ({ ruleId, labels })))
  expect(await store.load()).toEqual([])
  await store.close()
  await database.drop()
})
