import { expect, test } from '@jest/globals'
import { hasRedis, openRedis } from '#test/redis'
import { until } from '#test/until'
import { temporaryFolder } from './child.ts'
import { postAlert, promptMails, startZstone } from './zstone.ts'

const withRedis = hasRedis() ? test : test.skip

withRedis(
  'with queues on Redis, an alert is mailed once, also when Redis dies and comes back',
  async () => {
    await using stack = new AsyncDisposableStack()
    const redis = await openRedis()
    stack.defer(() => redis.close())
    const zstone = await startZstone({
      dataDir: `${await temporaryFolder()}/data`,
      args: promptMails,
      env: { REDIS_URL: redis.url },
    })
    stack.defer(async () => void (await zstone.child.end('SIGTERM')))
    const mailsAbout = async (name: string) =>
      (await zstone.mails()).filter(({ subject }) => subject.includes(name))

    await postAlert(zstone, { alertname: 'FanStopped', node: 'n1' })
    await until(async () => (await mailsAbout('FanStopped')).length > 0)

    await redis.kill()
    await redis.start()
    await postAlert(zstone, { alertname: 'FanLoud', node: 'n1' })
    await until(async () => (await mailsAbout('FanLoud')).length > 0)
    expect(await mailsAbout('FanStopped')).toHaveLength(1)
    expect(await mailsAbout('FanLoud')).toHaveLength(1)
  },
)
