/** Our rules over invented series: pending and firing as promtool has it, labels and texts too. */
import { describe, expect, test } from '@jest/globals'
import { hasPrometheus } from '#test/prometheus'
import { fuzz } from '../../rules/sim/rules.fuzz.ts'

const verdict = hasPrometheus() ? describe : describe.skip

verdict('beside promtool', () => {
  test('every rule file gives the same alerts at every step', async () => {
    const tally = await fuzz({ seed: 1, count: 1, say: () => {} })
    expect(tally.differences).toEqual([])
    // Of sums that promtool itself gives now so, now otherwise, a few may hide from its reruns.
    expect(tally.rounded).toBeLessThan(5)
    expect(tally.rules).toBeGreaterThan(80)
    expect(tally.seen.size).toBeGreaterThan(tally.names.size / 2)
    expect(tally.alerts).toBeGreaterThan(2000)
  })
})
