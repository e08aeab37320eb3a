/** Sentences that say why a device is not well. */
import { flagAt, type Json, listAt, numberAt, textAt } from '../smart/json.ts'
import type { SmartAttribute } from './device-facts.ts'

/** Bits of the critical warning of NVMe, lowest first. */
const warnings = [
  'Available spare is below its threshold',
  'Temperature is beyond a threshold',
  'Reliability is degraded, by media errors or by wear beyond the rated endurance',
  'Media is read-only',
  'The backup of the volatile memory does not work',
  'The persistent memory region is unreliable',
]

export const unreadLog = 'Its health log is ones in every bit: the device did not answer'

export function warningReasons(mask: number | undefined): readonly string[] {
  if (mask === undefined) return []
  const known = warnings.filter((_, bit) => Math.floor(mask / 2 ** bit) % 2 === 1)
  return mask >= 2 ** warnings.length ? [...known, `Critical warning ${mask} is unknown`] : known
}

export function reasonsOf(
  answer: Json,
  found: { attributes: readonly SmartAttribute[]; criticalWarning: number | undefined },
): readonly string[] {
  const passed = flagAt(answer, 'smart_status.passed')
  const said = textAt(answer, 'smart_status.scsi.ie_string')
  return [
    ...(passed === false ? [`The device calls itself failing${said ? `: ${said}` : ''}`] : []),
    ...warningReasons(found.criticalWarning),
    ...found.attributes.flatMap(attributeReason),
    ...selfTestReason(answer),
  ]
}

function attributeReason({ id, name, value, worst, thresh, whenFailed }: SmartAttribute) {
  const what = `Attribute ${id} ${name}`
  if (/now/i.test(whenFailed))
    return [`${what} is at ${value}, at or below its threshold of ${thresh}`]
  if (/past/i.test(whenFailed))
    return [`${what} was once at ${worst}, at or below its threshold of ${thresh}`]
  return []
}

/** Only of the last test: an older one may have been mended since. */
function selfTestReason(answer: Json): readonly string[] {
  const tables = ['standard', 'extended'].map((log) => `ata_smart_self_test_log.${log}.table`)
  const last = tables.flatMap((path) => listAt(answer, path).slice(0, 1))[0]
  const status = last && numberAt(last, 'status.value')
  // The high digit says how it ended: 3 to 8 are errors of the device.
  const kind = status === undefined ? 0 : Math.floor(status / 16)
  if (last === undefined || kind < 3 || kind > 8) return []
  return [`Its last self-test found: ${textAt(last, 'status.string') ?? `status ${status}`}`]
}
