/** The methods that templates call on times and durations, and whatever others bring their own. */
import { GoDuration } from './duration.ts'
import { formatTime, monthName, weekdayName, yearDay } from './layout.ts'
import { civilOf, GoTime, zeroTime } from './time.ts'
import { type GoFunction, goFunction, type Value } from './value.ts'
import { utc, zoneOf } from './zone.ts'

export function methodOf(receiver: Value, name: string): GoFunction | undefined {
  if (typeof receiver !== 'object' || receiver === null) return undefined
  switch (receiver.kind) {
    case 'time':
      return timeMethods[name]?.(receiver)
    case 'duration':
      return durationMethods[name]?.(receiver)
    case 'list':
    case 'map':
    case 'struct':
      return receiver.methods?.get(name)?.(receiver)
    default:
      return undefined
  }
}

const time = ['time.Time'] as const

const timeMethods: Readonly<Record<string, (self: GoTime) => GoFunction>> = {
  Format: (self) => goFunction(['string'], (layout) => formatTime(layout, self)),
  String: (self) => goFunction([], () => self.toString()),
  Unix: (self) => goFunction([], () => divided(self.epochNs, 1_000_000_000n)),
  UnixMilli: (self) => goFunction([], () => divided(self.epochNs, 1_000_000n)),
  UnixNano: (self) => goFunction([], () => self.epochNs),
  UTC: (self) => goFunction([], () => new GoTime(self.epochNs, utc)),
  Local: (self) => goFunction([], () => new GoTime(self.epochNs, zoneOf('Local'))),
  IsZero: (self) => goFunction([], () => self.epochNs === zeroTime.epochNs),
  Before: (self) => goFunction(time, (other) => self.epochNs < other.epochNs),
  After: (self) => goFunction(time, (other) => self.epochNs > other.epochNs),
  Equal: (self) => goFunction(time, (other) => self.epochNs === other.epochNs),
  Sub: (self) => goFunction(time, (other) => new GoDuration(self.epochNs - other.epochNs)),
  Add: (self) =>
    goFunction(['time.Duration'], ({ ns }) => new GoTime(self.epochNs + ns, self.zone)),
  Year: (self) => goFunction([], () => BigInt(civilOf(self).year)),
  Day: (self) => goFunction([], () => BigInt(civilOf(self).day)),
  Hour: (self) => goFunction([], () => BigInt(civilOf(self).hour)),
  Minute: (self) => goFunction([], () => BigInt(civilOf(self).minute)),
  Second: (self) => goFunction([], () => BigInt(civilOf(self).second)),
  Nanosecond: (self) => goFunction([], () => BigInt(civilOf(self).fraction)),
  YearDay: (self) => goFunction([], () => BigInt(yearDay(civilOf(self)))),
  Month: (self) =>
    goFunction([], () => {
      const { month } = civilOf(self)
      return new GoDuration(BigInt(month), { type: 'time.Month', text: monthName(month) })
    }),
  Weekday: (self) =>
    goFunction([], () => {
      const { weekday } = civilOf(self)
      return new GoDuration(BigInt(weekday), { type: 'time.Weekday', text: weekdayName(weekday) })
    }),
}

const durationMethods: Readonly<Record<string, (self: GoDuration) => GoFunction>> = {
  String: (self) => goFunction([], () => self.toString()),
  Hours: (self) => goFunction([], () => Number(self.ns) / 3.6e12),
  Minutes: (self) => goFunction([], () => Number(self.ns) / 6e10),
  Seconds: (self) => goFunction([], () => Number(self.ns) / 1e9),
  Milliseconds: (self) => goFunction([], () => self.ns / 1_000_000n),
  Microseconds: (self) => goFunction([], () => self.ns / 1000n),
  Nanoseconds: (self) => goFunction([], () => self.ns),
}

/** Towards the past, as time goes. */
function divided(ns: bigint, by: bigint): bigint {
  const rest = ((ns % by) + by) % by
  return (ns - rest) / by
}
