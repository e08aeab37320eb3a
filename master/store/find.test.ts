import { afterAll, beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createManualClock } from '#lib/clock'
import { choice, count, defineKind, type FieldsOf, optional, text, time, truth } from '#lib/schema'
import { uuidOf } from '#lib/uuid'
import { freshDatabase } from '#test/postgres'
import { type MasterDatabase, migrateMaster, openMasterDatabase } from './database.ts'
import { type Condition, findIds, type Operand, operators, resourceSource } from './find.ts'
import { createResources, type Draft, type Resources } from './resources.ts'

const thing = defineKind({
  name: 'thing',
  plural: 'things',
  about: 'A thing.',
  fields: {
    size: optional(count('How big.')),
    colour: optional(choice('Its colour.', ['red', 'Green', "o'blue%_\\"])),
    isNew: optional(truth('Whether it is new.')),
    seenAt: optional(time('When it was seen.')),
    note: optional(text('What was noted.')),
  },
})
type Things = FieldsOf<typeof thing>

const words = ['red', 'Green', "o'blue%_\\", 'a b', '', 'null', "'; drop table x; --"]
const times = ['2026-11-21T00:00:00.000Z', '1999-12-31T23:59:59.999Z', '2026-11-21T00:00:00.001Z']
const values = {
  size: fc.constantFrom(0, 1, 2, 10, 9_007_199_254_740_991),
  colour: fc.constantFrom('red' as const, 'Green' as const, "o'blue%_\\" as const),
  isNew: fc.boolean(),
  seenAt: fc.constantFrom(...times),
  note: fc.constantFrom(...words.filter((word) => word !== '')),
}

let drop: () => Promise<void>
let database: MasterDatabase
let resources: Resources
let things: readonly Draft<typeof thing>[]

beforeAll(async () => {
  const fresh = await freshDatabase()
  drop = fresh.drop
  await migrateMaster(fresh.url)
  database = openMasterDatabase(fresh.url, 2)
  resources = createResources(database.sql, createManualClock())
  const arbitrary = fc.record(values, { requiredKeys: [] })
  things = fc.sample(arbitrary, { numRuns: 60, seed: 7 }).map((fields, i) => {
    const given = Object.entries(fields).filter(([, value]) => value !== undefined)
    const own: Things = Object.fromEntries(given) // Each value is of its field.
    return { id: uuidOf('thing', String(i)), name: `thing ${i}`, fields: own }
  })
  await resources.put(thing, things)
})
afterAll(async () => {
  await database.close()
  await drop()
})

type Known = Operand | undefined

/** What the SQL has to agree with. */
function holds(known: Known, { operator, operands }: Condition): boolean {
  const [operand] = operands
  const compared = known === undefined || operand === undefined ? undefined : order(known, operand)
  switch (operator) {
    case '=':
      return compared === 0
    case '!=':
      return compared !== 0
    case '>':
      return compared !== undefined && compared > 0
    case '>=':
      return compared !== undefined && compared >= 0
    case '<':
      return compared !== undefined && compared < 0
    case '<=':
      return compared !== undefined && compared <= 0
    case '?=':
      return known !== undefined && operands.includes(known)
    case '!?=':
      return known === undefined || !operands.includes(known)
    case '~=':
      return known !== undefined && like(String(known), String(operand))
    case '!~=':
      return known === undefined || !like(String(known), String(operand))
    case 'is null':
      return known === undefined
    case 'not null':
      return known !== undefined
  }
}

const order = (a: Operand, b: Operand) => (a < b ? -1 : a > b ? 1 : 0)

function like(value: string, pattern: string): boolean {
  const parts = pattern.match(/\\.|./gsu) ?? []
  const source = parts.map((part) =>
    part === '%' ? '.*' : part === '_' ? '.' : part.replace(/^\\/, '').replace(/[^\w\s]/g, '\\$&'),
  )
  return new RegExp(`^${source.join('')}$`, 's').test(value)
}

const condition = fc.constantFrom('size', 'colour', 'isNew', 'seenAt', 'note').chain((field) => {
  const isText = field === 'colour' || field === 'note'
  const usable = operators.filter((operator) => isText || !operator.endsWith('~='))
  const one: fc.Arbitrary<Operand> = isText
    ? fc.constantFrom(...words)
    : values[field as 'size' | 'isNew' | 'seenAt']
  return fc.constantFrom(...usable).chain((operator) => {
    const patterns = fc.constantFrom('%', 'r%', '%e_', '%\\%%', "o'blue\\%\\_\\\\", '_ed', '')
    const operands = operator.endsWith('null')
      ? fc.constant([])
      : operator.endsWith('?=')
        ? fc.array(one, { minLength: 1, maxLength: 3 })
        : fc.tuple(operator.endsWith('~=') ? patterns : one)
    return operands.map((list): Condition => ({ parents: [], field, operator, operands: list }))
  })
})

test('every operator on every field finds what it would find in memory', async () => {
  const source = resourceSource(thing)
  const sort = { field: 'name', isDescending: false }
  await fc.assert(
    fc.asyncProperty(fc.array(condition, { maxLength: 3 }), async (conditions) => {
      const find = { conditions, sort, limit: 1000, start: 0 }
      const { ids, total } = await findIds(database.sql, thing, { source, find })
      const wanted = things.filter(({ fields }) =>
        conditions.every((one) => holds(fields[one.field as keyof Things], one)),
      )
      expect([...ids].sort()).toEqual(wanted.map(({ id }) => id).sort())
      expect(total).toBe(wanted.length)
    }),
    { numRuns: 500 },
  )
})

test('pages are in order, without gap or repeat', async () => {
  const source = resourceSource(thing)
  const seen: string[] = []
  for (let start = 0; start < 70; start += 7) {
    const find = { conditions: [], sort: { field: 'size', isDescending: true }, limit: 7, start }
    seen.push(...(await findIds(database.sql, thing, { source, find })).ids)
  }
  const sizes = seen.map((id) => things.find((one) => one.id === id)?.fields.size ?? -1)
  expect(sizes).toEqual([...sizes].sort((a, b) => b - a))
  expect(new Set(seen).size).toBe(things.length)
})

test('what is written again as it is stays as it is', async () => {
  const [first] = things
  expect(await resources.put(thing, things)).toBe(0)
  const changed = { ...first!, fields: { ...first!.fields, size: 77 } }
  expect(await resources.put(thing, [changed])).toBe(1)
  expect(await resources.get(thing, first!.id)).toMatchObject({ version: 2, fields: { size: 77 } })
  await resources.put(thing, [first!])
})

test('what does not fit its kind is not written', async () => {
  const wrong = { ...things[0]!, fields: { size: -1 } }
  await expect(resources.put(thing, [wrong])).rejects.toThrow('Cannot write thing "thing 0": size')
})
