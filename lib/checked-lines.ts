/**
 * Values as lines of a file that only grows: eight hex digits of CRC-32, a blank, the value as
 * JSON. A line that does not add up is a torn tail: nobody was told that it is kept.
 */
import { crc32 } from 'node:zlib'
import type { Disk } from './disk.ts'

export function checkedLine(value: unknown): Buffer {
  const json = JSON.stringify(value)
  return Buffer.from(`${checksumOf(json)} ${json}\n`)
}

/** Up to the first line that does not add up. Who wrote the file knows what the values are. */
export async function readCheckedLines<T>(disk: Disk, file: string): Promise<readonly T[]> {
  const chunks: Buffer[] = []
  for await (const chunk of disk.read(file)) chunks.push(chunk)
  const found: T[] = []
  for (const line of Buffer.concat(chunks).toString().split('\n')) {
    const json = line.slice(9)
    if (line.slice(0, 9) !== `${checksumOf(json)} `) break
    found.push(JSON.parse(json) as T) // Our own line: it adds up.
  }
  return found
}

const checksumOf = (json: string) => crc32(json).toString(16).padStart(8, '0')
