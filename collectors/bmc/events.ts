/** Reads the log of events: `ipmitool sel info` and `sel elist`, FreeIPMI's `ipmi-sel`. */
import type { BmcEvent, BmcEvents } from './facts.ts'
import { fieldIn, leadingNumber, rowsOf } from './table.ts'

/** `info` says how many there are, `list` holds at least the newest, last. */
export function parseIpmitoolEvents(info: string, list: string): BmcEvents {
  const used = leadingNumber(fieldIn(info, 'Percent Used'))
  const newest = rowsOf(list, 5).at(-1)
  return {
    count: leadingNumber(fieldIn(info, 'Entries')),
    used: used === undefined ? undefined : Math.min(1, used / 100),
    newest: newest === undefined ? undefined : ipmitoolEvent(newest),
  }
}

/** `1f | 07/09/2023 | 13:57:50 | Fan #0x30 | Lower Critical going low | Asserted` */
const ipmitoolEvent = ([, date = '', time = '', sensor = '', ...event]: readonly string[]) => ({
  time: `${date} ${time}`.trim(),
  sensor,
  event: event.join(', '),
})

/** `496 | Jul-09-2023 | 13:57:50 | ACPI_Stat | System ACPI Power State | Nominal | S0/G0` */
export function parseFreeipmiEvents(text: string): BmcEvents {
  const rows = rowsOf(text, 7).filter(([id = '']) => /^\d+$/.test(id))
  const newest = rows.at(-1)
  return {
    count: rows.length,
    used: undefined,
    newest: newest === undefined ? undefined : freeipmiEvent(newest),
  }
}

const freeipmiEvent = (cells: readonly string[]): BmcEvent => {
  const [, date = '', time = '', sensor = '', , , ...event] = cells
  return { time: `${date} ${time}`.trim(), sensor, event: event.join(', ') }
}

/** Watts now, of `ipmitool dcmi power reading` or FreeIPMI's `ipmi-dcmi`. */
export const parsePower = (text: string): number | undefined =>
  leadingNumber(fieldIn(text, 'Instantaneous power reading') ?? fieldIn(text, 'Current Power'))
