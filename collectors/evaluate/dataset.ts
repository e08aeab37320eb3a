/** Datasets for evaluation: lines of text in files that may be compressed with gzip. */
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'
import { z } from 'zod'
import { fault } from '#api/errors'
import { messageOf } from '#lib/errors'

/** Calls `take` with every line that is not empty; throws naming the line that it refuses. */
export async function eachLine(path: string, take: (line: string) => void): Promise<void> {
  let count = 0
  const file = createReadStream(path)
  const text = path.endsWith('.gz') ? file.pipe(createGunzip()) : file
  // A stream that is piped does not hand its own error on.
  const failed = new Promise<never>((_, reject) => file.once('error', reject))
  const readAll = async () => {
    for await (const line of createInterface({
      input: text,
      crlfDelay: Number.POSITIVE_INFINITY,
    })) {
      count += 1
      if (line !== '') take(line)
    }
  }
  try {
    await Promise.race([readAll(), failed])
  } catch (error) {
    throw fault('DATASET_INVALID', { file: path, line: count, reason: messageOf(error) })
  }
}

/** One JSON object a line. */
export async function readJsonLines<T>(path: string, schema: z.ZodType<T>): Promise<readonly T[]> {
  const rows: T[] = []
  await eachLine(path, (line) => {
    const found = schema.safeParse(JSON.parse(line))
    if (!found.success) throw new Error(z.prettifyError(found.error).replace(/\s+/g, ' '))
    rows.push(found.data)
  })
  return rows
}
