import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  type Answer,
  type Case,
  missingGo,
  type Oracle,
  openOracle,
  ours,
} from './oracle.conformance.ts'
import { htmlTemplate, textTemplate } from './random-template.conformance.ts'

const missing = missingGo()
if (missing !== undefined) console.log(missing)
const beside = (name: string) => readFileSync(path.join(import.meta.dirname, name), 'utf8')

/** One case a line; `⏎` stands for a newline in it. */
const casesOf = (name: string): readonly string[] =>
  beside(`cases/${name}.txt`)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replaceAll('⏎', '\n'))

const data: unknown = JSON.parse(beside('cases/data.json'))
const texts = casesOf('text')
const pages = casesOf('html')

/** Go 1.22 iterates over whole numbers, as we do; the one that is asked here need not. */
const isNewer = (source: string) => source.includes('range .I}}')

// `template: page:3:7: executing "page" at <.S.Y>`, without the reason, which is worded freely.
const placeOf = (message: string) =>
  /^template: page:\d+(?::\d+: executing "\w*" at <[\s\S]*>(?=: ))?/.exec(message)?.[0]

/** A time by a verb for numbers shows how Go keeps it; we refuse that. */
const showsInsides = ({ out }: Answer) => out.includes('*time.Location')

let oracle: Oracle
const describeWithGo = missing === undefined ? describe : describe.skip

describeWithGo('beside Go', () => {
  beforeAll(async () => {
    oracle = await openOracle()
  })
  afterAll(() => oracle.close())

  async function agree(cases: readonly Case[]): Promise<void> {
    const answers = await oracle.ask(cases)
    const both = cases.flatMap((one, i) => {
      const theirs = answers[i] ?? { out: '', err: '' }
      const own = ours(one)
      if (showsInsides(theirs) || own.err.includes('a time cannot be shown')) return []
      const { source } = one
      const wanted = { source, out: theirs.err === '' ? theirs.out : '', fails: theirs.err !== '' }
      return [{ wanted, seen: { source, out: own.out, fails: own.err !== '' } }]
    })
    expect(both.map(({ seen }) => seen)).toEqual(both.map(({ wanted }) => wanted))
  }

  test('there are enough cases', () => {
    expect(texts.length + pages.length).toBeGreaterThan(500)
  })

  test.each(['default', 'zero', 'error'] as const)(
    'text is rendered or refused as Go does, missing keys: %s',
    (missingKey) => {
      const cases = texts.filter((source) => !isNewer(source))
      return agree(cases.map((source) => ({ mode: 'text', source, data, missingKey })))
    },
  )

  test('HTML is escaped or refused as Go does', () =>
    agree(pages.map((source) => ({ mode: 'html', source, data }))))

  test('text templates are rendered by html/template as we do', () => {
    const plain = texts.filter((source) => !isNewer(source) && !source.includes('<'))
    return agree(plain.map((source) => ({ mode: 'html', source, data })))
  })

  test('a refusal points at the place and the action that Go points at', async () => {
    const cases = texts
      .filter((source) => !isNewer(source))
      .map((source): Case => ({ mode: 'text', source, data }))
    const answers = await oracle.ask(cases)
    const refused = cases.flatMap((one, i) => {
      const theirs = placeOf(answers[i]?.err ?? '')
      return theirs === undefined
        ? []
        : [{ source: one.source, theirs, own: placeOf(ours(one).err) }]
    })
    expect(refused.length).toBeGreaterThan(150)
    for (const { source, theirs, own } of refused)
      expect({ source, place: own }).toEqual({ source, place: theirs })
  })

  test('files define what others call, and later ones replace earlier ones', () =>
    agree([
      { mode: 'text', source: '{{template "a" 1}}{{template "b"}}', files },
      {
        mode: 'html',
        source: '<p>{{template "a" "<"}}</p><a title="{{template "a" "\\""}}">',
        files,
      },
      { mode: 'text', source: '{{define "a"}}own{{end}}{{template "a"}}', files },
      { mode: 'text', source: '{{define "a"}} {{end}}{{template "a"}}', files },
      { mode: 'text', source: '{{template "file0"}}|{{template "file1"}}', files },
    ]))

  test('times are shown in zones as Go shows them', () => {
    const moments = ['2026-01-15T12:00:00Z', '2026-07-15T12:00:00.5Z', '2027-03-28T01:00:00Z']
    return agree(
      zones.split(' ').flatMap((zone) =>
        moments.map((moment): Case => {
          const source = `{{tz "${zone}" .}} {{(tz "${zone}" .).Format "Mon 2 Jan 15:04 MST -07"}}`
          return { mode: 'text', source, data: { $time: moment } }
        }),
      ),
    )
  })

  test('random text templates are rendered or refused as Go does', async () => {
    const batch = fc.array(textTemplate, { minLength: 30, maxLength: 60 })
    const agreed = fc.asyncProperty(batch, (sources) =>
      agree(sources.map((source) => ({ mode: 'text', source, data }))),
    )
    await fc.assert(agreed, { numRuns: 25 })
  })

  test('random pages are escaped or refused as Go does', async () => {
    const batch = fc.array(htmlTemplate, { minLength: 30, maxLength: 60 })
    const agreed = fc.asyncProperty(batch, (sources) =>
      agree(sources.map((source) => ({ mode: 'html', source, data }))),
    )
    await fc.assert(agreed, { numRuns: 25 })
  })
})

const files = [
  '{{define "a"}}first{{end}}',
  'rest{{define "a"}}A{{.}}{{end}}{{define "b"}}B{{end}}',
]

const zones =
  'UTC Europe/Paris Europe/London Europe/Berlin Europe/Dublin Europe/Athens America/New_York America/Chicago America/Denver America/Phoenix America/Los_Angeles America/Anchorage America/Sao_Paulo Pacific/Honolulu Pacific/Auckland Australia/Sydney Australia/Adelaide Australia/Lord_Howe Asia/Tokyo Asia/Shanghai Asia/Singapore Asia/Kolkata Asia/Kathmandu Asia/Dubai Africa/Nairobi Africa/Johannesburg'
