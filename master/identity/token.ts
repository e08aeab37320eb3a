/**
 * The bearer token of the API: made at the first start, kept in `<data-dir>/master-token` (mode
 * 0600) because the alertmanager of the same installation sends it too.
 */

import { createHash, timingSafeEqual } from 'node:crypto'
import { chmod, link, mkdir, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf } from '#lib/errors'
import type { Random } from '#lib/random'

export interface Token {
  readonly token: string
  /** Whether it was made just now: the one time to print it. */
  readonly isNew: boolean
}

const shape = /^[0-9a-f]{64}$/

export async function ensureToken(folder: string, random: Random): Promise<Token> {
  await mkdir(folder, { recursive: true })
  const path = join(folder, 'master-token')
  const known = await readToken(path)
  if (known !== undefined) return { token: known, isNew: false }
  const token = random.hex(32)
  const draft = `${path}.${random.hex(4)}`
  await writeDurably(draft, `${token}\n`)
  try {
    // Fails where another process was faster, and then its token is the one.
    await link(draft, path)
    return { token, isNew: true }
  } catch (error) {
    const theirs = await readToken(path)
    if (theirs === undefined) throw error
    return { token: theirs, isNew: false }
  } finally {
    await rm(draft, { force: true })
  }
}

/** Takes as long for a near miss as for a far one. */
export function isToken(given: string, token: string): boolean {
  return timingSafeEqual(digest(given), digest(token))
}

const digest = (text: string) => createHash('sha256').update(text).digest()

async function readToken(path: string): Promise<string | undefined> {
  try {
    const text = (await readFile(path, 'utf8')).trim()
    if (!shape.test(text)) throw new Error(`Cannot read ${path}: it holds no token; delete it`)
    await chmod(path, 0o600)
    return text
  } catch (error) {
    // As node:fs reports it.
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}
