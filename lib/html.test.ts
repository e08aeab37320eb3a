import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { html } from '#lib/html'

test('whatever is put in stays text, in an element and in an attribute', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...`<>&"'a;/=`) }), (given) => {
      const { text } = html`<b title="${given}">${given}</b>`
      const [, inTitle = '', inside = ''] = /^<b title="([^"<>']*)">([^"<>']*)<\/b>$/.exec(text)!
      expect(inTitle).toBe(inside)
      expect(unescaped(inside)).toBe(given)
    }),
  )
})

test('a page made of pages is not escaped twice, and a list is joined', () => {
  const rows = ['a', '<'].map((name) => html`<li>${name}</li>`)
  expect(html`<ul>${rows}</ul>`.text).toBe('<ul><li>a</li><li>&lt;</li></ul>')
})

function unescaped(text: string): string {
  const letters: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'" }
  return text.replace(/&(\w+|#39);/g, (_, name: string) => letters[name]!)
}
