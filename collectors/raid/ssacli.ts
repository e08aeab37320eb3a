/** Reads `ssacli ctrl all show config detail`: Smart Array controllers of HPE. */
import type { RaidController, RaidMember, RaidVolume } from './report.ts'
import { type Fields, type Section, sectionsOf } from './sections.ts'
import { sayState } from './states.ts'

const controllerHead = /^(\S.*?) in Slot (\w+)/
const volumeHead = /^Logical Drive: (\S+)$/
const memberHead = /^physicaldrive (\S+)$/
/** What stands between them and has a status of its own. */
const otherHead =
  /^(Array:.*|Unassigned|HBA Drives|Port Name:.*|.*Drive Cage at.*|(Enclosure|SEP|Expander) .*)$/

export function parseSsacli(text: string): readonly RaidController[] {
  const heads = [controllerHead, volumeHead, memberHead, otherHead]
  const controllers: { section: Section; volumes: RaidVolume[]; members: RaidMember[] }[] = []
  for (const section of sectionsOf(text, heads)) {
    const { head, found, fields } = section
    const controller = controllers.at(-1)
    if (controllerHead.test(head)) controllers.push({ section, volumes: [], members: [] })
    else if (volumeHead.test(head)) controller?.volumes.push(volumeOf(found[1] ?? '', fields))
    else if (memberHead.test(head)) controller?.members.push(memberOf(found[1] ?? '', fields))
  }
  return controllers.map(({ section, volumes, members }) => ({
    ...controllerOf(section),
    volumes,
    members,
  }))
}

function controllerOf({ found, fields }: Section): Omit<RaidController, 'volumes' | 'members'> {
  const state = fields.text('Controller Status')
  const battery = fields.text('Battery/Capacitor Status')
  return {
    controller: found[2] ?? '',
    model: found[1] ?? '',
    serial: fields.text('Serial Number') ?? '',
    firmware: fields.text('Firmware Version') ?? '',
    state: state === undefined ? undefined : sayState(state),
    temperatureCelsius: fields.number('Controller Temperature (C)'),
    batteries:
      battery === undefined
        ? []
        : [
            {
              battery: '0',
              model: fields.text('Cache Backup Power Source') ?? '',
              state: sayState(battery),
              temperatureCelsius: fields.number('Capacitor Temperature  (C)'),
            },
          ],
  }
}

const volumeOf = (volume: string, fields: Fields): RaidVolume => ({
  volume,
  name: fields.text('Logical Drive Label') ?? '',
  level: fields.text('Fault Tolerance') ?? '',
  state: sayState(fields.text('Status') ?? ''),
})

const memberOf = (member: string, fields: Fields): RaidMember => ({
  member,
  model: (fields.text('Model') ?? '').replaceAll(/ +/g, ' '),
  serial: fields.text('Serial Number') ?? '',
  firmware: fields.text('Firmware Revision') ?? '',
  state: memberState(fields),
  temperatureCelsius: fields.number('Current Temperature (C)'),
})

/** A spare and an unassigned drive say OK as well: what they are for stands apart. */
function memberState(fields: Fields) {
  const said = sayState(fields.text('Status') ?? '')
  const use = fields.text('Drive Type') ?? ''
  if (said.state !== 'optimal') return said
  if (/spare/i.test(use)) return { ...said, state: 'spare' as const }
  if (/unassigned/i.test(use)) return { ...said, state: 'ready' as const }
  return said
}
