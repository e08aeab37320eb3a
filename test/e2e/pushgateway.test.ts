/** `bin/zstone-pushgateway` as whoever replaces the original by it meets it. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import fs from 'node:fs/promises'
import { connect } from 'node:http2'
import { request as send } from 'node:https'
import { createServer } from 'node:net'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { isBuildMachine, searchPath } from '#test/environment'
import { until } from '#test/until'
import { authority, client, server } from '../../lib/http/fake/certificates.ts'
import { type Child, programOf, repository, startChild, temporaryFolder } from './child.ts'

const program = programOf('zstone-pushgateway')
const withinMs = 200_000

function start(args: readonly string[]): Child {
  return startChild(program, { args, withinMs })
}

/** Starts it, and waits until it listens on all its addresses. */
async function listening(args: readonly string[], count = 1): Promise<Child & { urls: string[] }> {
  const anywhere = args.some((arg) => arg.startsWith('--web.listen-address'))
    ? []
    : ['--web.listen-address=127.0.0.1:0']
  const child = start([...anywhere, ...args])
  const urls = await until(() => {
    if (child.result() !== undefined) throw new Error(child.stderr())
    const found = [...child.stderr().matchAll(/msg="Listening on".* url=(\S+)/g)]
    return found.length === count ? found.map(([, url]) => url ?? '') : undefined
  })
  return { ...child, urls }
}

async function said(
  args: readonly string[],
): Promise<{ result: unknown; out: string; error: string }> {
  const child = start(args)
  const result = await child.ended
  return { result, out: child.stdout(), error: child.stderr() }
}

const originals = '/usr/bin/prometheus-pushgateway'

/** Debian's own addition: ours has its pages within. */
const notOurs = new Set(['web.local-assets', 'help-long', 'help-man'])

const namesIn = (help: string) =>
  [...help.matchAll(/^ {2}(?:-\w, | {4})--(?:\[no-\])?([\w.-]+)/gm)].map(([, name]) => name ?? '')

const besideDebians = existsSync(originals) || isBuildMachine() ? test : test.skip

besideDebians('it knows every flag that the original has', async () => {
  const { stdout, stderr } = spawnSync(originals, ['--help'], { encoding: 'utf8' })
  const theirs = namesIn(`${stdout}${stderr}`).filter((name) => !notOurs.has(name))
  expect(theirs.length).toBeGreaterThan(12)
  const ours = namesIn((await said(['-h'])).out)
  expect(theirs.filter((name) => !ours.includes(name))).toEqual([])
})

test('--version and --help are printed, and end well', async () => {
  const version = await said(['--version'])
  expect(version.result).toBe(0)
  expect(version.out).toMatch(/^zstone-pushgateway, version \S+ \(branch: \S+, revision: \S+\)\n/)
  const help = await said(['--help'])
  expect(help).toMatchObject({ result: 0, error: '' })
  expect(help.out).toMatch(/^usage: zstone-pushgateway \[<flags>\]\n/)
  expect(help.out.split('\n').filter((line) => line.length > 80)).toEqual([])
})

test.each([
  [['--nope'], 'Cannot use flag --nope: no setting has the name "nope"'],
  [['--web.listen-addres=:1'], 'did you mean "web.listen-address"?'],
  [['--persistence.interval=soon'], 'expected a duration such as 15s, found "soon"'],
  [['--log.format=xml'], 'expected one of logfmt, json, found "xml"'],
  [['--persistence.file=', '--web.systemd-socket'], 'Cannot serve on sockets of systemd'],
  [['--persistence.file=', '--web.config.file=/none.yml'], 'web configuration file /none.yml'],
  [['--persistence.file=', '--web.listen-address=vsock://:9'], 'Cannot serve the pushgateway on'],
])('%j ends with one line: %s', async (args, line) => {
  const { result, error } = await said(args)
  expect(result).toBe(1)
  expect(error).toContain(line)
  expect(error.trim().split('\n')).toHaveLength(1)
})

test('a file of the original is not touched, and the line says what to do', async () => {
  const file = path.join(await temporaryFolder(), 'pushgateway.data')
  await fs.writeFile(file, 'gob')
  const { result, error } = await said([`--persistence.file=${file}`])
  expect(result).toBe(1)
  expect(error).toContain(`name another path, such as ${file}.d, and let the jobs push again`)
  expect(await fs.readFile(file, 'utf8')).toBe('gob')
})

test('roles without anybody to have them are refused', async () => {
  const file = path.join(await temporaryFolder(), 'roles.yml')
  await fs.writeFile(file, 'users: { alice: [push] }\n')
  const { result, error } = await said([
    '--persistence.file=',
    '--web.listen-address=127.0.0.1:0',
    `--web.roles.file=${file}`,
  ])
  expect(result).toBe(1)
  expect(error).toContain('nobody is asked for a name')
})

test('it serves on every address, quits when asked, and still has what was pushed', async () => {
  const folder = path.join(await temporaryFolder(), 'pushes')
  const one = '--web.listen-address=127.0.0.1:0'
  const first = await listening(
    [one, one, '--web.enable-lifecycle', `--persistence.file=${folder}`],
    2,
  )
  const [a = '', b = ''] = first.urls
  expect((await fetch(`${a}/metrics/job/j`, { method: 'PUT', body: 'kept 42\n' })).status).toBe(200)
  expect(await (await fetch(`${b}/metrics`)).text()).toMatch(/^kept\{.*\} 42$/m)
  expect(await (await fetch(`${b}/-/quit`, { method: 'PUT' })).text()).toMatch('Goodbye!')
  expect(await first.ended).toBe(0)
  const { urls } = await listening([`--persistence.file=${folder}`])
  expect(await (await fetch(`${urls[0]}/metrics`)).text()).toMatch(/^kept\{.*\} 42$/m)
})

