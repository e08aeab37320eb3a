import { expect, test } from '@jest/globals'
import { readConfig } from '#lib/config'
import { toolSettings } from './tool-settings.ts'

const read = (...args: string[]) => readConfig(toolSettings, { args, env: {} }).values

test('expected speeds are pairs of a device and megabits', () => {
  expect(read('--nic.speed-expected=eth0=25000, *=10000').linkSpeeds).toEqual(
    new Map([
      ['eth0', 25e9],
      ['*', 10e9],
    ]),
  )
  expect(read().linkSpeeds).toBeUndefined()
  expect(() => read('--nic.speed-expected=fast')).toThrow('expected pairs such as eth0=25000')
})

test('passwords go to a controller by HTTPS alone', () => {
  expect(read('--redfish.url=https://192.0.2.7/').redfishUrl).toBe('https://192.0.2.7')
  expect(() => read('--redfish.url=http://192.0.2.7')).toThrow('expected a URL such as https://')
})

test('counters to export are a regular expression', () => {
  expect(read('--ethtool.metrics-include=^rx_').ethtoolInclude?.test('rx_bytes')).toBe(true)
  expect(() => read('--ethtool.metrics-include=(')).toThrow('ethtool.metrics-include')
})
