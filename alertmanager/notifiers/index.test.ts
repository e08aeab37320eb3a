import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { notifierKinds } from './index.ts'

const guides = path.resolve(import.meta.dirname, '../../docs/guides')
const pages = readdirSync(guides)
  .filter((name) => name.startsWith('receivers-'))
  .map((name) => readFileSync(path.join(guides, name), 'utf8'))

test.each(notifierKinds.map(({ name, key }) => [name, key]))(
  '%s has its test beside it, and its key in a guide of receivers',
  (name, key) => {
    expect(existsSync(path.join(import.meta.dirname, `${name}.test.ts`))).toBe(true)
    expect(pages.some((page) => page.includes(key))).toBe(true)
  },
)
