/** Requests that ours and the original answer alike. Each sees what the ones before have done. */

export interface Exchange {
  readonly method: string
  /** `{x}` stands for the id that the request which `keeps` x brought. */
  readonly path: string
  readonly body?: unknown
  /** In place of `body`, as it stands. */
  readonly text?: string
  /** Default: `application/json` where there is a body. */
  readonly type?: string | undefined
  readonly keeps?: string
  /** From which version on the original answers so, and what changed; ours is to say `status`. */
  readonly since?: string
  readonly status?: number
}

const minuteMs = 60_000

/** What the requests say of time, from when they are sent. */
export function requestsFrom(nowMs: number): readonly Exchange[] {
  const at = (minutes: number) => new Date(nowMs + minutes * minuteMs).toISOString()
  return [
    ...operators,
    ...strangePaths,
    ...postings(at),
    ...readings,
    ...silencings(at),
    ...silencedReadings,
  ]
}

const get = (path: string, more: Partial<Exchange> = {}): Exchange => ({
  method: 'GET',
  path,
  ...more,
})

const operators: readonly Exchange[] = [
  get('/-/healthy'),
  get('/-/ready'),
  get('/-/reload'),
  { method: 'POST', path: '/-/reload' },
  { method: 'PUT', path: '/-/healthy' },
  { method: 'HEAD', path: '/-/ready' },
  get('/api/v2/status'),
  get('/api/v2/receivers'),
]

const strangePaths: readonly Exchange[] = [
  get('/api/v2/'),
  get('/api/v2/nothing'),
  get('/api/v2/alerts/'),
  get('/api/v2/alerts/nothing'),
  get('/api/v2/alerts/groups/'),
  get('/api/v2/silence'),
  get('/api/v2/silence/'),
  { method: 'PUT', path: '/api/v2/alerts', body: [] },
  { method: 'DELETE', path: '/api/v2/alerts' },
  { method: 'PATCH', path: '/api/v2/silences', body: {} },
  { method: 'POST', path: '/api/v2/status', body: {} },
  { method: 'POST', path: '/api/v2/receivers', body: {} },
  { method: 'POST', path: '/api/v2/alerts/groups', body: [] },
  { method: 'POST', path: '/api/v2/silence/8f7d2ba1-0000-4000-8000-000000000000', body: {} },
  { method: 'HEAD', path: '/api/v2/alerts' },
  { method: 'OPTIONS', path: '/api/v2/silences' },
  get('/api/v1/alerts', { since: '0.27 took v1 away', status: 410 }),
  get('/api/v1/status', { since: '0.27 took v1 away', status: 410 }),
]

type At = (minutes: number) => string

