/** What a reader of the pages sees and may do, over HTTP. */
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { createManualClock } from '#lib/clock'
import { openTestGateway, type TestGateway } from '../fake/gateway.ts'

const clock = createManualClock(1_700_000_000_000)
let server: TestGateway

beforeAll(async () => {
  server = await openTestGateway({ clock, flags: ['--web.enable-admin-api'] })
})

afterAll(() => server.close())

beforeEach(() => server.send('PUT', '/api/v1/admin/wipe'))

const push = (path: string, body: string) => server.send('PUT', `/metrics${path}`, { body })
const see = async (path: string) => (await server.send('GET', path)).body
const addressOf = (labels: object) => `labels=${encodeURIComponent(JSON.stringify(labels))}`

const sendForm = (path: string, form: string, headers: Record<string, string> = {}) =>
  server.send('POST', path, {
    body: form,
    headers: {
      'Content-Type': 'application/x-www-form-urlencoded',
      'Sec-Fetch-Site': 'same-origin',
      ...headers,
    },
  })

test('an empty gateway says so', async () => {
  expect(await see('/')).toContain('Nothing has been pushed yet.')
})

test('a group is listed with its age, its series and its size', async () => {
  await push('/job/backup/zone/a', 'a 1\nb 2\n')
  await clock.advance(300_000)
  const page = await see('/')
  expect(page).toContain('{job=&quot;backup&quot;, zone=&quot;a&quot;}')
  expect(page).toContain('<td>5 min ago</td>')
  expect(page).toMatch(/1 group · 2 series · \d+ B/)
})

test('a push that was refused is seen beside the age of the one that counts', async () => {
  await push('/job/a', 'a 1\n')
  await clock.advance(3_600_000)
  await push('/job/a', 'a 1 1700000000000\n')
  await clock.advance(60_000)
  const page = await see('/')
  expect(page).toContain('61 min ago <span class="badge critical">refused 60 s ago</span>')
  await push('/job/a', 'a 1\n')
  expect(await see('/')).not.toContain('refused')
})

test('a group whose every push was refused has never been pushed', async () => {
  await push('/job/a', 'a 1 1700000000000\n')
  expect(await see('/')).toContain('<td>never <span class="badge critical">refused 0 s ago</span>')
})

test('groups are found, and come a page at a time', async () => {
  for (let i = 10; i < 15; i++) await push(`/job/j${i}`, 'a 1\n')
  const first = await see('/?limit=2')
  expect(jobsIn(first)).toEqual(['j10', 'j11'])
  expect(first).toContain('Page 1 of 3')
  expect(first).toContain('<a href="./?page=2&amp;limit=2" rel="next">Next</a>')
  expect(jobsIn(await see('/?limit=2&page=3'))).toEqual(['j14'])
  expect(jobsIn(await see('/?sort=-name&limit=2'))).toEqual(['j14', 'j13'])
  const found = await see('/?search=job%3D~%22j1%5B12%5D%22')
  expect(jobsIn(found)).toEqual(['j11', 'j12'])
  expect(found).toContain('2 of 5 groups')
  expect(await see('/?search=nothing')).toContain('No group is like that.')
})

const jobsIn = (page: string) =>
  [...page.matchAll(/<code>\{job=&quot;(.*?)&quot;\}<\/code>/g)].map(([, job]) => job)

test('a query that is wrong is answered by a page that says what would be right', async () => {
  const { status, body, headers } = await server.send('GET', '/?sort=colour')
  expect(status).toBe(400)
  expect(headers['content-type']).toBe('text/html; charset=utf-8')
  expect(body).toContain('sort is one of name, age, series, size')
})

test('a group opens with its families, their help and their lines', async () => {
  const body = '# HELP a What a is.\n# TYPE a gauge\na{x="1"} 1\na{x="2"} 2\n'
  await push('/job/g', `${body}# TYPE s summary\ns{quantile="0.5"} 3\ns_sum 4\ns_count 5\n`)
  const page = await see(`/group?${addressOf({ job: 'g' })}`)
  expect(page).toContain('<p>What a is.</p>')
  expect(page).toMatch(/<code>a<\/code> <span class="badge info">gauge<\/span>/)
  expect(page).toContain('a{instance=&quot;&quot;,job=&quot;g&quot;,x=&quot;2&quot;} 2</pre>')
  expect(page).toContain('s_count{instance=&quot;&quot;,job=&quot;g&quot;} 5</pre>')
})

