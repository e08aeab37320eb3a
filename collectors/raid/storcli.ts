/** Reads the JSON of storcli and perccli: MegaRAID controllers and host adapters of Broadcom. */
import { fault } from '#api/errors'
import { type Json, listAt, numberAt, objectAt, parseJson, textAt } from '../smart/json.ts'

/** What one controller answered, its drives and their rebuilds joined in. */
export interface StorcliController {
  readonly answer: Json
  /** By the key of the drive, such as `/c0/e252/s0`. */
  readonly drives: ReadonlyMap<string, StorcliDrive>
}

export interface StorcliDrive {
  /** The row of the list: `EID:Slt`, `State`, … */
  readonly row: Json
  /** Counters, attributes and settings; absent: not asked, or not told. */
  readonly state?: Json | undefined
  readonly attributes?: Json | undefined
  readonly settings?: Json | undefined
}

/** From `/cALL show all J`, with the details of `/cALL/eALL/sALL show all J` where given. */
export function parseStorcli(all: string, details = ''): readonly StorcliController[] {
  const answers = answersOf(all)
  const detailed = details === '' ? [] : answersOf(details)
  return answers.map((answer) => {
    const index = textAt(answer, 'Basics.Controller') ?? ''
    return { answer, drives: drivesOf(index, [answer, ...detailed]) }
  })
}

/** How far a rebuild is, 0 to 1, by the key of the drive: `/cALL/eALL/sALL show rebuild J`. */
export function parseRebuilds(text: string): ReadonlyMap<string, number> {
  const rows = responsesOf(text).flatMap((response) => listAt(response, 'Response Data'))
  return new Map(
    rows.flatMap((row) => {
      const [drive, percent] = [textAt(row, 'Drive-ID'), numberAt(row, 'Progress%')]
      return drive === undefined || percent === undefined ? [] : [[drive, percent / 100] as const]
    }),
  )
}

function drivesOf(index: string, answers: readonly Json[]): Map<string, StorcliDrive> {
  const drives = new Map<string, StorcliDrive>()
  const keyOf = (row: Json) => {
    const [enclosure = '', slot = ''] = (textAt(row, 'EID:Slt') ?? '').split(':')
    return `/c${index}${enclosure.trim() === '' ? '' : `/e${enclosure.trim()}`}/s${slot.trim()}`
  }
  for (const answer of answers) {
    // Host adapters list their drives one level below.
    const places = [answer, objectAt(answer, 'Physical Device Information') ?? {}]
    const rows = listAt(answer, 'PD LIST').map((row) => [keyOf(row), row] as const)
    const details = places.flatMap((place) => detailsOf(place, index))
    for (const [key, row] of rows) if (!drives.has(key)) drives.set(key, { row })
    for (const [key, drive] of details) drives.set(key, { ...drives.get(key), ...drive })
  }
  return drives
}

/** `Drive /c0/e252/s0` with its row, and `Drive /c0/e252/s0 - Detailed Information` beside. */
function detailsOf(place: Json, index: string): (readonly [string, StorcliDrive])[] {
  return Object.keys(place).flatMap((name) => {
    const [, key, controller] = /^Drive (\/c(\d+)(?:\/e\d+)?\/s\d+)$/.exec(name) ?? []
    const row = asList(place[name])[0]
    if (key === undefined || controller !== index || row === undefined) return []
    const details = asObject(place[`${name} - Detailed Information`])
    const part = (title: string) => asObject(details[`${name} ${title}`])
    return [
      [
        key,
        {
          row,
          state: part('State'),
          attributes: part('Device attributes'),
          settings: part('Policies/Settings'),
        },
      ] as const,
    ]
  })
}

/** Its name holds dots, which lead nowhere in a path. Undefined: the drive does not say. */
export function smartAlertOf(state: Json): boolean | undefined {
  const said = state['S.M.A.R.T alert flagged by drive']
  return said === 'Yes' || said === 'No' ? said === 'Yes' : undefined
}

// Names of drives hold dots and slashes: no path leads to them.
const asObject = (value: unknown): Json => objectAt({ value }, 'value') ?? {}
const asList = (value: unknown): readonly Json[] => listAt({ value }, 'value')

function answersOf(text: string): readonly Json[] {
  return responsesOf(text).flatMap((response) => {
    const answer = objectAt(response, 'Response Data')
    return answer === undefined ? [] : [answer]
  })
}

/** Throws where nothing came of it; no controller at all is no fault. */
function responsesOf(text: string): readonly Json[] {
  const answer = parseJson(text)
  const responses = answer === undefined ? [] : listAt(answer, 'Controllers')
  if (responses.length === 0)
    throw fault('ANSWER_UNREADABLE', { program: 'storcli', reason: saidInstead(answer, text) })
  const good = responses.filter(
    (response) => textAt(response, 'Command Status.Status') === 'Success',
  )
  const said = responses.map((response) => textAt(response, 'Command Status.Description') ?? '')
  if (good.length === 0 && !said.every((text) => /no controller found/i.test(text)))
    throw fault('ANSWER_UNREADABLE', { program: 'storcli', reason: said.join('; ') || 'it failed' })
  return good
}

function saidInstead(answer: Json | undefined, text: string): string {
  if (answer !== undefined) return 'it lists no controllers'
  return `it is not JSON: ${text.trim().split('\n')[0]?.slice(0, 80) || 'nothing was printed'}`
}