function postings(at: At): readonly Exchange[] {
  const post = (body: unknown, more: Partial<Exchange> = {}): Exchange => ({
    method: 'POST',
    path: '/api/v2/alerts',
    body,
    ...more,
  })
  let odd = 0
  const one = (more: object, exchange: Partial<Exchange> = {}) =>
    post([{ labels: { alertname: 'Odd', n: String(odd++) }, ...more }], exchange)
  const over = { startsAt: at(-2), endsAt: at(-1) } // Resolved, so it is in no reading below.
  const newer = { since: '0.27 takes any name', status: 200 }
  const labelled = (labels: unknown, exchange: Partial<Exchange> = {}) =>
    post([{ labels, ...over }], exchange)
  const text = (given: string, type?: string) =>
    post(undefined, { text: given, ...(type !== undefined && { type }) })
  const plain = (labels: Record<string, string>) => ({
    labels,
    annotations: { summary: `about ${labels.alertname}` },
    startsAt: at(-5),
    endsAt: at(60),
    generatorURL: 'http://prometheus.example/graph?g0.expr=up',
  })
  return [
    post([]),
    post(null),
    post({}),
    post('text'),
    post(7),
    post([7]),
    post([[]]),
    post([{}]),
    text('', 'application/json'),
    text('[', 'application/json'),
    text('[]', 'text/plain'),
    text('[]', 'application/json; charset=utf-8'),
    text('[]', 'application/yaml'),
    text('[]', 'application/problem+json'),
    post([], { type: 'APPLICATION/JSON' }),
    labelled(null),
    labelled({}),
    labelled([]),
    labelled('a'),
    labelled({ alertname: 7 }),
    labelled({ alertname: null }),
    labelled({ alertname: '' }),
    labelled({ '': 'a' }),
    labelled({ 'a b': 'c', alertname: 'A' }, newer),
    labelled({ '1a': 'c' }, newer),
    labelled({ 'a-b': 'c' }, newer),
    one({ annotations: null }),
    one({ annotations: 7 }),
    one({ annotations: { 'a b': 'c' }, ...over }, newer),
    one({ annotations: { a: 7 } }),
    one({ generatorURL: '' }),
    one({ generatorURL: 'nonsense' }),
    one({ generatorURL: 'has space' }),
    one({ generatorURL: '/only/a/path' }),
    one({ generatorURL: '//host/path' }),
    one({ generatorURL: 'mailto:someone' }),
    one({ generatorURL: 'http://' }),
    one({ generatorURL: 'http://[::1' }),
    one({ generatorURL: 7 }),
    one({ startsAt: 'nonsense' }),
    one({ startsAt: 7 }),
    one({ startsAt: '' }),
    one({ startsAt: '2026-02-30T00:00:00Z' }),
    one({ ...over, startsAt: '2026-01-01' }, { since: '0.28 takes a bare day', status: 200 }),
    one({ startsAt: '2026-01-01 00:00:00Z' }),
    one({ startsAt: '2026-01-01T00:00' }),
    one({ startsAt: '2026-01-01T00:00Z' }),
    one({ startsAt: '2026-01-01T00:00:00' }),
    one({ startsAt: '2026-01-01T00:00:00+0100' }),
    one({ startsAt: '2026-01-01T24:00:00Z' }),
    one({ startsAt: '2026-01-01T00:00:60Z' }),
    one({ startsAt: '2026-01-01t00:00:00z' }),
    one({ startsAt: '26-01-01T00:00:00Z' }),
    one({ startsAt: at(0), endsAt: at(-1) }),
    one({ startsAt: at(1), endsAt: at(0) }),
    one({ unknown: 'field' }),
    post([plain({ alertname: 'Bad' }), { labels: {} }]),
    post([{ labels: {} }, { labels: {} }], { since: '0.30 joins by lines', status: 400 }),
    post([plain({ alertname: 'Twice', n: '1' }), plain({ alertname: 'Twice', n: '1' })]),
    post([
      plain({ alertname: 'Disk', severity: 'page', node: 'n1', team: 'storage' }),
      plain({ alertname: 'Disk', severity: 'warn', node: 'n1', team: 'storage' }),
      plain({ alertname: 'Disk', severity: 'warn', node: 'n2', team: 'storage' }),
      plain({ alertname: 'Net', severity: 'page', node: 'n2' }),
      plain({ alertname: 'Audit', audit: 'yes', empty: '' }),
      plain({ alertname: 'Quote"d', text: 'a\\b\nc', unicode: 'zürich 東京' }),
    ]),
    post([{ ...plain({ alertname: 'Gone' }), startsAt: at(-10), endsAt: at(-1) }]),
    post([{ ...plain({ alertname: 'Later' }), startsAt: at(10), endsAt: at(60) }]),
    post([
      {
        ...plain({ alertname: 'Zoned' }),
        startsAt: '2026-01-01T02:00:00.123456+02:00',
        endsAt: '2100-01-01T00:00:00Z',
      },
    ]),
  ]
}

const filters = [
  'alertname="Disk"',
  'alertname=Disk',
  'alertname = "Disk"',
  'alertname!="Disk"',
  'alertname=~"D.*"',
  'alertname=~"D"',
  'alertname!~"D.*"',
  'alertname=~".*"',
  'severity=""',
  'severity!=""',
  'missing=~"|x"',
  'alertname="Quote\\"d"',
  'text="a\\\\b\\nc"',
  'unicode="zürich 東京"',
  'alertname="',
  'alertname',
  '="x"',
  'alertname==x',
  'alertname=~"("',
  'alertname=~"(?=x)"',
  '',
]

const receivers = ['all', 'a', 'a.*', 'all|storage', '(', '', '.*', 'nobody', '^all$']

const truths = ['true', 'false', '1', '0', 't', 'F', 'no', 'maybe', '']

const readings: readonly Exchange[] = [
  get('/api/v2/alerts'),
  get('/api/v2/alerts/groups'),
  get('/api/v2/alerts?unknown=parameter'),
  ...filters.flatMap((filter) => [
    get(`/api/v2/alerts?filter=${encodeURIComponent(filter)}`),
    get(`/api/v2/alerts/groups?filter=${encodeURIComponent(filter)}`),
  ]),
  get('/api/v2/alerts?filter=alertname%3D%22Disk%22&filter=node%3D%22n1%22'),
  get('/api/v2/alerts?filter=alertname%3D%22Disk%22&filter=alertname%3D%22Net%22'),
  ...receivers.flatMap((receiver) => [
    get(`/api/v2/alerts?receiver=${encodeURIComponent(receiver)}`),
    get(`/api/v2/alerts/groups?receiver=${encodeURIComponent(receiver)}`),
  ]),
  get('/api/v2/alerts?receiver=all&receiver=storage'),
  ...['active', 'silenced', 'inhibited', 'unprocessed'].flatMap((name) =>
    truths.map((value) => get(`/api/v2/alerts?${name}=${value}`)),
  ),
  ...['active', 'silenced', 'inhibited'].map((name) => get(`/api/v2/alerts/groups?${name}=false`)),
  get('/api/v2/alerts?active=false&silenced=false&inhibited=false'),
  get('/api/v2/alerts?active=false&active=true'),
]

