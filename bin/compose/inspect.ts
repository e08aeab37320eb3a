/** The verb `zstnlet inspect`: files, or standard input, in; lines of JSON out. */
import { createReadStream } from 'node:fs'
import { inspect, inspectHelp } from '#collectors'

/** No tool prints as much of one device. */
const fileBytesMax = 64 * 1024 * 1024

/** Gives the exit status. */
export async function runInspect(args: readonly string[]): Promise<number> {
  const asksHelp = args.some((arg) => /^--?(help|h)$/.test(arg))
  const flag = args.find((arg) => /^-./.test(arg))
  if (asksHelp || args.length === 0 || flag !== undefined) {
    if (!asksHelp && flag !== undefined)
      process.stderr.write(`zstnlet inspect: unknown flag ${flag}\n`)
    const page = asksHelp ? process.stdout : process.stderr
    page.write(`${inspectHelp()}\n`)
    return asksHelp ? 0 : 1
  }
  return inspect(args, { read, print: (line) => process.stdout.write(`${line}\n`) })
}

async function read(file: string): Promise<Buffer> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of file === '-' ? process.stdin : createReadStream(file)) {
    sizeBytes += chunk.length
    if (sizeBytes > fileBytesMax) throw new Error(`it is longer than ${fileBytesMax} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
