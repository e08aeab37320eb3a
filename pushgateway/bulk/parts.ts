/**
 * Takes a body of many groups apart. Before the metrics of each group stands a comment, so that
 * each part is what would be pushed alone:
 *
 *     # GROUP PUT /metrics/job/backup/instance/db1 id=run-17 ttl=2h
 *     backup_bytes 123
 */
import { fault } from '#api/errors'

export interface Part {
  readonly method: 'PUT' | 'POST' | 'DELETE'
  readonly path: string
  readonly id: string | undefined
  readonly ttl: string | undefined
  readonly body: Buffer
}

const partsMax = 10_000

/** Whatever looks like it must be it, or its metrics would go to the group before. */
const marker = /(?<![^\n])#[ \t]*group\b[^\n]*/gi
const form = /^# GROUP (PUT|POST|DELETE) (\/\S*)((?: (?:id|ttl)=\S+)*) *$/

export function partsOf(body: Buffer): readonly Part[] {
  const text = body.toString('latin1') // One letter a byte: places in it are places in the body.
  const marks = [...text.matchAll(marker)]
  if (text.slice(0, marks[0]?.index).trim() !== '') throw refused(text, 0)
  if (marks.length > partsMax)
    throw unreadable(`it has ${marks.length} groups; send up to ${partsMax} in one request`)
  return marks.map((mark, i) => {
    const [, method, path = '', options = ''] = form.exec(mark[0]) ?? []
    if (method !== 'PUT' && method !== 'POST' && method !== 'DELETE')
      throw refused(text, mark.index)
    const given = new Map(options.trim().split(' ').map(splitOption))
    return {
      method,
      path: utf8(path),
      id: given.get('id'),
      ttl: given.get('ttl'),
      body: body.subarray(mark.index + mark[0].length + 1, marks[i + 1]?.index),
    }
  })
}

function splitOption(option: string): [name: string, value: string] {
  const at = option.indexOf('=')
  return [option.slice(0, at), option.slice(at + 1)]
}

const utf8 = (latin1: string) => Buffer.from(latin1, 'latin1').toString()

function refused(text: string, at: number) {
  const line = text.slice(0, at).split('\n').length
  const wanted = '"# GROUP PUT|POST|DELETE /metrics/job/<job>… [id=<push id>] [ttl=<duration>]"'
  return unreadable(`expected ${wanted} in line ${line}`)
}

export const unreadable = (reason: string) => fault('PUSHGATEWAY_BODY_UNREADABLE', { reason })