test('of a large group 500 lines are shown at a time', async () => {
  const gauges = Array.from({ length: 700 }, (_, i) => `a{x="${1000 + i}"} ${i}\n`).join('')
  const bucket = (i: number) =>
    `h_bucket{x="${i}",le="+Inf"} ${i}\nh_sum{x="${i}"} ${i}\nh_count{x="${i}"} ${i}\n`
  const histograms = Array.from({ length: 200 }, (_, i) => bucket(1000 + i)).join('')
  await push('/job/g', `${gauges}# TYPE h histogram\n${histograms}`)
  const shown: string[] = []
  for (const page of [1, 2, 3]) {
    const text = await see(`/group?${addressOf({ job: 'g' })}&page=${page}`)
    shown.push(...linesIn(text))
    expect(text).toContain(`of 1,300`)
  }
  const metrics = await server.send('GET', '/metrics')
  const scraped = metrics.body.split('\n').filter((line) => /^[ah](_\w+)?\{/.test(line))
  expect(shown).toEqual(scraped)
})

const linesIn = (page: string) =>
  [...page.matchAll(/<pre[^>]*>(.*?)<\/pre>/gs)].flatMap(([, text = '']) =>
    text.replaceAll('&quot;', '"').split('\n'),
  )

test('what was pushed cannot become markup, wherever it is shown', async () => {
  const evil = `"><script>alert(1)</script><img src=x onerror='alert(2)'>`
  const job = `/job@base64/${Buffer.from(evil).toString('base64url')}`
  const value = evil.replaceAll('"', '\\"')
  const pushed = await push(job, `# HELP a ${evil}\n# TYPE a gauge\na{x="${value}"} 1\n`)
  expect(pushed.status).toBe(200)
  const address = addressOf({ job: evil })
  const asked = encodeURIComponent(evil)
  const paths = ['/', `/?search=${asked}`, `/?sort=${asked}`, '/status', `/?deleted=${asked}`]
  for (const path of [
    ...paths,
    `/group?${address}`,
    `/delete?${address}`,
    `/group?labels=${asked}`,
  ]) {
    const page = await see(path)
    expect(page).toContain('<!DOCTYPE html>')
    expect(page).not.toMatch(/<script|<img|onerror='/)
  }
})

test('a page runs nothing, fetches nothing and stands in no frame', async () => {
  for (const path of ['/', '/status', '/?page=no', '/group?labels={}']) {
    const { headers, body } = await server.send('GET', path)
    const policy = String(headers['content-security-policy'])
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/=]+'; img-src data:; /)
    expect(policy).toContain("frame-ancestors 'none'")
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(body).not.toMatch(/<script|<iframe|\son\w+=|style="|(?:src|href)="(?:https?:)?\/\//)
  }
})

test('a group is deleted by a form that names it and its series', async () => {
  await push('/job/gone/zone/a', 'a 1\nb 2\n')
  await push('/job/kept', 'c 1\n')
  const labels = { job: 'gone', zone: 'a' }
  const form = await see(`/delete?${addressOf(labels)}`)
  expect(form).toContain('{job=&quot;gone&quot;, zone=&quot;a&quot;}')
  expect(form).toContain('<button class="critical">Delete group with 2 series</button>')
  expect(form).toContain('<form class="below" method="post" action="delete">')
  const answer = await sendForm('/delete', addressOf(labels))
  expect(answer.status).toBe(303)
  const list = await see(`/${String(answer.headers.location).slice(2)}`)
  expect(list).toContain('<span class="badge ok">deleted</span>')
  expect(jobsIn(list.slice(list.indexOf('<table>')))).toEqual(['kept'])
  await push('/job/gone/zone/a', 'a 1\n')
  expect(await see(`/${String(answer.headers.location).slice(2)}`)).not.toContain('>deleted<')
})

test('a form that asks about a group that is gone says so', async () => {
  const { status, body } = await server.send('GET', `/delete?${addressOf({ job: 'x' })}`)
  expect(status).toBe(404)
  expect(body).toContain('there is none')
})

test.each([
  { 'Sec-Fetch-Site': 'cross-site' },
  { 'Sec-Fetch-Site': 'same-site' },
  { 'Sec-Fetch-Site': 'cross-site', Origin: 'http://evil.example' },
])('a form of another site deletes nothing: %j', async (headers) => {
  await push('/job/kept', 'a 1\n')
  for (const path of ['/delete', '/wipe']) {
    const answer = await sendForm(path, addressOf({ job: 'kept' }), headers)
    expect(answer.status).toBe(403)
    expect(answer.body).toContain('the form came from another site')
  }
  expect(jobsIn(await see('/'))).toEqual(['kept'])
})

test('reading an address never deletes', async () => {
  await push('/job/kept', 'a 1\n')
  await see(`/delete?${addressOf({ job: 'kept' })}`)
  await see('/wipe')
  expect(jobsIn(await see('/'))).toEqual(['kept'])
})

test('all groups are deleted after a question', async () => {
  await push('/job/a', 'a 1\n')
  await push('/job/b', 'b 1\n')
  expect(await see('/')).toContain('href="wipe"')
  expect(await see('/wipe')).toContain('All 2 groups with their 2 series are deleted.')
  expect((await sendForm('/wipe', '')).status).toBe(303)
  expect(await see('/')).toContain('Nothing has been pushed yet.')
})

test('without the admin API there is no way to delete everything', async () => {
  const plain = await openTestGateway()
  await plain.send('PUT', '/metrics/job/a', { body: 'a 1\n' })
  expect((await plain.send('GET', '/')).body).not.toContain('wipe')
  expect((await plain.send('GET', '/wipe')).status).toBe(404)
  const headers = { 'Sec-Fetch-Site': 'same-origin' }
  expect((await plain.send('POST', '/wipe', { headers })).status).toBe(404)
  await plain.close()
})

test('under a prefix every link stays below it', async () => {
  const below = await openTestGateway({ flags: ['--web.route-prefix=/push/gate'] })
  await below.send('PUT', '/push/gate/metrics/job/a', { body: 'a 1\n' })
  const address = addressOf({ job: 'a' })
  for (const path of ['', 'status', `group?${address}`, `delete?${address}`]) {
    const { status, body } = await below.send('GET', `/push/gate/${path}`)
    expect(status).toBe(200)
    const links = [...body.matchAll(/(?:href|action)="([^"]*)"/g)].map(([, link = '']) => link)
    expect(links.length).toBeGreaterThan(3)
    expect(links.filter((link) => link.startsWith('/') || link.includes('..'))).toEqual([])
  }
  await below.close()
})

test('the status page shows what is held, how durable it is, and the flags', async () => {
  await push('/job/a', 'a 1\nb 1\n')
  const page = await see('/status')
  expect(page).toContain('<dt>Series</dt><dd>2</dd>')
  expect(page).toContain('<dt>State</dt><dd>ready</dd>')
  expect(page).toContain('<dt>Synced</dt><dd>before each answer</dd>')
  expect(page).toContain('<dt>web.enable-admin-api</dt><dd>true</dd>')
  expect(page).toContain('2023-11-14')
})

test('programs read the same list as JSON', async () => {
  await push('/job/a/zone/z', 'a 1\n')
  await push('/job/b', 'b 1 1700000000000\n')
  await clock.advance(1500)
  const { headers, body } = await server.send('GET', '/api/v1/groups?limit=1')
  expect(headers['content-type']).toBe('application/json')
  expect(headers['access-control-allow-origin']).toBeUndefined()
  expect(JSON.parse(body)).toEqual({
    status: 'success',
    data: {
      total: { groups: 2, series: 1, bytes: expect.any(Number) },
      page: 1,
      pages: 2,
      limit: 1,
      groups: [
        {
          labels: { job: 'a', zone: 'z' },
          push_time: new Date(clock.nowMs() - 1500).toISOString(),
          push_failure_time: null,
          last_push_successful: true,
          age_seconds: 1.5,
          series: 1,
          bytes: expect.any(Number),
        },
      ],
    },
  })
  const second = await server.send('GET', '/api/v1/groups?limit=1&page=2')
  expect(JSON.parse(second.body).data.groups[0]).toMatchObject({
    labels: { job: 'b' },
    push_time: null,
    last_push_successful: false,
    age_seconds: null,
    series: 0,
  })
  const beyond = await server.send('GET', '/api/v1/groups?limit=1&page=3')
  expect(JSON.parse(beyond.body).data.groups).toEqual([])
})

test('a program that asks wrongly gets 400 in the shape of the API', async () => {
  const { status, body } = await server.send('GET', '/api/v1/groups?match[]=up')
  expect(status).toBe(400)
  expect(JSON.parse(body)).toMatchObject({ status: 'error', errorType: 'bad_data' })
})
