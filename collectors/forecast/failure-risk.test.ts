import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { failureRisk } from './failure-risk.ts'

type Facts = Parameters<typeof failureRisk>[0]

const healthy: Facts = {
  kind: 'sata-hdd',
  healthPassed: true,
  reallocatedSectors: 0,
  pendingSectors: 0,
  offlineUncorrectable: 0,
  mediaErrors: undefined,
  availableSparePercent: undefined,
  criticalWarning: undefined,
  attributes: [],
}

const riskOf = (more: Partial<Facts>) => failureRisk({ ...healthy, ...more })?.risk ?? Number.NaN

const raw = (id: number, rawText: string) => {
  const unused = { name: '', value: 100, worst: 100, thresh: 0, whenFailed: '-', raw: undefined }
  return { id, ...unused, rawText }
}

test('a disk without a sign has a small risk and no reasons', () => {
  expect(failureRisk(healthy)).toEqual({ risk: expect.closeTo(0.003), reasons: [] })
})

test('a disk that says nothing has no risk at all, rather than none', () => {
  const silent = { healthPassed: undefined, reallocatedSectors: undefined }
  const gone = { pendingSectors: undefined, offlineUncorrectable: undefined }
  expect(failureRisk({ ...healthy, ...silent, ...gone })).toBeUndefined()
})

test('reasons are named, what speaks most for a failure first', () => {
  const found = failureRisk({
    ...healthy,
    reallocatedSectors: 8,
    pendingSectors: 200,
    attributes: [raw(199, '12')],
  })
  expect(found?.reasons.map(({ attribute }) => attribute)).toEqual([
    'pending_sectors',
    'reallocated_sectors',
    'crc_errors',
  ])
})

test('pending sectors that are also uncorrectable count once', () => {
  expect(riskOf({ pendingSectors: 16, offlineUncorrectable: 16 })).toBe(
    riskOf({ pendingSectors: 16 }),
  )
})

test('of command timeouts only the counter of those that never came back counts', () => {
  expect(riskOf({ attributes: [raw(188, '65536')] })).toBe(riskOf({}))
  expect(riskOf({ attributes: [raw(188, '65537')] })).toBeGreaterThan(riskOf({}))
})

test('an NVMe drive over its rated endurance is worn, not failing', () => {
  expect(riskOf({ criticalWarning: 0b100, healthPassed: false })).toBe(riskOf({}))
  expect(riskOf({ criticalWarning: 0b1000 })).toBeGreaterThan(0.1)
})

test('more of any sign never lowers the risk', () => {
  const count = fc.nat(100_000)
  fc.assert(
    fc.property(count, count, count, fc.nat(1000), (sectors, pending, errors, more) => {
      const facts = { reallocatedSectors: sectors, pendingSectors: pending, mediaErrors: errors }
      const before = riskOf(facts)
      for (const key of ['reallocatedSectors', 'pendingSectors', 'mediaErrors'] as const)
        expect(riskOf({ ...facts, [key]: facts[key] + more })).toBeGreaterThanOrEqual(before)
      expect(before).toBeLessThanOrEqual(1)
    }),
  )
})
