/** What the run proved. The demo holds only if `faults` is empty. */
import type { Outcome, Stage } from './story.ts'

export interface Summary {
  readonly lines: readonly string[]
  readonly faults: readonly string[]
}

/** The hops that the one trace must have, from the push to the last step of the repair. */
const hopsWanted = ['push', 'evaluate DiskFailing', 'firing', 'alert arrival', 'alert flush']
const deliveriesWanted = ['deliver email', 'deliver webhook', 'api takeNotification']

export async function judge(stage: Stage, outcome: Outcome, tookMs: number): Promise<Summary> {
  const { clients, observer, webhook, narrator, kills } = stage
  const lost = await clients.readBack()
  const pool = (await observer.pools()).find(({ name }) => name === stage.scene.pool)
  const mails = (await observer.mails()).filter(({ subject }) => subject.includes('DiskFailing'))
  const firingMails = mails.filter(({ subject }) => subject.includes('FIRING'))
  const firingHooks = webhook
    .notifications()
    .filter(({ status, groupLabels }) => status === 'firing' && isAboutDisk(groupLabels))
  narrator.look()
  const hops = new Set(narrator.shown().map(({ name }) => name))
  const missing = [...hopsWanted, ...deliveriesWanted].filter((hop) => !hops.has(hop))
  const steps = [...hops].filter((name) => name.startsWith('workflow step'))
  const faults = [
    ...lost.map((key) => `Object lost or changed: ${key}`),
    ...(outcome.proof.copies === 3 * (outcome.proof.objects ?? Number.NaN)
      ? []
      : [`Copies proved: ${outcome.proof.copies} of ${outcome.proof.objects} objects`]),
    ...(pool?.objectsDegraded === 0 ? [] : [`Objects lack copies: ${pool?.objectsDegraded}`]),
    ...(pool?.objectsUnavailable === 0 ? [] : ['Objects are unavailable']),
    ...(firingMails.length === 1 ? [] : [`${firingMails.length} mails about one firing alert`]),
    ...(firingHooks.length === 1 ? [] : [`${firingHooks.length} webhooks about one firing alert`]),
    // A process that is killed takes its last spans with it, but nothing else.
    ...(kills ? [] : missing.map((hop) => `The trace lacks: ${hop}`)),
    ...(steps.length > 0 ? [] : ['The trace lacks the steps of the workflow']),
  ]
  const lines = [
    `objects acknowledged   ${clients.acknowledged.size}, all read back and compared: ${lost.length} lost`,
    `copies proved          ${outcome.proof.copies} of ${outcome.proof.objects} objects, by checksum`,
    `retries of clients     ${clients.retries()}`,
    `mails about the disk   ${firingMails.length} firing, ${mails.length - firingMails.length} resolved`,
    `webhook repeats        ${webhook.repeats()} dropped by their idempotency key`,
    `trace                  ${outcome.traceId}, ${narrator.shown().length} spans`,
    `took                   ${(tookMs / 1000).toFixed(1)} s`,
  ]
  return { lines, faults }
}

const isAboutDisk = (labels: Readonly<Record<string, string>>) =>
  labels['alertname'] === 'DiskFailing'
