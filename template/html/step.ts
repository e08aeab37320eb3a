/** What the readings of markup, scripts and style sheets share. */
import type { Context } from './context.ts'

/** A step: the context after the first `read` letters. */
export interface Step {
  readonly context: Context
  readonly read: number
}

export const step = (context: Context, read: number): Step => ({ context, read })

export function indexOf(pattern: RegExp, text: string, from = 0): number {
  pattern.lastIndex = from
  return pattern.exec(text)?.index ?? text.length
}

export const notSpace = /[^ \t\n\f\r]/g

export function afterUrl(c: Context, text: string): Context {
  if (/[#?]/.test(text)) return { ...c, urlPart: 'query' }
  const isStarted = c.urlPart === '' && indexOf(notSpace, text) < text.length
  return isStarted ? { ...c, urlPart: 'before query' } : c
}
