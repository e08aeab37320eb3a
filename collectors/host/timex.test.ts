import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { createManualClock } from '#lib/clock'
import { createFakeProgram, type FakeProgram } from '../fake/program.ts'
import { collected } from '../fake/series.ts'
import { createTimex } from './timex.ts'

let perl: FakeProgram
beforeEach(() => {
  perl = createFakeProgram('perl')
})
afterEach(() => perl.remove())

const timex = (machine = 'x86_64') =>
  createTimex({ clock: createManualClock(), machine, perlPath: perl.path })
/** What a fake perl gets to run; its text has quotes, which a shell's case cannot hold. */
const anything = "'*'"

test('numbers of the kernel are seconds, ratios and hertz', async () => {
  perl.answer({
    [anything]: '0 1500000 -6553600 3000 200 8193 7 1 32768000 10000 65536 5 4 131072 1 2 3 4 37\n',
  })
  const series = await collected(timex())
  expect(series).toMatchObject({
    node_timex_sync_status: 1,
    node_timex_offset_seconds: 0.0015,
    node_timex_frequency_adjustment_ratio: 1 - 1e-4,
    node_timex_maxerror_seconds: 0.003,
    node_timex_estimated_error_seconds: 0.0002,
    node_timex_status: 8193,
    node_timex_loop_time_constant: 7,
    node_timex_tick_seconds: 0.01,
    node_timex_pps_shift_seconds: 4,
    node_timex_pps_jitter_total: 1,
    node_timex_pps_stability_exceeded_total: 4,
    node_timex_tai_offset_seconds: 37,
  })
})

test('a clock that nothing sets is not synchronized', async () => {
  perl.answer({ [anything]: '5 0 0 16000000 16000000 64 2 1 0 10000 0 0 0 0 0 0 0 0 0\n' })
  const series = await collected(timex())
  expect(series).toMatchObject({ node_timex_sync_status: 0, node_timex_maxerror_seconds: 16 })
})

test('without perl, or on a machine whose call is not known, nothing is said', async () => {
  const missing = createTimex({ clock: createManualClock(), machine: 'x86_64', perlPath: '' })
  expect(await collected(missing)).toEqual({})
  expect(await collected(timex('mips'))).toEqual({})
})

test('what is no answer is refused', async () => {
  perl.answer({ [anything]: '0 what\n' })
  await expect(collected(timex())).rejects.toThrow('perl printed "0 what')
  perl.answer({ [anything]: { complaint: 'Operation not permitted', exitCode: 255 } })
  await expect(collected(timex())).rejects.toThrow('Operation not permitted')
})
