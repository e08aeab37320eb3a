/** The text that names a series, `name{label="value"}`: where it ends, and what it says. */

import { isAscii, isUtf8 } from 'node:buffer'
import { unescapeValue } from '#lib/labels'
import { nameLabel } from '../../label-set.ts'

const lineFeed = 0x0a
const space = 0x20
const tab = 0x09
const quote = 0x22
const backslash = 0x5c
const openBrace = 0x7b
const closeBrace = 0x7d

export type Pairs = readonly (readonly [name: string, value: string])[]

export const isBlank = (byte: number | undefined) => byte === space || byte === tab

export function skipBlanks(bytes: Buffer, from: number): number {
  let at = from
  while (isBlank(bytes[at])) at++
  return at
}

/** Where the text that begins at `from` ends; undefined: not within these bytes. */
export function seriesEnd(bytes: Buffer, from: number): number | undefined {
  let at = from
  while (isNameByte(bytes[at])) at++
  const nameEnd = at
  at = skipBlanks(bytes, at)
  if (at >= bytes.length) return undefined
  if (bytes[at] !== openBrace) return nameEnd
  for (at++; at < bytes.length; at++) {
    const byte = bytes[at]
    if (byte === closeBrace) return at + 1
    if (byte !== quote) continue
    at = quoteEnd(bytes, at + 1)
  }
  return undefined
}

/** Where the quote stands that ends a text; behind everything where there is none. */
function quoteEnd(bytes: Buffer, from: number): number {
  let at = from
  while (at < bytes.length && bytes[at] !== quote) at += bytes[at] === backslash ? 2 : 1
  return at
}

/** Letters, digits, `_` and `:`; that a digit comes first is found out later. */
function isNameByte(byte: number | undefined): boolean {
  if (byte === undefined) return false
  const letter = byte | 0x20
  return (letter >= 0x61 && letter <= 0x7a) || (byte >= 0x30 && byte <= 0x3a) || byte === 0x5f
}

const metricName = /^[a-zA-Z_:][\w:]*/
const label = /[ \t]*([a-zA-Z_]\w*)[ \t]*=[ \t]*"((?:\\[^\n]|[^"\\])*)"[ \t]*(,?)/y

/** Throws a SyntaxError. */
export function readSeries(bytes: Buffer): Pairs {
  // As Latin-1 so that places are bytes; values are decoded one by one.
  const text = bytes.toString('latin1')
  const [name = ''] = metricName.exec(text) ?? []
  if (name === '') throw new SyntaxError(`expected a metric name, found "${start(bytes)}"`)
  const pairs: [string, string][] = [[nameLabel, name]]
  const brace = text.indexOf('{')
  if (brace < 0) {
    if (name.length < text.length) throw new SyntaxError(`"${start(bytes)}" is no metric name`)
    return pairs
  }
  const decode = isAscii(bytes) ? (value: string) => value : decoded
  let at = brace + 1
  for (;;) {
    label.lastIndex = at
    const found = label.exec(text)
    if (found === null) break
    pairs.push([found[1] ?? '', unescapeValue(decode(found[2] ?? ''))])
    at = label.lastIndex
  }
  if (!/^[ \t]*\}$/.test(text.slice(at)))
    throw new SyntaxError(`expected a label with its value, found "${start(bytes.subarray(at))}"`)
  return pairs
}

function decoded(latin1: string): string {
  const bytes = Buffer.from(latin1, 'latin1')
  if (!isUtf8(bytes)) throw new SyntaxError(`the label value "${bytes}" is not UTF-8`)
  return bytes.toString('utf8')
}

const start = (bytes: Buffer) => bytes.toString('utf8', 0, 40).split('\n', 1)[0] ?? ''

export const isLineFeed = (byte: number | undefined) => byte === lineFeed
