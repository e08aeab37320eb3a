import { expect, test } from '@jest/globals'
import { collected, falseNode } from '../fake/series.ts'
import { createUname } from './uname.ts'

test('the node says what it runs and what time it has', async () => {
  const clock = { nowMs: () => 1_763_712_000_250 }
  expect(await collected(createUname({ files: falseNode, machine: 'x86_64', clock }))).toEqual({
    ['node_uname_info{domainname="(none)", machine="x86_64", nodename="store-17", ' +
      'release="6.12.0-zst", sysname="Linux", version="#1 SMP PREEMPT_DYNAMIC"}']: 1,
    node_time_seconds: 1_763_712_000.25,
  })
})
