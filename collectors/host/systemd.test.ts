import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { createManualClock } from '#lib/clock'
import { createFakeProgram, type FakeProgram } from '../fake/program.ts'
import { collected } from '../fake/series.ts'
import { createSystemd } from './systemd.ts'

const manager = 'show --no-pager --property=Version,SystemState'
const units =
  'show --all --no-pager --property=Id,LoadState,ActiveState,Type,NAccepted,NConnections,' +
  'NRefused,LastTriggerUSec *'

let systemctl: FakeProgram
beforeEach(() => {
  systemctl = createFakeProgram('systemctl')
})
afterEach(() => systemctl.remove())

const booted = { stampOf: () => ({ word: '1', modifiedMs: 0 }) }
const systemd = (files = booted) =>
  createSystemd({ clock: createManualClock(), files, systemctlPath: systemctl.path })

const answers = {
  [manager]: 'Version=252 (252.39-1~deb12u2)\nSystemState=degraded\n',
  [units]: [
    'Id=ssh.service\nLoadState=loaded\nActiveState=active\nType=notify\n',
    'Id=osd@3.service\nLoadState=loaded\nActiveState=failed\nType=simple\n',
    'Id=gone.service\nLoadState=not-found\nActiveState=inactive\nType=\n',
    'Id=data.mount\nLoadState=loaded\nActiveState=active\n',
    'Id=api.socket\nLoadState=loaded\nActiveState=active\nNAccepted=7\nNConnections=2\n' +
      'NRefused=1\n',
    'Id=trim.timer\nLoadState=loaded\nActiveState=active\n' +
      'LastTriggerUSec=Fri 2026-11-20 06:30:00 UTC\n',
    'Id=never.timer\nLoadState=loaded\nActiveState=active\nLastTriggerUSec=n/a\n',
  ].join('\n'),
}

test('units are counted by state, and those that matter have their own series', async () => {
  systemctl.answer(answers)
  const series = await collected(systemd())
  expect(series).toMatchObject({
    'node_systemd_units{state="active"}': 5,
    'node_systemd_units{state="failed"}': 1,
    'node_systemd_units{state="inactive"}': 1,
    'node_systemd_units{state="activating"}': 0,
    'node_systemd_unit_state{name="osd@3.service", state="failed", type="simple"}': 1,
    'node_systemd_unit_state{name="osd@3.service", state="active", type="simple"}': 0,
    'node_systemd_unit_state{name="api.socket", state="active"}': 1,
    node_systemd_system_running: 0,
    'node_systemd_version{version="252 (252.39-1~deb12u2)"}': 252,
  })
  expect(Object.keys(series).filter((name) => /gone|data\.mount/.test(name))).toEqual([])
})

test('sockets say their connections, timers when they went off last', async () => {
  systemctl.answer(answers)
  expect(await collected(systemd())).toMatchObject({
    'node_systemd_socket_accepted_connections_total{name="api.socket"}': 7,
    'node_systemd_socket_current_connections{name="api.socket"}': 2,
    'node_systemd_socket_refused_connections_total{name="api.socket"}': 1,
    'node_systemd_timer_last_trigger_seconds{name="trim.timer"}':
      Date.UTC(2026, 10, 20, 6, 30) / 1000,
    'node_systemd_timer_last_trigger_seconds{name="never.timer"}': 0,
  })
})

test('a machine that systemd does not run is not asked', async () => {
  systemctl.answer({})
  expect(await collected(systemd({ stampOf: () => undefined as never }))).toEqual({})
})

test('a systemctl that refuses is said as such', async () => {
  systemctl.answer({ [manager]: { complaint: 'Failed to connect to bus', exitCode: 1 } })
  await expect(collected(systemd())).rejects.toThrow('systemctl: Failed to connect to bus')
})