function silencings(at: At): readonly Exchange[] {
  const good = {
    matchers: [{ name: 'alertname', value: 'Net', isRegex: false }],
    startsAt: at(-1),
    endsAt: at(60),
    createdBy: 'tester',
    comment: 'known',
  }
  let posts = 0
  // Silences that end at one time have no order.
  const post = (body: unknown, more: Partial<Exchange> = {}): Exchange => ({
    method: 'POST',
    path: '/api/v2/silences',
    body:
      typeof body === 'object' && body !== null && 'endsAt' in body && body.endsAt === good.endsAt
        ? { ...body, endsAt: at(60 + ++posts) }
        : body,
    ...more,
  })
  const without = (name: keyof typeof good) => post({ ...good, [name]: undefined })
  const matching = (...matchers: unknown[]) => post({ ...good, matchers })
  const matcher = (name: unknown, value: unknown, more: object = { isRegex: false }) => ({
    name,
    value,
    ...more,
  })
  const noSuch = '8f7d2ba1-0000-4000-8000-000000000000'
  return [
    post(null),
    post([]),
    post({}),
    post(undefined, { text: '{', type: 'application/json' }),
    post(undefined, { text: '{}', type: 'text/plain' }),
    post(undefined, { text: '', type: 'application/json' }),
    without('matchers'),
    without('startsAt'),
    without('endsAt'),
    without('createdBy'),
    without('comment'),
    post({ ...good, createdBy: '' }),
    post({ ...good, comment: '' }),
    post({ ...good, comment: 7 }),
    post({ ...good, startsAt: 'nonsense' }),
    post({ ...good, startsAt: '' }),
    post({ ...good, endsAt: at(-1), startsAt: at(-2) }),
    post({ ...good, startsAt: at(2), endsAt: at(1) }),
    post({ ...good, startsAt: at(2), endsAt: at(2) }),
    matching(),
    matching({}),
    matching(7),
    matching(matcher('', 'x')),
    matching(matcher('a', undefined)),
    matching(matcher('a', 'b', {})),
    matching(matcher('a', 'b', { isRegex: 'yes' })),
    matching(matcher('a', 7)),
    matching(matcher('a', '')),
    matching(matcher('a', '.*', { isRegex: true })),
    matching(matcher('a', '(', { isRegex: true })),
    matching(matcher('a', '(?=x)', { isRegex: true })),
    matching(matcher('a', 'b', { isRegex: false, isEqual: false })),
    matching(matcher('a', ''), matcher('b', '')),
    post({ ...good, id: noSuch }),
    post({ ...good, id: 'nonsense' }),
    post({ ...good, id: '' }, { keeps: 'net' }),
    post({ ...good, unknown: 'field' }, { keeps: 'unknown' }),
    { method: 'DELETE', path: '/api/v2/silence/{unknown}' },
    post(
      {
        ...good,
        comment: 'regex',
        matchers: [
          matcher('alertname', 'D.*', { isRegex: true, isEqual: true }),
          matcher('node', 'n1', { isRegex: false, isEqual: false }),
        ],
      },
      { keeps: 'disk' },
    ),
    post({ ...good, comment: 'pending', startsAt: at(30), endsAt: at(90) }, { keeps: 'pending' }),
    post({ ...good, comment: 'sooner', startsAt: at(20), endsAt: at(40) }, { keeps: 'sooner' }),
    get('/api/v2/silences'),
    get('/api/v2/silence/{net}'),
    get('/api/v2/silence/{disk}'),
    get(`/api/v2/silence/${noSuch}`),
    get('/api/v2/silence/nonsense'),
    { method: 'DELETE', path: '/api/v2/silence/nonsense' },
    {
      method: 'DELETE',
      path: `/api/v2/silence/${noSuch}`,
      since: '0.28 says 404, 0.25 said 500',
      status: 404,
    },
    ...[
      'alertname="Net"',
      'alertname=Net',
      'node!="n1"',
      'alertname=~"D.*"',
      'x="y"',
      'x',
      'a=~"("',
    ]
      .map(encodeURIComponent)
      .map((filter) => get(`/api/v2/silences?filter=${filter}`)),
    { method: 'DELETE', path: '/api/v2/silence/{sooner}' },
    get('/api/v2/silence/{sooner}'),
    get('/api/v2/silences'),
  ]
}

const silencedReadings: readonly Exchange[] = [
  get('/api/v2/alerts'),
  get('/api/v2/alerts/groups'),
  get('/api/v2/alerts?silenced=false'),
  get('/api/v2/alerts?active=false'),
  get('/api/v2/alerts?inhibited=false'),
  get('/api/v2/alerts?inhibited=false&silenced=false&active=false'),
  get('/api/v2/alerts/groups?silenced=false'),
  get('/api/v2/alerts/groups?active=false'),
  { method: 'DELETE', path: '/api/v2/silence/{net}' },
  get('/api/v2/alerts?silenced=false'),
  { method: 'DELETE', path: '/api/v2/silence/{disk}' },
  get('/api/v2/alerts/groups'),
]
