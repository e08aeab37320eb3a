import { expect, test } from '@jest/globals'
import { programOf, startChild, temporaryFolder } from './child.ts'

/** A minute and a half on an idle machine. */
const limitMs = 540_000

test(
  'a disk fails and dies while clients write, and nothing is lost',
  async () => {
    const said = await demo()
    expect(said).not.toContain('kill -9')
  },
  limitMs + 60_000,
)

test(
  'so too when zstone is killed with kill -9 in the middle of the repair',
  async () => {
    const said = await demo('--kill')
    expect(said).toMatch(
      /kill -9: the platform is gone[\s\S]*Started again[\s\S]*Job \S+ succeeded/,
    )
  },
  limitMs + 60_000,
)

async function demo(...args: string[]): Promise<string> {
  const startedMs = performance.now()
  const folder = await temporaryFolder()
  const child = startChild(programOf('zstone-demo'), {
    args,
    env: { TMPDIR: folder },
    withinMs: limitMs,
  })
  const code = await child.ended
  const said = child.stdout()
  if (code !== 0) throw new Error(`the demo ended with ${code}:\n${said}\n${child.stderr()}`)
  console.info(`The demo ${args} took ${((performance.now() - startedMs) / 1000).toFixed(1)} s`)
  expect(child.stderr()).toBe('')
  expect(said).toMatch(/objects acknowledged +\d{3,}, all read back and compared: 0 lost/)
  const [, copies, objects] = /copies proved +(\d+) of (\d+) objects/.exec(said) ?? []
  expect(Number(objects)).toBeGreaterThan(100)
  expect(Number(copies)).toBe(3 * Number(objects))
  expect(said).toMatch(/mails about the disk +1 firing, 1 resolved/)
  expect(said).toContain('Every object is intact and fully redundant.')
  return said
}
