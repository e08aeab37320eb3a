/** Settings of the rules; `bin` merges them with those of the other parts. */
import { duration, optionalText, structure, whole } from '#lib/config'

export const rulesSettings = {
  files: structure<readonly string[]>({
    name: 'files',
    default: [],
    help: 'Rule files to load besides the ones that come with ZStone; patterns may hold * and ?.',
    parse: listOf('file patterns'),
  }),
  alertmanagers: structure<readonly string[]>({
    name: 'alertmanagers',
    default: [],
    help: "Addresses of alertmanagers to send to besides ZStone's own; each is told everything.",
    parse: listOf('addresses such as http://host:9093'),
  }),
  intervalMs: duration({
    name: 'evaluation-interval',
    default: '15s',
    help: 'How often rule groups without an interval of their own are evaluated.',
  }),
  resendDelayMs: duration({
    name: 'resend-delay',
    default: '1m',
    help: 'How often a firing alert is sent again to the alertmanagers.',
  }),
  restoreGraceMs: duration({
    name: 'restore-grace',
    default: '30s',
    help: 'After a restart, how long beyond two evaluations alerts wait for their data.',
  }),
  queueCapacity: whole({
    name: 'queue-capacity',
    default: 10_000,
    least: 64,
    help: 'How many alerts may wait to be sent; beyond that the oldest are dropped.',
  }),
  externalUrl: optionalText({
    name: 'external-url',
    help: 'Where people reach the rules, to which alerts link; none: where they are served.',
  }),
}

/** A list in YAML, or one text with commas. */
function listOf(what: string) {
  return (raw: unknown): readonly string[] => {
    if (typeof raw === 'string') return raw.split(',').map((one) => one.trim())
    if (Array.isArray(raw) && raw.every((one) => typeof one === 'string')) return raw
    throw new Error(`expected a list of ${what}`)
  }
}
