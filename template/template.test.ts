import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  createTemplates,
  fromJson,
  GoTime,
  isTemplateError,
  parseLayout,
  parseTime,
  zoneOf,
} from './index.ts'

const text = (source: string, data: unknown = null) =>
  createTemplates().text(source, fromJson(data), 'page')

const refusal = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    if (isTemplateError(error)) return error.message
    throw error
  }
  return ''
}

const pieces = fc.constantFrom(
  ...['{{', '}}', '{{-', '-}}', '"', '`', "'", '(', ')', '|', '$', '$x', ':=', '=', ',', '.', '.a'],
  ...['if', 'else', 'end', 'range', 'with', 'define', 'template', 'block', 'break', 'continue'],
  ...['/*', '*/', ' ', '\n', '1', '0x', '1e', '-', 'nil', 'true', 'print', '<', '<a href="', '>'],
)

test('whatever is parsed and rendered, nothing but a TemplateError is thrown', () => {
  const source = fc.oneof(
    fc.string({ maxLength: 60, unit: 'binary' }),
    fc.array(pieces, { maxLength: 40 }).map((all) => all.join('')),
    fc.array(pieces, { maxLength: 40 }).map((all) => `{{${all.join(' ')}}}`),
  )
  const property = fc.property(source, (template) => {
    const templates = createTemplates()
    refusal(() => templates.text(template, fromJson({ a: 1 })))
    refusal(() => templates.html(template, fromJson({ a: '<' })))
  })
  fc.assert(property, { numRuns: 3000 })
})

test.each([
  ['{{define "a"}}{{template "a"}}{{end}}{{template "a"}}', 'exceeded maximum template depth'],
  ['{{range $i := 2000000}}{{end}}', 'limited to 1000000 steps'],
  ['{{range 5000}}{{range 5000}}{{end}}{{end}}', 'limited to 1000000 steps'],
  [`{{$x := "xxxxxxxxxx"}}{{range 40}}{{$x = print $x $x}}{{end}}`, 'a text is limited to'],
  [`{{range 500}}{{printf "%10000d" 1}}{{end}}`, 'the output is limited to'],
  ['{{printf "%999999d%999999d%999999d%999999d%999999d" 1 1 1 1 1}}', 'a text is limited to'],
  [`${'{{if 1}}'.repeat(5000)}${'{{end}}'.repeat(5000)}`, 'limited to 200'],
  [`{{${'('.repeat(5000)}1${')'.repeat(5000)}}}`, 'limited to 100'],
  [`{{if 1}}${'{{else if 1}}'.repeat(5000)}{{end}}`, 'limited to 200'],
])('what would not end is ended: %#', (source, reason) => {
  expect(refusal(() => text(source))).toContain(reason)
})

test('a chain that is very long is walked all the same', () => {
  expect(text(`{{print${' (print "a")'.repeat(2000)}}}`)).toHaveLength(2000)
  expect(text('{{.a}}'.repeat(20_000), { a: 1 })).toHaveLength(20_000)
})

test('ranges go over whole numbers, and else may be a with, as in newer Go', () => {
  expect(text('{{range $i := 3}}{{$i}}{{end}}')).toBe('012')
  expect(text('{{range 0}}x{{else}}none{{end}}')).toBe('none')
  expect(text('{{with .a}}a{{else with .b}}{{.}}{{else}}c{{end}}', { b: 'b' })).toBe('b')
})

test('what a template defines is its own, what is added is for all', () => {
  const templates = createTemplates()
  templates.add('first', '{{define "x"}}first{{end}}')
  templates.add('second', 'rest')
  expect(templates.text('{{template "x"}}', null)).toBe('first')
  expect(templates.text('{{define "x"}}own{{end}}{{template "x"}}', null)).toBe('own')
  expect(templates.text('{{template "x"}} {{template "second"}}', null)).toBe('first rest')
  templates.add('third', '{{define "x"}}third{{end}}')
  expect(templates.text('{{template "x"}}', null)).toBe('third')
  expect(templates.names()).toEqual(['first', 'x', 'second', 'third'])
})

test('an unquoted attribute never becomes empty, which would let the next one in', () => {
  expect(createTemplates().html('<a title={{.}} onclick=x>', '')).toBe(
    '<a title=ZgotmplZ onclick=x>',
  )
})

test.each([
  ['Europe/Paris', '2026-07-01 14:00:00 +0200 CEST'],
  ['Europe/Paris', '2026-01-01 13:00:00 +0100 CET', '2026-01-01T12:00:00Z'],
  ['America/New_York', '2026-07-01 08:00:00 -0400 EDT'],
  ['Asia/Kolkata', '2026-07-01 17:30:00 +0530 IST'],
  ['Asia/Tokyo', '2026-07-01 21:00:00 +0900 JST'],
  ['Asia/Dubai', '2026-07-01 16:00:00 +0400 +04'],
  ['America/Sao_Paulo', '2026-07-01 09:00:00 -0300 -03'],
  ['UTC', '2026-07-01 12:00:00 +0000 UTC'],
])('a time is shown in %s as %s', (name, shown, moment = '2026-07-01T12:00:00Z') => {
  const zone = zoneOf(name)
  const time = parseTime(moment)
  expect(String(new GoTime(time!.epochNs, zone))).toBe(shown)
})

test.each([
  ['2006-01-02', '2026-02-29', undefined],
  ['2006-01-02', '2024-02-29', '2024-02-29 00:00:00 +0000 UTC'],
  ['2006-01-02 15:04', '2026-01-02 25:04', undefined],
  ['Jan 2, 2006 at 3:04pm (MST)', 'Feb 3, 2013 at 7:54pm (PST)', '2013-02-03 19:54:00 +0000 PST'],
  ['2006-01-02T15:04:05Z07:00', '2026-01-02T03:04:05.5+02:00', '2026-01-02 03:04:05.5 +0200 +0200'],
  ['2006-01-02T15:04:05Z07:00', '2026-01-02T03:04:05Z', '2026-01-02 03:04:05 +0000 UTC'],
  ['15:04', 'x', undefined],
])('by the layout %s, %s is %s', (layout, given, expected) => {
  expect(parseLayout(layout, given)?.toString()).toBe(expected)
})
