/** What is pushed: the groups of a fleet, each push with values of its own. */

export interface Workload {
  readonly samples: number
  /** A whole HTTP request; `round` changes the values. */
  push(group: number, round: number): Buffer
}

const variants = 16

/** As an agent pushes: ten families of two series. */
export const small = workload({ families: 10, devices: ['sda', 'sdb'] })

/** As a large exporter pushes: 100 families of twenty series. */
export const large = workload({
  families: 100,
  devices: Array.from({ length: 20 }, (_, i) => `nvme${i}n1`),
})

function workload(shape: { families: number; devices: readonly string[] }): Workload {
  const bodies = Array.from({ length: variants }, (_, i) => Buffer.from(bodyOf(shape, i)))
  return {
    samples: shape.families * shape.devices.length,
    push(group, round) {
      const body = bodies[round % variants] ?? Buffer.alloc(0)
      return Buffer.concat([headOf(group, body.length), body])
    },
  }
}

function headOf(group: number, length: number): Buffer {
  return Buffer.from(
    `PUT /metrics/job/bench/instance/node${group} HTTP/1.1\r\nHost: bench\r\n` +
      `Content-Type: text/plain; version=0.0.4\r\nContent-Length: ${length}\r\n\r\n`,
  )
}

function bodyOf(
  { families, devices }: { families: number; devices: readonly string[] },
  variant: number,
): string {
  let text = ''
  for (let i = 0; i < families; i++) {
    const name = `disk_${i}_bytes`
    text += `# HELP ${name} Bytes that went to and from disk ${i}.\n# TYPE ${name} counter\n`
    for (const device of devices)
      text += `${name}{device="${device}",direction="read"} ${(variant + 1) * 104_729 + i}\n`
  }
  return text
}
