import { describe, expect, test } from '@jest/globals'
import { systemClock } from '#lib/clock'
import { type Labels, labelsKey } from '#lib/labels'
import { isBuildMachine } from '#test/environment'
import { missingAlertmanager, openAlertmanagerPeer } from '#test/protocol/alertmanager-peer'
import { until } from '#test/until'
import { parseConfig } from '../config/config.ts'
import { formatMatcher } from '../config/matchers.ts'
import { createInhibition } from './inhibition.ts'
import { type InhibitionCase, inhibitionCases } from './inhibition-cases.conformance.ts'

const base = 'route: { receiver: r }\nreceivers: [{ name: r }]\ninhibit_rules: '
const rulesOf = ({ rules }: InhibitionCase) =>
  parseConfig(`${base}[${rules.join(', ')}]`, 'am.yml').inhibitRules

describe('inhibition:', () => {
  test.each(inhibitionCases)('$about', (given) => {
    const { sources, target, isHeld } = given
    const inhibition = createInhibition(rulesOf(given))
    for (const labels of [...sources, target])
      inhibition.put({ fingerprint: labelsKey(labels), labels, endsAtMs: 1000 })
    expect(inhibition.inhibitorsOf(target, 0).length > 0).toBe(isHeld)
  })
})

const missing = missingAlertmanager()
if (missing !== undefined && !isBuildMachine()) console.warn(`Skipped: ${missing} is missing`)
const withPeer = missing === undefined || isBuildMachine() ? test : test.skip

/** One server for all cases: a label keeps them apart. */
withPeer('the real Alertmanager holds back the same', async () => {
  const peer = await openAlertmanagerPeer(
    base + JSON.stringify(inhibitionCases.flatMap((given, i) => rulesApart(given, i))),
  )
  try {
    const alerts = inhibitionCases.flatMap(({ sources, target }, i) =>
      [...sources, target].map((labels) => ({ labels: { ...labels, case: String(i) } })),
    )
    const endsAt = new Date(systemClock.nowMs() + 3_600_000).toISOString()
    const answer = await fetch(`${peer.url}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(alerts.map((alert) => ({ ...alert, endsAt }))),
    })
    expect(answer.status).toBe(200)
    const held = inhibitionCases.flatMap(({ target, isHeld }, i) =>
      isHeld ? [labelsKey({ ...target, case: String(i) })] : [],
    )
    const theirs = async () => {
      const shown = await (await fetch(`${peer.url}/api/v2/alerts`)).json()
      return (shown as readonly PeersAlert[]) // What its API promises.
        .filter(({ status }) => status.inhibitedBy.length > 0)
        .map(({ labels }) => labelsKey(labels))
    }
    const targets = new Set(
      inhibitionCases.map(({ target }, i) => labelsKey({ ...target, case: String(i) })),
    )
    // It takes alerts in on its own time.
    await until(async () => (await theirs()).length >= held.length)
    expect((await theirs()).filter((key) => targets.has(key)).sort()).toEqual(held.sort())
  } finally {
    await peer.close()
  }
})

interface PeersAlert {
  readonly labels: Labels
  readonly status: { readonly inhibitedBy: readonly string[] }
}

function rulesApart(given: InhibitionCase, i: number) {
  const own = `case="${i}"`
  return rulesOf(given).map(({ source, target, equal }) => ({
    source_matchers: [...source.map(formatMatcher), own],
    target_matchers: [...target.map(formatMatcher), own],
    equal,
  }))
}
