/** Reads `sas2ircu N DISPLAY` and `sas3ircu N DISPLAY`: the small RAID of LSI host adapters. */
import type { RaidController } from './report.ts'
import { type Fields, sectionsOf } from './sections.ts'
import { sayState } from './states.ts'

const controllerHead = /^Controller information$/
const volumeHead = /^IR volume (\d+)$/i
const deviceHead = /^Device is a (.+)$/
const endHead = /^(Enclosure information|Physical device information)$/

/** The tool is asked for one controller at a time, and says its number. */
export function parseSasircu(text: string): readonly RaidController[] {
  const sections = sectionsOf(text, [controllerHead, volumeHead, deviceHead, endHead])
  const controller = sections.find(({ head }) => controllerHead.test(head))
  if (controller === undefined) return []
  const { fields } = controller
  return [
    {
      controller: /initiated for controller (\d+)/.exec(text)?.[1] ?? '0',
      model: fields.text('Controller type') ?? '',
      serial: '',
      firmware: fields.text('Firmware version') ?? '',
      batteries: [],
      volumes: sections
        .filter(({ head }) => volumeHead.test(head))
        .map(({ found, fields }) => volumeOf(found[1] ?? '', fields)),
      members: sections
        .filter(({ found, head }) => deviceHead.test(head) && /hard disk/i.test(found[1] ?? ''))
        .map(({ fields }) => memberOf(fields)),
    },
  ]
}

/** How far operations on volumes are, 0 to 1, by volume: what `N STATUS` prints. */
export function parseSasircuProgress(text: string): ReadonlyMap<string, number> {
  return new Map(
    sectionsOf(text, [volumeHead]).flatMap(({ found, fields }) => {
      const percent = fields.number('Percentage complete')
      return percent === undefined ? [] : [[found[1] ?? '', percent / 100] as const]
    }),
  )
}

/** Numbers of the controllers in what `LIST` prints. */
export function listSasircu(text: string): readonly string[] {
  return [...text.matchAll(/^\s*(\d{1,3})\s+SAS\d+/gm)].flatMap(([, index]) => index ?? [])
}

const volumeOf = (volume: string, fields: Fields) => ({
  volume,
  name: fields.text('Volume Name') ?? '',
  level: fields.text('RAID level') ?? '',
  state: sayState(fields.text('Status of volume') ?? ''),
})

const memberOf = (fields: Fields) => ({
  member: `${fields.text('Enclosure #') ?? ''}:${fields.text('Slot #') ?? ''}`,
  model: fields.text('Model Number') ?? '',
  serial: fields.text('Serial No') ?? '',
  firmware: fields.text('Firmware Revision') ?? '',
  state: sayState(fields.text('State') ?? ''),
})
