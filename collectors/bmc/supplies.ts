/** Reads what `ipmitool sdr type "Power Supply"` prints, as table or with commas. */
import type { PowerSupply } from './facts.ts'
import { numbered } from './sensors.ts'
import { rowsOf } from './table.ts'

/** `PS1 Status | 85h | ok | 10.1 | Presence detected` */
export function parseSupplies(text: string): readonly PowerSupply[] {
  const supplies = rowsOf(text, 5).flatMap(([name = '', id = '', status = '', , ...said]) =>
    /^[0-9a-f]{2}h$/i.test(id) ? [{ name, status, said: said.join(', ') }] : [],
  )
  return numbered(supplies).map(({ name, status, said }) => ({
    name,
    health: healthOf(status, said),
    said,
  }))
}

function healthOf(status: string, said: string): PowerSupply['health'] {
  if (/predictive failure|redundancy degraded/i.test(said)) return 'warning'
  if (/fail|lost|out.of.range|error|non-redundant|insufficient/i.test(said)) return 'critical'
  if (/cr|nr/.test(status)) return 'critical'
  if (/presence detected|fully redundant|^[\d.]+ (watts|percent)/i.test(said)) return 'ok'
  return status === 'ns' || said === '' ? 'absent' : undefined
}
