import { describe, test } from '@jest/globals'
import { hasRedis, openRedis } from '#test/redis'
import { queueConformance, type StoreUnderTest } from './queue.conformance.ts'

if (hasRedis()) queueConformance(openStore)
else describe.skip('on Redis', () => test('needs redis-server', () => {}))

async function openStore(): Promise<StoreUnderTest> {
  const redis = await openRedis()
  return { options: { redisUrl: redis.url }, ...redis }
}
