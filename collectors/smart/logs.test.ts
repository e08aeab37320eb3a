import { expect, test } from '@jest/globals'
import { seriesOf } from '../fake/series.ts'
import { createFamilies } from '../families.ts'
import type { Json } from './json.ts'
import { addLogs } from './logs.ts'

function seriesFrom(answer: Json): Record<string, number> {
  const families = createFamilies()
  addLogs(families, 'sda', answer)
  return seriesOf(families.list())
}

test('device statistics have their page, name and flags', () => {
  const flags = { string: 'N--', valid: true, normalized: true, supports_dsn: false }
  const table = [
    { name: 'Percentage Used Endurance Indicator', value: 12, flags },
    { name: 'Invalid', value: 0, flags: { valid: false } },
    { name: 'Silent', flags: { string: '---', valid: true } },
  ]
  const pages = [{ number: 7, name: 'Solid State Device Statistics', table }]
  expect(seriesFrom({ ata_device_statistics: { pages } })).toEqual({
    ['smartctl_device_statistics{device="sda", statistic_flags_long="valid,normalized", ' +
      'statistic_flags_short="N--", statistic_name="Percentage Used Endurance Indicator", ' +
      'statistic_table="Solid State Device Statistics"}']: 12,
  })
})

test('self-tests, time limits of error recovery and the state of the device', () => {
  expect(
    seriesFrom({
      ata_smart_self_test_log: { standard: { count: 21, error_count_total: 2 } },
      ata_sct_erc: { read: { enabled: true, deciseconds: 70 }, write: { enabled: false } },
      ata_sct_status: { device_state: { value: 5, string: 'busy' } },
    }),
  ).toEqual({
    'smartctl_device_self_test_log_count{device="sda", self_test_log_type="standard"}': 21,
    'smartctl_device_self_test_log_error_count{device="sda", self_test_log_type="standard"}': 2,
    'smartctl_device_erc_seconds{device="sda", op_type="read"}': 7,
    'smartctl_device_state{device="sda"}': 5,
  })
})

test('a device without these logs has none of their series', () => {
  expect(seriesFrom({ ata_smart_self_test_log: 7, ata_device_statistics: [] })).toEqual({})
})
