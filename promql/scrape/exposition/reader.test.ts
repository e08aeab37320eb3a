import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { LineBook } from './line-book.ts'
import type { Family } from './metadata-line.ts'
import { type Book, ExpositionReader } from './reader.ts'
import type { Pairs } from './series-text.ts'
import type { Format } from './tail.ts'

interface Read {
  readonly samples: (readonly [labels: string, value: number, atMs: number | undefined])[]
  readonly families: Family[]
  /** How many texts were taken apart. */
  named: number
}

const textOf = (pairs: Pairs) => pairs.map(([name, value]) => `${name}=${value}`).join()

/** Reads the pieces one after the other. */
function read(pieces: readonly Buffer[], book: Book<string>, format: Format = 'text'): Read {
  const found: Read = { samples: [], families: [], named: 0 }
  const reader = new ExpositionReader<string>(book, format, {
    named(pairs) {
      found.named++
      return textOf(pairs)
    },
    sample: ({ what }, value, atMs) => void found.samples.push([what, value, atMs]),
    family: (said) => void found.families.push(said),
  })
  for (const piece of pieces) reader.write(piece)
  reader.end()
  return found
}

const whole = (text: string, format: Format = 'text') =>
  read([Buffer.from(text)], new LineBook(), format)

const blank = fc.constantFrom('', ' ', '\t', '  ')
const word = fc.constantFrom('a', 'b_total', ':c', 'D9')
const value = fc.constantFrom('', 'x', 'é😀', 'a\\"b', '\\\\', '\\n', '} 1', '{', '#', 'x\ny')
const pair = fc.tuple(word, value).map(([name, text]) => `${name.replace(':', '_')}="${text}"`)
const labels = fc.uniqueArray(pair, {
  maxLength: 3,
  selector: (text) => text.slice(0, text.indexOf('=')),
})
const sampleLine = fc
  .tuple(word, fc.option(labels), fc.constantFrom(' ', '\t', '  '), fc.integer(), blank)
  .map(([name, of, gap, number, end]) => {
    const braces = of === null ? '' : `{${of.join(',')}}`
    return `${name}${braces}${gap}${number}${end}\n`
  })
const otherLine = fc.constantFrom(
  '\n',
  ' \n',
  '# \n',
  '#x\n',
  '# TYPE a gauge\n',
  '# HELP a \\n é\n',
)
const exposition = fc.array(fc.oneof({ weight: 4, arbitrary: sampleLine }, otherLine), {
  maxLength: 12,
})

test('however an exposition is cut into pieces, the same is read', () => {
  fc.assert(
    fc.property(exposition, fc.array(fc.nat(20)), (lines, sizes) => {
      const bytes = Buffer.from(lines.join(''))
      const pieces: Buffer[] = []
      let at = 0
      for (const size of sizes) {
        pieces.push(bytes.subarray(at, at + size))
        at += size
      }
      pieces.push(bytes.subarray(at))
      expect(read(pieces, new LineBook())).toEqual(whole(lines.join('')))
    }),
    { numRuns: 500 },
  )
})

test('what was read before makes no difference, but for how often a text is taken apart', () => {
  fc.assert(
    fc.property(fc.array(exposition, { minLength: 2, maxLength: 5 }), (all) => {
      const book: Book<string> = new LineBook()
      for (const lines of all) {
        const text = lines.join('')
        const again = read([Buffer.from(text)], book)
        expect(again.samples).toEqual(whole(text).samples)
        expect(read([Buffer.from(text)], book).named).toBe(0)
      }
    }),
    { numRuns: 300 },
  )
})

test('after an exposition that broke off the next one is read as ever', () => {
  const book: Book<string> = new LineBook()
  const text = 'a{x="1"} 1\nb 2\nc 3\n'
  read([Buffer.from(text)], book)
  expect(() => read([Buffer.from('b 2\nc x\n')], book)).toThrow('line 2: "x" is no number')
  expect(read([Buffer.from(text)], book)).toEqual({ ...whole(text), named: 0 })
})

test('texts that come no more are forgotten once they are many', () => {
  const book: Book<string> = new LineBook()
  for (let i = 0; i < 5000; i++) read([Buffer.from(`a{i="${i}"} 1\nb 2\n`)], book)
  expect(book.size).toBeLessThan(2000)
  expect(read([Buffer.from('a{i="4999"} 1\nb 2\n')], book).named).toBe(0)
})

test('times, escapes and metadata are read', () => {
  const { samples, families } = whole(
    '# HELP a What\\nit \\\\ is.\n# TYPE a counter\na{x="1\\n\\"\\\\\\z"} 1 1700000000123\n',
  )
  expect(samples).toEqual([['__name__=a,x=1\n"\\\\z', 1, 1_700_000_000_123]])
  expect(families).toEqual([
    { name: 'a', fact: 'help', text: 'What\nit \\ is.' },
    { name: 'a', fact: 'type', text: 'counter' },
  ])
})

test('OpenMetrics has seconds, units, exemplars and an end', () => {
  const text = '# UNIT a_bytes bytes\na_bytes 1 2.5\nb{le="1"} 1 # {t="x"} 3 4\n# EOF'
  for (const ended of [text, `${text}\n`]) {
    const { samples, families } = whole(ended, 'openmetrics')
    expect(samples).toEqual([
      ['__name__=a_bytes', 1, 2500],
      ['__name__=b,le=1', 1, undefined],
    ])
    expect(families).toEqual([{ name: 'a_bytes', fact: 'unit', text: 'bytes' }])
  }
})

test.each([
  ['text', 'a 1\nb{x="y} 2\n', 2, 'the last line does not end'],
  ['text', 'a 1\n b 2\n', 2, 'blanks stand before the name'],
  ['text', 'a{x="1",y} 2\n', 1, 'expected a label with its value, found "y}"'],
  ['text', '{x="1"} 2\n', 1, 'expected a metric name, found "{x="1"}"'],
  ['text', '\n\na 1 2 3\n', 3, 'expected the end of the line, found "3"'],
  ['text', '# TYPE a b\n', 1, '"b" is no type of metrics'],
  ['openmetrics', 'a 1\n', 2, 'the exposition does not end with "# EOF"'],
  ['openmetrics', '# EOF\na 1\n', 2, 'something follows "# EOF"'],
] as const)('%s: %j is refused with its line', (format, text, line, reason) => {
  expect(() => whole(text, format)).toThrow(`Cannot read the exposition: line ${line}: ${reason}`)
})

test('a line without end is refused before it fills the memory', () => {
  const book: Book<string> = new LineBook()
  const pieces = Array.from({ length: 40 }, () => Buffer.alloc(64 * 1024, 'x'))
  expect(() => read(pieces, book)).toThrow('the line is too long')
})

test('what is no UTF-8 is refused', () => {
  const text = Buffer.from([...Buffer.from('a{x="'), 0xff, ...Buffer.from('"} 1\n')])
  expect(() => read([text], new LineBook())).toThrow('is not UTF-8')
})
