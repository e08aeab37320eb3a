/** Reads `ethtool -m`: who the plugged module is, and what its sensors say. */
import { fault } from '#api/errors'

export interface Module {
  readonly identity: {
    readonly type: string
    readonly connector: string
    readonly vendor: string
    readonly part: string
    readonly revision: string
    readonly serial: string
  }
  readonly temperatureCelsius: number | undefined
  readonly volts: number | undefined
  /** One of a plain module, four or eight of a wide one; empty: it has no sensors. */
  readonly lanes: readonly Lane[]
  /** Whether its flags mean anything. */
  readonly hasFlags: boolean
  /** Those that are raised now. */
  readonly flags: readonly Flag[]
}

export interface Lane {
  /** From 1. */
  readonly lane: number
  readonly biasAmperes: number | undefined
  readonly transmitWatts: number | undefined
  readonly receiveWatts: number | undefined
}

export interface Flag {
  /** Such as `laser rx power low`. */
  readonly what: string
  readonly severity: 'alarm' | 'warning'
  /** Undefined: of the module as a whole. */
  readonly lane: number | undefined
}

/** Throws where the text is of no module. */
export function parseModule(text: string): Module {
  const rows = text.split('\n').flatMap(rowOf)
  const find = (name: string) => rows.find((row) => row.name === name)?.value
  if (find('identifier') === undefined) {
    const reason = text.trim().split('\n')[0]?.slice(0, 80) || 'nothing was printed'
    throw fault('ANSWER_UNREADABLE', { program: 'ethtool -m', reason: `no module: ${reason}` })
  }
  const flags = rows.flatMap(flagOf)
  return {
    identity: {
      type: inBrackets(find('identifier')),
      connector: inBrackets(find('connector')),
      vendor: find('vendor name') ?? '',
      part: find('vendor pn') ?? '',
      revision: find('vendor rev') ?? '',
      serial: find('vendor sn') ?? '',
    },
    temperatureCelsius: measured(find('module temperature'), 'degrees C'),
    volts: measured(find('module voltage'), 'V'),
    lanes: lanesOf(rows),
    hasFlags: rows.some(({ name, value }) => isFlag.test(name) && /^O(n|ff)$/.test(value)),
    flags,
  }
}

interface Row {
  readonly name: string
  readonly lane: number | undefined
  readonly value: string
}

/** `Laser tx bias current (Channel 1)          : 6.750 mA` */
function rowOf(text: string): Row[] {
  const colon = text.indexOf(':')
  if (colon < 0) return []
  const [, name, lane] =
    /^\s*(.*?)\s*(?:\(chan(?:nel)? ?(\d+)\))?\s*$/i.exec(text.slice(0, colon)) ?? []
  if (name === undefined || name === '') return []
  const value = text.slice(colon + 1).trim()
  return [{ name: name.toLowerCase(), lane: lane === undefined ? undefined : Number(lane), value }]
}

/** Modules of different standards call one thing by different names. */
const quantities = {
  biasAmperes: { names: /^laser (tx )?bias current$/, unit: 'mA' },
  transmitWatts: { names: /^(laser output power|transmit avg optical power)$/, unit: 'mW' },
  receiveWatts: {
    names: /^(receiver|rcvr) signal (avg|average) optical power$/,
    unit: 'mW',
  },
} as const

const lanesMax = 16

function lanesOf(rows: readonly Row[]): Lane[] {
  const lanes: Lane[] = []
  for (let lane = 1; lane <= lanesMax; lane++) {
    const find = ({ names, unit }: { names: RegExp; unit: string }) => {
      const row = rows.find((row) => names.test(row.name) && (row.lane ?? 1) === lane)
      const value = measured(row?.value, unit)
      return value === undefined ? undefined : value / 1000
    }
    const biasAmperes = find(quantities.biasAmperes)
    const transmitWatts = find(quantities.transmitWatts)
    const receiveWatts = find(quantities.receiveWatts)
    if ([biasAmperes, transmitWatts, receiveWatts].some((value) => value !== undefined))
      lanes.push({ lane, biasAmperes, transmitWatts, receiveWatts })
  }
  return lanes
}

const isFlag = /^(.*) (alarm|warning)$/

function flagOf({ name, lane, value }: Row): Flag[] {
  const [, what, severity] = isFlag.exec(name) ?? []
  if (value !== 'On' || what === undefined) return []
  return [{ what, severity: severity === 'alarm' ? 'alarm' : 'warning', lane }]
}

function measured(text: string | undefined, unit: string): number | undefined {
  const [, number, said] = /^(-?\d{1,9}(?:\.\d{1,9})?) ([^/]+?)\s*(?:\/.*)?$/.exec(text ?? '') ?? []
  return said === unit ? Number(number) : undefined
}

/** `0x03 (SFP)` */
const inBrackets = (text: string | undefined) => /\((.*)\)/.exec(text ?? '')?.[1] ?? text ?? ''
