import { expect, test } from '@jest/globals'
import { createManualClock } from '#lib/clock'
import { openHttp } from '#lib/http/server'
import { silentLog } from '#lib/log'
import { createFakeDisk } from '#test/fake-disk'
import { createArrivalLog } from '../arrival/arrival-log.ts'
import { openEarlyIntake } from '../arrival/early.ts'
import { parseConfig } from '../config/config.ts'
import { createEarlyHandle } from './early.ts'

const yaml = 'route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n'

test('before the store is open an alert is checked, kept on disk and acknowledged', async () => {
  const disk = createFakeDisk()
  const world = { clock: createManualClock(), log: silentLog, timeoutMs: 0 }
  const config = parseConfig(yaml, 'alertmanager.yml')
  const intake = await openEarlyIntake({ ...world, disk, folder: '/log', config })
  const handle = createEarlyHandle({ ...world, intake, mode: 'fallback' })
  const http = await openHttp(
    { name: 'the door', address: '127.0.0.1:0', flag: 'none' },
    (request, response) => {
      if (!handle(request, response)) response.writeHead(418).end()
    },
  )
  try {
    const post = (body: unknown) =>
      fetch(`${http.url}/api/v2/alerts`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      })
    expect((await post([{ labels: { alertname: 'A' } }])).status).toBe(200)
    expect((await post([{ labels: {} }, { labels: { alertname: 'B' } }])).status).toBe(400)
    expect((await fetch(`${http.url}/api/v2/alerts`)).status).toBe(418)
    await intake.close()
    expect((await post([{ labels: { alertname: 'C' } }])).status).toBe(418)
    const found: string[] = []
    const after = disk.afterCrash({ bytes: 0, names: 0, garbled: false })
    await createArrivalLog({ disk: after, folder: '/log', log: silentLog }).open((alerts) => {
      found.push(...alerts.map(({ labels }) => labels.alertname ?? ''))
      return 0
    })
    expect(found).toEqual(['A', 'B'])
  } finally {
    await http.close()
  }
})
