import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Arena, openArena } from '../arena.conformance.ts'

let arena: Arena

beforeAll(async () => {
  arena = await openArena(`
route: { receiver: nobody, group_by: [alertname] }
receivers: [{ name: nobody }]
`)
  await arena.post([
    { labels: { alertname: 'DiskFailing', node: 'n1' }, annotations: { summary: '<b>sda</b>' } },
    { labels: { alertname: 'DiskFailing', node: 'n2' } },
    { labels: { alertname: 'NodeDown', node: 'n3' } },
  ])
})

afterAll(() => arena.close())

async function ask(body: object) {
  const response = await fetch(`${arena.url}/api/v1/templates/preview`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
  return { status: response.status, body: await response.json() }
}

test('a template is filled with the alerts of the group that a filter finds', async () => {
  const template = '{{ len .Alerts.Firing }} of {{ .GroupLabels.alertname }}, {{ .Receiver }}'
  expect(await ask({ template, filter: ['node=n1'] })).toEqual({
    status: 200,
    body: { text: '2 of DiskFailing, nobody', groupKey: '{}:{alertname="DiskFailing"}', alerts: 2 },
  })
})

test('as HTML what is filled in is escaped', async () => {
  const template = '<p>{{ (index .Alerts 0).Annotations.summary }}</p>'
  const { body } = await ask({ template, filter: ['alertname=DiskFailing'], as: 'html' })
  expect(body).toMatchObject({ text: '<p>&lt;b&gt;sda&lt;/b&gt;</p>' })
})

test('a faulty template is refused with its place, a filter that finds nothing as well', async () => {
  const faulty = await ask({ template: 'one\n{{ .Nothing.At.All | nope }}' })
  expect(faulty).toEqual({ status: 400, body: expect.stringMatching(/:2:.*nope/) })
  expect(await ask({ template: 'x', filter: ['node=n9'] })).toMatchObject({ status: 404 })
  expect(await ask({})).toMatchObject({ status: 422 })
})
