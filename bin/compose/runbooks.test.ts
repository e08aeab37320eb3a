import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type HttpServer, openHttp } from '#lib/http/server'
import { runbookOf, runbooks, webUrl } from './runbooks.ts'

let server: HttpServer
beforeAll(async () => {
  const place = { name: 'runbooks', address: '127.0.0.1:0', flag: '--x' }
  server = await openHttp(place, (request, response) => {
    if (!runbooks(request, response)) response.writeHead(404).end()
  })
})
afterAll(() => server.close())

const ask = (path: string) => fetch(`${server.url}${path}`)

test('a runbook is served as it came, and so is their index', async () => {
  for (const path of ['/runbooks/DiskFailing', '/runbooks/DiskFailing.md'])
    expect(await (await ask(path)).text()).toContain('# DiskFailing')
  for (const path of ['/runbooks', '/runbooks/'])
    expect(await (await ask(path)).text()).toContain('# Runbooks')
})

test('nothing else is served', async () => {
  for (const path of ['/runbooks/Nope', '/runbooks/..%2fREADME', '/runbooks/../README.md', '/'])
    expect((await ask(path)).status).toBe(404)
})

test('our alerts lead to the page at hand, others where they say, and nobody to a script', () => {
  const ours = 'https://zstone.example/docs/runbooks/DiskHot.md'
  expect(runbookOf({ alertname: 'DiskHot', runbookUrl: ours })).toBe('/runbooks/DiskHot')
  const theirs = 'https://runbooks.example/DiskHot'
  expect(runbookOf({ alertname: 'DiskHot', runbookUrl: theirs })).toBe(theirs)
  expect(runbookOf({ alertname: 'DiskHot', runbookUrl: 'javascript:alert(1)' })).toBeUndefined()
  expect(webUrl('javascript:alert(1)')).toBeUndefined()
})
