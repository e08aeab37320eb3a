import { expect, test } from '@jest/globals'
import { shown, shownLabels } from './shown.ts'

test('letters that would hide or turn others are written out', () => {
  expect(shown('a\u202eb\u0000\n\u200bc')).toBe('a\\u{202e}b\\u{0}\\u{a}\\u{200b}c')
  expect(shown('ünï 🙂')).toBe('ünï 🙂')
})

test('a long text is cut, and says so', () => {
  expect(shown('x'.repeat(300))).toBe(`${'x'.repeat(200)}…`)
  expect(shown('🙂'.repeat(300), 3)).toBe('🙂\ufffd…')
})

test('labels are shown as one selects them', () => {
  expect(
    shownLabels([
      ['job', 'x'],
      ['zone', 'a'],
    ]),
  ).toBe('{job="x", zone="a"}')
})
