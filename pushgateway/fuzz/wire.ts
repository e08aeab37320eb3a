/** The simplest encoder of protobuf that there is: fields by their numbers. */

export const protobufType =
  'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited'

export function delimited(message: Buffer): Buffer {
  return Buffer.concat([varint(message.length), message])
}

export const text = (field: number, content: string) => sized(field, Buffer.from(content))

export const sized = (field: number, content: Buffer) =>
  Buffer.concat([varint(field * 8 + 2), varint(content.length), content])

export const whole = (field: number, content: number) =>
  Buffer.concat([varint(field * 8), varint(content)])

export function double(field: number, content: number): Buffer {
  const bytes = Buffer.alloc(9)
  bytes[0] = field * 8 + 1
  bytes.writeDoubleLE(content, 1)
  return bytes
}

/** A negative number takes ten bytes, as in protobuf. */
function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128)
  return Buffer.from([...bytes, Number(rest)])
}
