import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { html } from './html.ts'

test('text put into a template stays text, alone and in lists', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', 'a') }), (text) => {
      const page = html`<p title="${text}">${[html`<b>${text}</b>`]}</p>`.text
      const [, inTitle = '', inside = ''] =
        /^<p title="([^"]*)"><b>([^<]*)<\/b><\/p>$/.exec(page) ?? []
      expect([inTitle, inside].map(unescaped)).toEqual([text, text])
      expect(inside).not.toMatch(/[<>"']/)
    }),
  )
})

const unescaped = (text: string) =>
  text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
