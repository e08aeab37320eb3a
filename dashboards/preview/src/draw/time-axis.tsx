/** Hours under a drawing of ours. */
import { dateTimeFormat, type TimeRange } from '@grafana/data'

interface TimeAxisProps {
  readonly x: (ms: number) => number
  readonly y: number
  readonly range: TimeRange
  readonly ink: string
}

const marks = 8

export function TimeAxis({ x, y, range, ink }: TimeAxisProps) {
  const [from, to] = [range.from.valueOf(), range.to.valueOf()]
  const format = to - from > 2 * 86_400_000 ? 'MM/DD' : 'HH:mm'
  const times = Array.from({ length: marks }, (_, i) => from + ((i + 0.5) * (to - from)) / marks)
  return times.map((at) => (
    <text key={at} x={x(at)} y={y + 16} textAnchor="middle" fill={ink}>
      {dateTimeFormat(at, { format, timeZone: 'utc' })}
    </text>
  ))
}
