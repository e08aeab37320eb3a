/** One set of metrics for the RAID of every tool. */
import { counter, type Families, gauge } from '../families.ts'
import type { RaidController, RaidMember } from './report.ts'

const controllerInfo = gauge('zstone_raid_controller_info', 'Who a controller is; always 1.')
const controllerState = gauge(
  'zstone_raid_controller_state',
  'State of a controller, in our word and in its own; always 1.',
)
const controllerTemperature = gauge(
  'zstone_raid_controller_temperature_celsius',
  'Temperature of a controller.',
)
const memoryErrors = counter(
  'zstone_raid_controller_memory_errors_total',
  'Errors of the memory of a controller.',
)
const volumeInfo = gauge('zstone_raid_volume_info', 'What a volume is; always 1.')
const volumeState = gauge(
  'zstone_raid_volume_state',
  'State of a volume, in our word and in that of the tool; always 1.',
)
const volumeProgress = gauge('zstone_raid_volume_progress_ratio', 'How far a rebuild is, 0 to 1.')
const memberInfo = gauge('zstone_raid_member_info', 'Which drive sits in a slot; always 1.')
const memberState = gauge(
  'zstone_raid_member_state',
  'State of a drive, in our word and in that of the tool; always 1.',
)
const memberProgress = gauge('zstone_raid_member_progress_ratio', 'How far a rebuild is, 0 to 1.')
const memberTemperature = gauge('zstone_raid_member_temperature_celsius', 'Temperature of a drive.')
const memberErrors = counter('zstone_raid_member_errors_total', 'Errors of a drive, by kind.')
const memberAlerted = gauge('zstone_raid_member_smart_alerted', 'Whether a drive raised an alert.')
const batteryInfo = gauge('zstone_raid_battery_info', 'What keeps the cache alive; always 1.')
const batteryState = gauge(
  'zstone_raid_battery_state',
  'State of a battery or cachevault, in our word and in that of the tool; always 1.',
)
const batteryTemperature = gauge('zstone_raid_battery_temperature_celsius', 'Its temperature.')

export function addRaid(families: Families, tool: string, found: RaidController): void {
  const { controller, model, serial, firmware, state, memoryErrors: errors } = found
  const labels = { tool, controller }
  families.add(controllerInfo, { ...labels, model, serial, firmware }, 1)
  if (state !== undefined)
    families.add(controllerState, { ...labels, state: state.state, said: state.said }, 1)
  families.add(controllerTemperature, labels, found.temperatureCelsius)
  families.add(memoryErrors, { ...labels, kind: 'corrected' }, errors?.corrected)
  families.add(memoryErrors, { ...labels, kind: 'uncorrected' }, errors?.uncorrected)
  for (const { volume, name, level, state } of found.volumes) {
    families.add(volumeInfo, { ...labels, volume, name, level }, 1)
    families.add(
      volumeState,
      { ...labels, volume, state: state.state, said: wordOf(state.said) },
      1,
    )
    families.add(volumeProgress, { ...labels, volume }, state.progress)
  }
  for (const member of found.members) addMember(families, labels, member)
  for (const { battery, model, state, temperatureCelsius } of found.batteries) {
    families.add(batteryInfo, { ...labels, battery, model }, 1)
    families.add(batteryState, { ...labels, battery, state: state.state, said: state.said }, 1)
    families.add(batteryTemperature, { ...labels, battery }, temperatureCelsius)
  }
}

function addMember(
  families: Families,
  controller: { readonly tool: string; readonly controller: string },
  { member, model, serial, firmware, state, ...found }: RaidMember,
): void {
  const labels = { ...controller, member }
  families.add(memberInfo, { ...labels, model, serial, firmware }, 1)
  families.add(memberState, { ...labels, state: state.state, said: wordOf(state.said) }, 1)
  families.add(memberProgress, labels, state.progress)
  families.add(memberTemperature, labels, found.temperatureCelsius)
  families.add(memberErrors, { ...labels, kind: 'media' }, found.mediaErrors)
  families.add(memberErrors, { ...labels, kind: 'other' }, found.otherErrors)
  families.add(memberErrors, { ...labels, kind: 'predictive' }, found.predictiveFailures)
  const { smartAlerted } = found
  families.add(memberAlerted, labels, smartAlerted === undefined ? undefined : Number(smartAlerted))
}

/** Progress would make a new series of every percent. */
const wordOf = (said: string) => said.replace(/,? *\d{1,3}(\.\d+)? ?% *(complete)?/i, '').trim()
