/** What is pushed: the groups of a fleet, each push with values of its own. */
import { delimited, double, protobufType, sized, text, whole } from '../fuzz/wire.ts'

export interface Workload {
  readonly samples: number
  /** A whole HTTP request; `round` changes the values. */
  push(group: number, round: number): Buffer
}

/** Prime: pushes of groups so far apart are neighbours in time, and none in the store. */
export const stride = 7919

const variants = 16

interface Shape {
  readonly families: number
  readonly devices: readonly string[]
}

interface Format {
  readonly bodyOf: (shape: Shape, variant: number) => Buffer
  readonly contentType: string
}

function workload(shape: Shape, { bodyOf, contentType }: Format): Workload {
  const bodies = Array.from({ length: variants }, (_, i) => bodyOf(shape, i))
  return {
    samples: shape.families * shape.devices.length,
    push(group, round) {
      const body = bodies[round % variants] ?? Buffer.alloc(0)
      const head =
        `PUT /metrics/job/bench/instance/node${group} HTTP/1.1\r\nHost: bench\r\n` +
        `Content-Type: ${contentType}\r\nContent-Length: ${body.length}\r\n\r\n`
      return Buffer.concat([Buffer.from(head), body])
    },
  }
}

function familyOf(i: number, variant: number) {
  const help = `Bytes that went to and from disk ${i}.`
  return { name: `disk_${i}_bytes`, help, value: (variant + 1) * 104_729 + i }
}

function textOf({ families, devices }: Shape, variant: number): Buffer {
  let body = ''
  for (let i = 0; i < families; i++) {
    const { name, help, value } = familyOf(i, variant)
    body += `# HELP ${name} ${help}\n# TYPE ${name} counter\n`
    for (const device of devices) body += `${name}{device="${device}",direction="read"} ${value}\n`
  }
  return Buffer.from(body)
}

function protobufOf({ families, devices }: Shape, variant: number): Buffer {
  const messages = Array.from({ length: families }, (_, i) => {
    const { name, help, value } = familyOf(i, variant)
    const metrics = devices.map((device) => {
      const labels = [pair('device', device), pair('direction', 'read')]
      return sized(4, Buffer.concat([...labels, sized(3, double(1, value))]))
    })
    return delimited(Buffer.concat([text(1, name), text(2, help), whole(3, 0), ...metrics]))
  })
  return Buffer.concat(messages)
}

const pair = (name: string, value: string) =>
  sized(1, Buffer.concat([text(1, name), text(2, value)]))

const agent: Shape = { families: 10, devices: ['sda', 'sdb'] }

const textType = 'text/plain; version=0.0.4'

/** As an agent pushes: ten families of two series. */
export const small = workload(agent, { bodyOf: textOf, contentType: textType })

/** The same, as Go's client pushes it. */
export const smallProtobuf = workload(agent, { bodyOf: protobufOf, contentType: protobufType })

/** As a large exporter pushes: 100 families of twenty series. */
export const large = workload(
  { families: 100, devices: Array.from({ length: 20 }, (_, i) => `nvme${i}n1`) },
  { bodyOf: textOf, contentType: textType },
)
