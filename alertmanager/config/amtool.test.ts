/** Debian's amtool judges files, and finds routes, beside ours. */
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { isBuildMachine, searchPath } from '#test/environment'
import { receiverNames, routingTrees } from '../arrival/routing-cases.conformance.ts'
import { parseConfig } from './config.ts'
import { samples } from './samples.conformance.ts'

const env = { PATH: searchPath(), HOME: os.tmpdir() }
const version = spawnSync('amtool', ['--version'], { env, encoding: 'utf8' }).stdout ?? ''
const isMissing = version === ''
if (isMissing && !isBuildMachine())
  console.warn('Skipped: amtool is not installed (Debian: prometheus-alertmanager)')
const withAmtool = isMissing && !isBuildMachine() ? test.skip : test

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'zstone-amtool-'))
})

afterAll(() => rm(folder, { recursive: true }))

/** By the file's name; amtool reads all of them in one run. */
async function judged(files: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, boolean>> {
  const paths = await Promise.all(
    [...files].map(async ([name, yaml]) => {
      const file = path.join(folder, name)
      await writeFile(file, yaml)
      return file
    }),
  )
  const { stdout, stderr } = spawnSync('amtool', ['check-config', ...paths], {
    env,
    encoding: 'utf8',
  })
  const verdicts = `${stdout}\n${stderr}`.matchAll(/Checking '([^']+)'\s+(SUCCESS|FAILED)/g)
  return new Map(
    [...verdicts].map(([, file = '', said]) => [path.basename(file), said === 'SUCCESS']),
  )
}

withAmtool('amtool check-config agrees with us on every sample', async () => {
  expect(samples.length).toBeGreaterThan(130)
  const theirs = await judged(new Map(samples.map(({ yaml }, i) => [`sample-${i}.yml`, yaml])))
  const judgements = samples.map(({ name, yaml, isValid, since }, i) => ({
    name,
    // What came later than it did, it refuses.
    expected: { amtool: isValid && !isNewer(since), ours: isValid },
    found: { amtool: theirs.get(`sample-${i}.yml`), ours: isOurs(yaml) },
  }))
  const differ = judgements.filter(
    ({ expected, found }) => expected.amtool !== found.amtool || expected.ours !== found.ours,
  )
  expect(differ).toEqual([])
})

/** Whether what came with that version is unknown to the amtool that is here. */
function isNewer(since = '0.0'): boolean {
  const minor = (text: string) => Number(/\b0\.(\d+)/.exec(text)?.[1])
  return minor(since) > minor(version)
}

function isOurs(yaml: string): boolean {
  try {
    parseConfig(yaml, 'sample.yml')
    return true
  } catch {
    return false
  }
}

withAmtool('amtool config routes test finds the receivers of every alert', async () => {
  const receivers = receiverNames.map((name) => `{ name: ${name} }`).join(', ')
  const asked = routingTrees.flatMap(({ route, alerts }, i) =>
    alerts.map(([labels, expected]) => ({ i, route, labels, expected })),
  )
  expect(asked.length).toBeGreaterThan(28)
  for (const [i, { route }] of routingTrees.entries())
    await writeFile(
      path.join(folder, `tree-${i}.yml`),
      `route: ${route}\nreceivers: [${receivers}]`,
    )
  const answers = asked.map(({ i, labels, expected }) => {
    const file = path.join(folder, `tree-${i}.yml`)
    const pairs = Object.entries(labels).map(([name, value]) => `${name}=${value}`)
    const args = ['config', 'routes', 'test', `--config.file=${file}`, ...pairs]
    const { stdout } = spawnSync('amtool', args, { env, encoding: 'utf8' })
    return { i, labels, expected, theirs: stdout.trim() }
  })
  expect(answers.filter(({ expected, theirs }) => expected !== theirs)).toEqual([])
})
