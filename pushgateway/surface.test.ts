import { expect, test } from '@jest/globals'
import { openTestGateway, type TestGateway, type TestGatewayOptions } from './fake/gateway.ts'

async function withGateway(
  options: TestGatewayOptions,
  run: (server: TestGateway) => Promise<void>,
): Promise<void> {
  const server = await openTestGateway(options)
  try {
    await run(server)
  } finally {
    await server.close()
  }
}

test('a wipe deletes every group, more than one round of them too', async () => {
  await withGateway({ flags: ['--web.enable-admin-api'] }, async (server) => {
    for (let i = 0; i < 600; i++) await server.send('PUT', `/metrics/job/j${i}`, { body: 'm 1\n' })
    expect(server.gateway.groups()).toHaveLength(600)
    expect(await server.send('PUT', '/api/v1/admin/wipe')).toMatchObject({ status: 202, body: '' })
    expect(server.gateway.groups()).toEqual([])
    expect(await server.exposed()).toEqual([])
  })
})

test('without its flag the admin API is not there', async () => {
  await withGateway({}, async (server) => {
    await server.send('PUT', '/metrics/job/j', { body: 'm 1\n' })
    const refused = await server.send('PUT', '/api/v1/admin/wipe')
    expect(refused).toMatchObject({ status: 404, body: '404 page not found\n' })
    expect(server.gateway.groups()).toHaveLength(1)
  })
})

test('/-/quit ends the program by PUT and POST where that is allowed, after the answer', async () => {
  for (const method of ['PUT', 'POST']) {
    let quits = 0
    const quit = new Promise<void>((resolve) => {
      const onQuit = () => {
        quits++
        resolve()
      }
      const flags = ['--web.enable-lifecycle']
      void withGateway({ flags, onQuit }, async (server) => {
        const refused = await server.send('GET', '/-/quit')
        expect(refused).toMatchObject({ status: 405, body: 'Only POST or PUT requests allowed.' })
        expect(quits).toBe(0)
        expect(await server.send(method, '/-/quit')).toMatchObject({
          status: 200,
          body: 'Requesting termination... Goodbye!',
        })
      })
    })
    await quit
    expect(quits).toBe(1)
  }
})

test('/-/quit is forbidden without its flag', async () => {
  const onQuit = () => {
    throw new Error('quit')
  }
  await withGateway({ onQuit }, async (server) => {
    for (const method of ['PUT', 'POST'])
      expect(await server.send(method, '/-/quit')).toMatchObject({
        status: 403,
        body: 'Lifecycle API is not enabled.',
      })
  })
})

test('a prefix and a telemetry path move everything but the form of a push', async () => {
  const flags = ['--web.external-url=http://x.example/pre/', '--web.telemetry-path=/m']
  await withGateway({ flags }, async (server) => {
    const status = async (method: string, path: string, body?: string) =>
      (await server.send(method, path, { body })).status
    expect(await status('PUT', '/pre/metrics/job/j', 'a 1\n')).toBe(200)
    expect(await status('PUT', '/metrics/job/j', 'a 1\n')).toBe(404)
    expect((await server.send('GET', '/pre/m')).body).toContain('a{instance="",job="j"} 1')
    expect(await status('GET', '/pre/metrics')).toBe(404)
    expect(await status('GET', '/pre/-/ready')).toBe(200)
    expect(await status('GET', '/pre/api/v1/metrics')).toBe(200)
    expect(await status('GET', '/')).toBe(404)
  })
})

test('the status API tells every flag as the command line would say it', async () => {
  await withGateway(
    { flags: ['--web.listen-address=a:1', '--web.listen-address=b:2'] },
    async (server) => {
      const { data } = JSON.parse((await server.send('GET', '/api/v1/status')).body)
      expect(data.flags).toMatchObject({
        'web.listen-address': 'a:1,b:2',
        'web.telemetry-path': '/metrics',
        'web.enable-lifecycle': 'false',
        'persistence.interval': '5m',
        'log.format': 'logfmt',
      })
      expect(Object.keys(data.build_information).sort()).toEqual(
        ['branch', 'buildDate', 'buildUser', 'goVersion', 'revision', 'version'].sort(),
      )
    },
  )
})

test('what it measures of itself bears the original’s names, refused pushes included', async () => {
  await withGateway({}, async (server) => {
    await server.send('PUT', '/metrics/job/j', { body: 'a 1\n' })
    await server.send('PUT', '/metrics/job/j', { body: 'a{ 1\n' })
    await server.send('DELETE', '/metrics/job/j')
    await server.send('GET', '/-/ready')
    await server.send('GET', '/api/v1/status')
    await server.send('GET', '/nothing')
    await server.send('GET', '/metrics')
    const text = await server.metrics.registry.metrics()
    const requests = text.match(/^pushgateway_http_requests_total\{.*$/gm)?.sort()
    expect(requests).toEqual([
      'pushgateway_http_requests_total{handler="api/v1/status",code="200",method="get"} 1',
      'pushgateway_http_requests_total{handler="delete",code="202",method="delete"} 1',
      'pushgateway_http_requests_total{handler="push",code="200",method="put"} 1',
      'pushgateway_http_requests_total{handler="push",code="400",method="put"} 1',
      'pushgateway_http_requests_total{handler="ready",code="200",method="get"} 1',
    ])
    for (const line of [
      '# TYPE pushgateway_http_push_duration_seconds summary',
      '# TYPE pushgateway_http_push_size_bytes summary',
      'pushgateway_http_push_duration_seconds_count{method="put"} 2',
      'pushgateway_http_push_size_bytes_sum{method="put"} 9',
      'promhttp_metric_handler_requests_total{code="200"} 1',
      'promhttp_metric_handler_requests_in_flight 0',
    ])
      expect(text).toContain(line)
    const [, labels = ''] = /^pushgateway_build_info\{(.*)\} 1$/m.exec(text) ?? []
    expect(labels.match(/\w+(?==)/g)).toEqual([
      'branch',
      'goarch',
      'goos',
      'goversion',
      'revision',
      'version',
    ])
  })
})
