import { expect, test } from '@jest/globals'
import { fault } from '#api/errors'
import { kinds } from '#api/kinds/all'
import { job } from '#api/kinds/job'
import { resourceFields } from '#lib/schema'
import { operations } from './operations/index.ts'
import { openApiOf } from './rest/openapi.ts'
import { columns } from './workflow/job-resource.ts'

const declared = kinds.flatMap((kind) => [
  ...(kind.create ? [{ of: `${kind.name}.create`, ...kind.create }] : []),
  ...(kind.remove ? [{ of: `${kind.name}.remove`, ...kind.remove }] : []),
  ...Object.entries(kind.actions).map(([name, rest]) => ({ of: `${kind.name}.${name}`, ...rest })),
])

test('every operation that a kind declares is in the list, and no other is', () => {
  expect(operations.map(({ of }) => of).sort()).toEqual(declared.map(({ of }) => of).sort())
})

test('every error that a kind names is in the catalogue', () => {
  const codes = declared.flatMap(({ faults }) => faults)
  expect(codes.length).toBeGreaterThan(5)
  for (const code of codes) expect(fault(code as Parameters<typeof fault>[0]).code).toBe(code)
})

test('names and plurals are of one kind each, and every parent is a kind', () => {
  const names = kinds.flatMap(({ name, plural }) => [name, plural])
  expect(new Set(names).size).toBe(names.length)
  const known = new Set(kinds.map(({ name }) => name))
  for (const { parent } of kinds) expect(parent === undefined || known.has(parent)).toBe(true)
})

test('no field of a kind hides one that every resource has', () => {
  const common = Object.keys({ ...resourceFields, kind: 1 })
  for (const { fields } of kinds)
    expect(Object.keys(fields).filter((name) => common.includes(name))).toEqual([])
})

test('every field of a job has its column', () => {
  const fields = Object.keys({ ...resourceFields, ...job.fields })
  expect([...columns.keys()].sort()).toEqual(fields.sort())
})

test('in the description every reference leads somewhere, every operation has a name', () => {
  const text = JSON.stringify(openApiOf(kinds))
  const document = JSON.parse(text)
  const references = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)]
  expect(references.length).toBeGreaterThan(30)
  for (const [, name] of references) expect(document.components.schemas).toHaveProperty(name ?? '')
  const names = [...text.matchAll(/"operationId":"(\w+)"/g)].map(([, name]) => name)
  expect(new Set(names).size).toBe(names.length)
  expect(document.openapi).toBe('3.1.0')
})
