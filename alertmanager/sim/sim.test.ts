/** Some simulated days. `npm run sim alertmanager/sim` has more, and shortens their stories. */
import { expect, test } from '@jest/globals'
import { runSeed } from './run.ts'

const seeds = [1, 2, 3, 5, 8, 13, 21, 34]
const hours = 5

test.each(seeds)(
  'nothing is lost, and nothing is told twice without a reason: seed %d',
  async (seed) => {
    const facts = await runSeed({ seed, hours, shrinks: 0 })
    expect(facts.taken.length).toBeGreaterThan(20)
    expect(facts.down.length).toBeGreaterThan(0)
  },
)
