/** What the logs of an ATA device say, under the metric names of smartctl_exporter. */
import { type Families, gauge } from '../families.ts'
import { flagAt, type Json, listAt, numberAt, objectAt, textAt } from './json.ts'

const state = gauge('smartctl_device_state', 'State of the device; 0 is active.')
const statistics = gauge('smartctl_device_statistics', 'Device statistics.')
const selfTests = gauge('smartctl_device_self_test_log_count', 'Entries of the self-test log.')
const selfTestErrors = gauge(
  'smartctl_device_self_test_log_error_count',
  'Entries of the self-test log that found errors.',
)
const recovery = gauge('smartctl_device_erc_seconds', 'Time limit of error recovery.')

export function addLogs(families: Families, device: string, answer: Json): void {
  families.add(state, { device }, numberAt(answer, 'ata_sct_status.device_state.value'))
  addStatistics(families, device, answer)
  for (const type of Object.keys(objectAt(answer, 'ata_smart_self_test_log') ?? {})) {
    const labels = { device, self_test_log_type: type }
    const log = `ata_smart_self_test_log.${type}`
    families.add(selfTests, labels, numberAt(answer, `${log}.count`))
    families.add(selfTestErrors, labels, numberAt(answer, `${log}.error_count_total`))
  }
  for (const type of ['read', 'write']) {
    const tenths = numberAt(answer, `ata_sct_erc.${type}.deciseconds`)
    const seconds = tenths === undefined ? undefined : tenths / 10
    families.add(recovery, { device, op_type: type }, seconds)
  }
}

const flagNames = ['valid', 'normalized', 'supports_dsn', 'monitored_condition_met']

function addStatistics(families: Families, device: string, answer: Json): void {
  for (const page of listAt(answer, 'ata_device_statistics.pages'))
    for (const row of listAt(page, 'table')) {
      if (flagAt(row, 'flags.valid') === false) continue
      const labels = {
        device,
        statistic_table: textAt(page, 'name') ?? '',
        statistic_name: textAt(row, 'name') ?? '',
        statistic_flags_short: textAt(row, 'flags.string') ?? '',
        statistic_flags_long: flagNames.filter((name) => flagAt(row, `flags.${name}`)).join(','),
      }
      families.add(statistics, labels, numberAt(row, 'value'))
    }
}
