/**
 * How well the kernel keeps time: adjtimex(2). Node cannot make that call and no file tells its
 * answer, so perl makes it, which every Debian has. Without perl these are absent.
 */
import type { Clock } from '#lib/clock'
import type { Collector } from '../collector.ts'
import { counter, createFamilies, gauge } from '../families.ts'
import { createProgram } from '../program.ts'

/** The number of the call by machine; only those on which a long has 64 bits. */
const callNumbers: Readonly<Record<string, number>> = {
  aarch64: 171,
  ppc64le: 124,
  riscv64: 171,
  s390x: 124,
  x86_64: 159,
}

/** An empty `struct timex` asks and sets nothing. Prints the state of the clock, then fields. */
const script = (callNumber: number) =>
  `my $t = "\\0" x 208; my $s = syscall(${callNumber}, $t); die "$!\\n" if $s < 0; ` +
  'print join(" ", $s, unpack("x8 q4 l x4 q3 x16 q3 l x4 q5 l", $t)), "\\n";'

/** In the order in which the script prints them. */
const fields = [
  'state',
  'offset',
  'freq',
  'maxerror',
  'esterror',
  'status',
  'constant',
  'precision',
  'tolerance',
  'tick',
  'ppsfreq',
  'jitter',
  'shift',
  'stabil',
  'jitcnt',
  'calcnt',
  'errcnt',
  'stbcnt',
  'tai',
] as const
type Timex = Readonly<Record<(typeof fields)[number], number>>

const notSynchronized = 5
const nanosecondsFlag = 0x2000
/** Frequencies are in parts per million, times 2^16. */
const frequencyUnit = 1e6 * 65_536
const resolution = ({ status }: Timex) => ((status & nanosecondsFlag) === 0 ? 1e6 : 1e9)

const timex = (name: string, help: string) => gauge(`node_timex_${name}`, help)
const pps = (name: string, help: string) => counter(`node_timex_pps_${name}_total`, help)
const metrics = [
  [timex('sync_status', 'Whether it is synchronized.'), (t) => +(t.state !== notSynchronized)],
  [timex('offset_seconds', 'Offset from its reference.'), (t) => t.offset / resolution(t)],
  [timex('frequency_adjustment_ratio', 'Set speed.'), (t) => 1 + t.freq / frequencyUnit],
  [timex('maxerror_seconds', 'Most that it can be wrong.'), (t) => t.maxerror / 1e6],
  [timex('estimated_error_seconds', 'What it is wrong, estimated.'), (t) => t.esterror / 1e6],
  [timex('status', 'Its status bits (STA_*), as a number.'), (t) => t.status],
  [timex('loop_time_constant', 'Time constant of its control loop.'), (t) => t.constant],
  [timex('tick_seconds', 'Time from tick to tick.'), (t) => t.tick / 1e6],
  [timex('pps_frequency_hertz', 'Frequency by a pulse.'), (t) => t.ppsfreq / frequencyUnit],
  [timex('pps_jitter_seconds', 'Jitter of the pulse.'), (t) => t.jitter / resolution(t)],
  [timex('pps_shift_seconds', 'Length of its interval.'), (t) => t.shift],
  [timex('pps_stability_hertz', 'Stability of the pulse.'), (t) => t.stabil / frequencyUnit],
  [pps('jitter', 'Times that its jitter was too much.'), (t) => t.jitcnt],
  [pps('calibration', 'Intervals of calibration.'), (t) => t.calcnt],
  [pps('error', 'Errors of calibration.'), (t) => t.errcnt],
  [pps('stability_exceeded', 'Times that it was not stable.'), (t) => t.stbcnt],
  [timex('tai_offset_seconds', 'What atomic time is ahead.'), (t) => t.tai],
] as const satisfies readonly (readonly [unknown, (t: Timex) => number])[]

export interface TimexOptions {
  readonly clock: Clock
  /** Such as `x86_64`. */
  readonly machine: string
  /** Default: `perl` on the PATH. */
  readonly perlPath?: string | undefined
}

const deadlineMs = 5000

export function createTimex({ clock, machine, perlPath = 'perl' }: TimexOptions): Collector {
  const perl = createProgram({ path: perlPath, clock, deadlineMs })
  const callNumber = callNumbers[machine]
  return {
    name: 'timex',
    deadlineMs,
    pace: { everyMs: 60_000, ageMsMax: 180_000 },
    async collect(stop) {
      if (callNumber === undefined) return []
      const answer = await perl.ask(['-e', script(callNumber)], { subject: 'timex', stop })
      if (answer === undefined) return []
      if (answer.exitCode !== 0) throw new Error(`adjtimex: ${answer.complaint}`)
      const families = createFamilies()
      const found = parsed(answer.output)
      for (const [metric, value] of metrics) families.add(metric, {}, value(found))
      return families.list()
    },
  }
}

function parsed(output: string): Timex {
  const numbers = output.trim().split(' ').map(Number)
  if (numbers.length !== fields.length || !numbers.every(Number.isInteger))
    throw new Error(`perl printed "${output.slice(0, 200)}" for the clock`)
  // As many entries as fields, just checked.
  return Object.fromEntries(fields.map((field, i) => [field, numbers[i]])) as unknown as Timex
}
