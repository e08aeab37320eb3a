import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { closedHtml } from './closed-html.ts'
import { truncateRunes } from './truncate.ts'

const words = fc.stringMatching(/^[a-z é😀]{0,8}$/u)
const entity = fc.constantFrom('&amp;', '&lt;', '&#39;', '&quot;')

/** Text with marks as Telegram takes them. */
const { html } = fc.letrec<{ html: string }>((tie) => ({
  html: fc.oneof(
    { maxDepth: 4 },
    words,
    entity,
    fc.tuple(fc.constantFrom('b', 'i', 'pre'), tie('html')).map(([t, x]) => `<${t}>${x}</${t}>`),
    tie('html').map((inner) => `<a href="https://x.example/?a=1&amp;b=2">${inner}</a>`),
    fc.tuple(tie('html'), tie('html')).map((both) => both.join('')),
  ),
}))

test('what is cut anywhere ends what it began', () => {
  fc.assert(
    fc.property(html, fc.nat(120), (whole, most) => {
      const { text, truncated } = truncateRunes(whole, most)
      const closed = truncated ? closedHtml(text) : text
      expect(unclosed(closed)).toEqual([])
      expect(closed.replaceAll(/<[^<>]*>/g, '')).not.toMatch(/[<>]/)
      expect(closed).not.toMatch(/&(?![a-z]+;|#\d+;)/)
    }),
    { numRuns: 500 },
  )
})

test('what was whole stays as it was', () => {
  fc.assert(fc.property(html, (whole) => expect(closedHtml(whole)).toBe(whole)))
})

function unclosed(text: string): readonly string[] {
  const open: string[] = []
  for (const [, slash, name = ''] of text.matchAll(/<(\/?)([a-z]+)[^>]*>/g)) {
    if (slash === '') open.push(name)
    else expect(open.pop()).toBe(name)
  }
  return open
}