test('without a folder it keeps pushes in memory, and leaves nothing behind', async () => {
  const { urls } = await listening(['--persistence.file='])
  await fetch(`${urls[0]}/metrics/job/j`, { method: 'PUT', body: 'm 1\n' })
  expect(await (await fetch(`${urls[0]}/metrics`)).text()).toMatch(/^m\{.*\} 1$/m)
})

test('it takes over a socket that systemd listens on', async () => {
  const socket = createServer().listen(0, '127.0.0.1')
  await once(socket, 'listening')
  const bound = socket.address()
  if (bound === null || typeof bound === 'string') throw new Error('TCP gives a port')
  // What systemd does: descriptor 3, and the number of the process that it is for.
  const line = 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$0" --web.systemd-socket --persistence.file='
  const { fd } = (socket as unknown as { _handle: { fd: number } })._handle
  const child = spawn('sh', ['-c', line, program], {
    env: { PATH: searchPath() },
    stdio: ['ignore', 'ignore', 'pipe', fd],
  })
  const ended = once(child, 'close')
  socket.close()
  const answer = await until(() =>
    fetch(`http://127.0.0.1:${bound.port}/-/ready`).then(
      (reply) => reply.text(),
      () => undefined,
    ),
  )
  expect(answer).toBe('OK')
  child.kill('SIGTERM')
  expect((await ended)[0]).toBe(0)
})

test('by HTTP/2 over TLS groups are pushed and scraped, packed as well', async () => {
  const folder = await temporaryFolder()
  const config = path.join(folder, 'web.yml')
  await fs.writeFile(path.join(folder, 'server.crt'), server.cert)
  await fs.writeFile(path.join(folder, 'server.key'), server.key)
  await fs.writeFile(config, 'tls_server_config: { cert_file: server.crt, key_file: server.key }\n')
  const { urls } = await listening(['--persistence.file=', `--web.config.file=${config}`])
  const session = connect(urls[0] ?? '', { ca: authority })
  const ask = (headers: Record<string, string>, body = '') =>
    new Promise<{ status: unknown; coding: unknown; body: Buffer }>((resolve, reject) => {
      const stream = session.request(headers, { endStream: body === '' })
      const chunks: Buffer[] = []
      let status: unknown
      let coding: unknown
      stream.on('error', reject)
      stream.on('response', (given) => {
        status = given[':status']
        coding = given['content-encoding']
      })
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => resolve({ status, coding, body: Buffer.concat(chunks) }))
      if (body !== '') stream.end(body)
    })
  const push = { ':method': 'PUT', ':path': '/metrics/job/j' }
  const samples = Array.from({ length: 20_000 }, (_, i) => `m{i="${i}"} 1\n`).join('')
  expect(await ask(push, samples)).toMatchObject({ status: 200 })
  expect(await ask(push, 'a{ 1\n')).toMatchObject({ status: 400 })
  const plain = await ask({ ':path': '/metrics' })
  expect(plain).toMatchObject({ status: 200, coding: undefined })
  expect(plain.body.toString().match(/^m\{/gm)).toHaveLength(20_000)
  const packed = await ask({ ':path': '/metrics', 'accept-encoding': 'gzip' })
  expect(packed).toMatchObject({ status: 200, coding: 'gzip' })
  expect(packed.body.length).toBeLessThan(plain.body.length / 4)
  expect(await ask({ ':path': '/' })).toMatchObject({ status: 200 })
  expect(await ask({ ':path': '/api/v1/metrics' })).toMatchObject({ status: 200 })
  session.close()
})

test('the files of the guide do what it says', async () => {
  const folder = await temporaryFolder()
  const guide = await fs.readFile(
    path.join(repository, 'docs/guides/pushgateway-access.md'),
    'utf8',
  )
  for (const [, name = '', content = ''] of guide.matchAll(/```yaml\n# (\S+)\n([^`]*)```/g))
    await fs.writeFile(path.join(folder, name), content)
  await fs.writeFile(path.join(folder, 'server.crt'), server.cert)
  await fs.writeFile(path.join(folder, 'server.key'), server.key)
  await fs.writeFile(path.join(folder, 'clients-ca.crt'), authority)
  const { urls } = await listening([
    '--persistence.file=',
    `--web.config.file=${folder}/web.yml`,
    `--web.roles.file=${folder}/roles.yml`,
  ])
  const [url = ''] = urls
  const prom = `Basic ${btoa('prom:secret')}`
  expect(await status(url, { path: '/-/healthy' })).toBe(200)
  expect(await status(url, { path: '/metrics' })).toBe(401)
  expect(await status(url, { path: '/metrics', authorization: prom })).toBe(200)
  const push = { path: '/metrics/job/j', method: 'PUT', body: 'm 1\n' }
  expect(await status(url, { ...push, authorization: prom })).toBe(403)
  expect(await status(url, { ...push, ...client })).toBe(401)
  expect(await status(url, { ...push, ...client, authorization: prom })).toBe(200)
})

interface Asked {
  readonly path: string
  readonly method?: string
  readonly body?: string
  readonly authorization?: string
  readonly cert?: string
  readonly key?: string
}

function status(url: string, { body, authorization, ...asked }: Asked): Promise<number> {
  const headers = authorization === undefined ? {} : { authorization }
  return new Promise((resolve, reject) => {
    const options = { ca: authority, agent: false, headers, ...asked }
    const request = send(url, options, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    request.on('error', reject)
    request.end(body)
  })
}
