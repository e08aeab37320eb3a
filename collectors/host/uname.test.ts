import { expect, test } from '@jest/globals'
import { collected, falseNode } from '../fake/series.ts'
import { createUname } from './uname.ts'

test('the node says what it runs', async () => {
  expect(await collected(createUname({ files: falseNode, machine: 'x86_64' }))).toEqual({
    ['node_uname_info{domainname="(none)", machine="x86_64", nodename="store-17", ' +
      'release="6.12.0-zst", sysname="Linux", version="#1 SMP PREEMPT_DYNAMIC"}']: 1,
  })
})
