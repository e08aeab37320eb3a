import { expect, test } from '@jest/globals'
import { readConfig } from '#lib/config'
import { agentSettings } from './settings.ts'

const read = (...args: string[]) => readConfig(agentSettings('store-17'), { args, env: {} }).values

test('without flags an agent measures its host every fifteen seconds and pushes nowhere', () => {
  expect(read()).toEqual({
    instance: 'store-17',
    intervalMs: 15_000,
    listenAddress: '127.0.0.1:9100',
    pushUrl: undefined,
    remoteWriteUrl: undefined,
    remoteWriteTicks: 'missed',
    spoolDir: undefined,
    spoolSizeMax: 67_108_864,
    spoolAgeMsMax: 86_400_000,
    spoolPace: 5,
    cephPath: 'ceph',
    cephDiskOccupation: false,
    smartctlPath: 'smartctl',
    smartctlIntervalMs: 60_000,
  })
})

test('its flags have the names of the field', () => {
  const values = read(
    '--instance=a',
    '--interval=1s',
    '--web.listen-address=:9101',
    '--push.url=https://gateway:9091/prefix',
    '--remote-write.url=http://prometheus:9090/api/v1/write',
    '--remote-write.ticks=every',
    '--spool.dir=/var/spool/zstnlet',
    '--spool.size-max=1048576',
    '--spool.age-max=2h',
    '--spool.pace=20',
    '--ceph.path=',
    '--ceph.disk-occupation',
    '--smartctl.path=/usr/sbin/smartctl',
    '--smartctl.interval=5m',
  )
  expect(values).toEqual({
    instance: 'a',
    intervalMs: 1000,
    listenAddress: ':9101',
    pushUrl: 'https://gateway:9091/prefix',
    remoteWriteUrl: 'http://prometheus:9090/api/v1/write',
    remoteWriteTicks: 'every',
    spoolDir: '/var/spool/zstnlet',
    spoolSizeMax: 1_048_576,
    spoolAgeMsMax: 7_200_000,
    spoolPace: 20,
    cephPath: '',
    cephDiskOccupation: true,
    smartctlPath: '/usr/sbin/smartctl',
    smartctlIntervalMs: 300_000,
  })
})

test('what cannot be is refused with what would be right', () => {
  expect(() => read('--interval=0')).toThrow('more than nothing')
  expect(() => read('--push.url=gateway:9091')).toThrow('expected a URL such as')
})

test('the folder that systemd made for the service is the spool', () => {
  const env = { STATE_DIRECTORY: '/var/lib/zstnlet' }
  expect(readConfig(agentSettings('a'), { args: [], env }).values.spoolDir).toBe('/var/lib/zstnlet')
})
