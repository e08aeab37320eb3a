/** Makers of servers have firmware of their own, which answers alike whoever made the drive. */
import type { Drive } from '../drive.ts'
import { left, type WearRow } from './row.ts'

export const oemRows: readonly WearRow[] = [
  {
    name: 'dell life remaining, 245',
    why:
      'Dell firmware on drives of Intel, Micron, Samsung, SK hynix and Toshiba: 245 is what is ' +
      'left, mostly in raw as well, while 233 counts writes and stays at 100.',
    speaksFor: (drive) =>
      drive.has(233, 245) &&
      (drive.has(201) || drive.has(226)) &&
      (/intel/i.test(drive.text) || [0, drive.value(245)].includes(drive.raw(245))),
    read: left(245),
  },
  {
    name: 'lenovo life remaining, 173',
    why: 'Lenovo firmware repeats what is left in 173 and 231, value and raw alike; 177 differs.',
    speaksFor: (drive) => drive.has(173, 177, 231) && drive.raw(173) === drive.value(173),
    read: left(173),
  },
  {
    name: 'hp erases, 173',
    why: 'HP and HPE firmware normalises the average erase count from 100 down to the rating.',
    speaksFor: (drive) => isHp(drive) && drive.has(173),
    read: left(173),
  },
]

/** Models such as VK000960GWTTB: of the 33 models that were seen none had other firmware. */
function isHp({ text }: Drive): boolean {
  return /^(.*· )?[A-Z]{2}\d{4,6}[A-Z]{5}$/.test(text)
}
