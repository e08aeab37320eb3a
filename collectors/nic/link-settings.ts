/** Reads `ethtool DEVICE`: what the port can do, what it offers, what came of it. */
import { fault } from '#api/errors'

export interface LinkMode {
  /** As ethtool names it: `25000baseSR`. */
  readonly mode: string
  readonly duplex: 'full' | 'half'
  readonly bitsPerSecond: number
}

export interface LinkSide {
  /** Empty: not reported. */
  readonly modes: readonly LinkMode[]
  readonly pause: boolean
  readonly asymmetricPause: boolean
  readonly autonegotiation: boolean
}

export interface LinkSettings {
  /** Such as `TP`, `FIBRE`. */
  readonly ports: readonly string[]
  readonly supported: LinkSide
  readonly advertised: LinkSide
  readonly autonegotiates: boolean | undefined
  /** Undefined: unknown, as of a link that is down. */
  readonly bitsPerSecond: number | undefined
  readonly duplex: 'full' | 'half' | undefined
  readonly isUp: boolean | undefined
}

export function parseLinkSettings(text: string): LinkSettings {
  const said = entriesOf(text)
  if (!said.has('Link detected') && !said.has('Speed') && !said.has('Supported ports')) {
    const reason = text.trim().split('\n')[0]?.slice(0, 80) || 'nothing was printed'
    throw fault('ANSWER_UNREADABLE', { program: 'ethtool', reason: `no link in it: ${reason}` })
  }
  const megabits = /^(\d{1,8})Mb\/s/.exec(said.get('Speed') ?? '')?.[1]
  return {
    ports: (said.get('Supported ports') ?? '').match(/[A-Za-z]+/g) ?? [],
    supported: sideOf(said, 'Supported', 'Supports'),
    advertised: sideOf(said, 'Advertised', 'Advertised'),
    autonegotiates: onOff(said.get('Auto-negotiation'), 'on'),
    bitsPerSecond: megabits === undefined ? undefined : Number(megabits) * 1e6,
    duplex: duplexes[said.get('Duplex') ?? ''],
    isUp: onOff(said.get('Link detected'), 'yes'),
  }
}

const duplexes: Readonly<Record<string, 'full' | 'half'>> = { Full: 'full', Half: 'half' }

/** The first word counts: newer ethtool says `no (No cable)`. */
function onOff(text: string | undefined, yes: string): boolean | undefined {
  return text === undefined || text === '' ? undefined : text.split(' ')[0] === yes
}

function sideOf(said: ReadonlyMap<string, string>, adjective: string, verb: string): LinkSide {
  const pause = said.get(`${adjective} pause frame use`) ?? ''
  return {
    modes: (said.get(`${adjective} link modes`) ?? '').split(' ').flatMap(modeOf),
    pause: pause.includes('Symmetric'),
    asymmetricPause: /Receive-only|Transmit-only/.test(pause),
    autonegotiation: said.get(`${verb} auto-negotiation`) === 'Yes',
  }
}

/** `25000baseCR/Full` */
function modeOf(text: string): LinkMode[] {
  const [, mode, megabits, duplex] = /^((\d{1,8})base\w*)\/(Full|Half)$/.exec(text) ?? []
  const way = duplexes[duplex ?? '']
  if (mode === undefined || way === undefined) return []
  return [{ mode, duplex: way, bitsPerSecond: Number(megabits) * 1e6 }]
}

/** A value may go on in lines below, which have no colon. */
function entriesOf(text: string): Map<string, string> {
  const said = new Map<string, string>()
  let last: string | undefined
  for (const row of text.split('\n')) {
    const [, name, value] = /^\s*([A-Z][\w -]*?):\s*(.*?)\s*$/.exec(row) ?? []
    if (name !== undefined) said.set(name, value ?? '')
    else if (last !== undefined) said.set(last, `${said.get(last)} ${row.trim()}`.trim())
    last = name ?? last
  }
  return said
}
