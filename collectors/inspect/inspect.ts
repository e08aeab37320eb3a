/** `zstnlet inspect FILE…`: what the collectors would make of recorded outputs. */
import { messageOf } from '#lib/errors'
import { keys } from './keys.ts'
import { type Recognised, recognise } from './recognise.ts'

export interface InspectWorld {
  /** The bytes of a file, or of standard input where the name is `-`. */
  readonly read: (file: string) => Promise<Buffer>
  readonly print: (line: string) => void
}

/** One line of JSON a file, in their order; the exit status: 1 where one could not be read. */
export async function inspect(files: readonly string[], world: InspectWorld): Promise<0 | 1> {
  let status: 0 | 1 = 0
  for (const file of files) {
    const line = await lineOf(file, world)
    if ('error' in line) status = 1
    world.print(jsonOf(line))
  }
  return status
}

async function lineOf(file: string, { read }: InspectWorld): Promise<Record<string, unknown>> {
  try {
    const found = recognise(textOf(await read(file)), file === '-' ? 'standard input' : file)
    return {
      file,
      ...describe(found),
      ...(found.error === undefined ? {} : { error: found.error }),
    }
  } catch (error) {
    return { file, ...describe(undefined), error: reasonOf(error, file) }
  }
}

function describe(found: Recognised | undefined): Record<string, unknown> {
  const entries = keys.map(({ name, of }) => [name, (found && of(found)) ?? null])
  return Object.fromEntries(entries)
}

function reasonOf(error: unknown, file: string): string {
  const isMissing = typeof error === 'object' && error !== null && 'syscall' in error
  return isMissing
    ? `Cannot read ${file}: ${messageOf(error)}; name a readable file, or - for standard input`
    : messageOf(error)
}

/** Windows writes UTF-16 where a command is redirected into a file. */
function textOf(bytes: Buffer): string {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe
  return bytes.toString(isUtf16 ? 'utf16le' : 'utf8').replace(/^\uFEFF/, '')
}

/** As JSON.stringify, but whole numbers keep their last digit, whatever their size. */
function jsonOf(line: Record<string, unknown>): string {
  const entries = Object.entries(line).map(([name, value]) => {
    const isWide = typeof value === 'number' && Number.isInteger(value)
    const isWhole = typeof value === 'bigint' || isWide
    return `${JSON.stringify(name)}:${isWhole ? BigInt(value) : JSON.stringify(value)}`
  })
  return `{${entries.join(',')}}`
}
