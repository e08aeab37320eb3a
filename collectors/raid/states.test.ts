import { expect, test } from '@jest/globals'
import { type RaidState, sayState } from './states.ts'

/** Words of all tools, by what they mean. */
const meanings: Record<RaidState, readonly string[]> = {
  optimal: ['Optl', 'Optimal', 'OK', 'Okay (OKY)', 'Onln', 'Online, Spun Up', 'Online', 'Present'],
  degraded: [
    'Dgrd',
    'Pdgd',
    'Degraded',
    'Partially Degraded',
    'Interim Recovery Mode',
    'Ready for Rebuild',
    'Predictive Failure',
    'Needs Attention',
    'Suboptimal, Fault Tolerant',
  ],
  rebuilding: [
    'Rbld',
    'Rebuild',
    'Rebuilding (RBLD)',
    'Recovering, 3% complete',
    'Cpybck',
    'Copyback',
  ],
  failed: [
    'Ofln',
    'OfLn',
    'Offln',
    'Offline',
    'Failed',
    'Missing (MIS)',
    'UBad',
    'Unconfigured(bad)',
  ],
  spare: ['GHS', 'DHS', 'Hotspare, Spun down', 'Hot Spare (HSP)', 'Global Hot-Spare'],
  ready: ['UGood', 'Unconfigured(good), Spun Up', 'Ready (RDY)', 'JBOD', 'Available (AVL)', 'Raw'],
  charging: ['Charging', 'Recharging', 'Learning', 'Lrn'],
  unknown: ['', 'Sulking', 'OKRA'],
}

test('a word of any tool has one meaning', () => {
  for (const [state, words] of Object.entries(meanings))
    for (const word of words) expect([word, sayState(word).state]).toEqual([word, state])
})

test('progress is a share of one, and only said where the tool says it', () => {
  expect(sayState('Recovering, 12.5% complete').progress).toBe(0.125)
  expect(sayState('Rebuilding 100%').progress).toBe(1)
  expect(sayState('Rebuilding').progress).toBeUndefined()
  expect(sayState('Rebuilding 999%').progress).toBe(1)
})
