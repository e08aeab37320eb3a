/** Reads `proxy_url` and its siblings: which requests go through which proxy. */
import { BlockList, isIP } from 'node:net'
import { type Fields, list, mapping, type Place, refusal, text, truth } from '../config/reader.ts'

export type Environment = Readonly<Record<string, string | undefined>>

export interface ProxySettings {
  readonly places: readonly Place[]
  /** Headers for the proxy alone. */
  readonly connectHeaders: Readonly<Record<string, string>>
  /** The proxy on the way to `url`, with its login if it has one. */
  proxyFor(url: URL, environment: Environment): URL | undefined
}

export const proxyKeys = [
  'proxy_url',
  'no_proxy',
  'proxy_from_environment',
  'proxy_connect_header',
] as const

export const noProxy: ProxySettings = {
  places: [],
  connectHeaders: {},
  proxyFor: () => undefined,
}

export function readProxy(own: Fields, at: Place): ProxySettings {
  const proxy = own.optional('proxy_url', readProxyUrl)
  const exempt = own.optional('no_proxy', text) ?? ''
  const fromEnvironment = own.optional('proxy_from_environment', truth) ?? false
  const headers = own.optional('proxy_connect_header', mapping(list(secretText))) ?? noValues
  const refuse = (reason: string) => {
    throw refusal(at, reason)
  }
  if (headers.size > 0 && !fromEnvironment && proxy === undefined)
    refuse(
      'if proxy_connect_header is configured, proxy_url or proxy_from_environment must also be configured',
    )
  if (fromEnvironment && proxy !== undefined)
    refuse('if proxy_from_environment is configured, proxy_url must not be configured')
  if (fromEnvironment && exempt !== '')
    refuse('if proxy_from_environment is configured, no_proxy must not be configured')
  if (proxy === undefined && exempt !== '')
    refuse('if no_proxy is configured, proxy_url must also be configured')
  const values = [...headers.values()].flat()
  return {
    places: [...(proxy?.places ?? []), ...values.map(({ place }) => place)],
    connectHeaders: Object.fromEntries(
      [...headers].map(([name, given]) => [name, given.map((one) => one.value).join(', ')]),
    ),
    proxyFor(url, environment) {
      if (fromEnvironment) return environmentProxy(url, environment)
      return proxy === undefined || (exempt !== '' && isExempt(url, exempt)) ? undefined : proxy.url
    },
  }
}

interface HeaderValue {
  readonly place: Place
  readonly value: string
}

const noValues: ReadonlyMap<string, readonly HeaderValue[]> = new Map()

const secretText = (place: Place): HeaderValue => ({ place, value: text(place) })

const schemes = ['http:', 'https:', 'socks5:']

function readProxyUrl(place: Place) {
  const given = text(place)
  if (given === '') return undefined
  const url = URL.canParse(given) ? new URL(given) : undefined
  if (url === undefined || !schemes.includes(url.protocol))
    throw refusal(place, `unsupported proxy_url in ${place.path}: http, https or socks5 is needed`)
  return { url, places: url.password === '' ? [] : [place] }
}

function environmentProxy(url: URL, environment: Environment): URL | undefined {
  const named = (name: string) => environment[name] || environment[name.toLowerCase()] || ''
  const proxy = named(url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY')
  if (proxy === '' || isExempt(url, named('NO_PROXY'))) return undefined
  const full = /^[a-z0-9]+:\/\//i.test(proxy) ? proxy : `http://${proxy}`
  return URL.canParse(full) ? new URL(full) : undefined
}

/** Go's rules: this machine is never behind a proxy; a name stands for all below it too. */
export function isExempt(url: URL, noProxyList: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase()
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  const family = isIP(host)
  if (host === 'localhost' || (family !== 0 && isLoopback(host))) return true
  return noProxyList
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .filter((entry) => entry !== '')
    .some((entry) => matches(entry, { host, port, family }))
}

interface Target {
  readonly host: string
  readonly port: string
  /** 0 for a name. */
  readonly family: number
}

function matches(entry: string, { host, port, family }: Target): boolean {
  if (entry === '*') return true
  const [, network = '', prefix = ''] = /^([0-9a-f.:]+)\/(\d+)$/.exec(entry) ?? []
  if (network !== '') return family !== 0 && isWithin(host, network, Number(prefix))
  const [, name = entry, wantedPort] =
    isIP(entry) === 6 ? [] : (/^\[?(.*?)\]?(?::(\d+))?$/.exec(entry) ?? [])
  if (wantedPort !== undefined && wantedPort !== port) return false
  if (isIP(name) !== 0) return name === host
  if (family !== 0) return false
  const below = name.replace(/^\*?\.?/, '.')
  return host.endsWith(below) || (!/^\*?\./.test(name) && host === name)
}

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4')

function isWithin(host: string, network: string, prefix: number): boolean {
  const longest = isIP(network) === 6 ? 128 : 32
  if (isIP(network) === 0 || isIP(network) !== isIP(host) || prefix > longest) return false
  const block = new BlockList()
  block.addSubnet(network, prefix, familyOf(network))
  return block.check(host, familyOf(host))
}

const isLoopback = (host: string) => isWithin(host, '127.0.0.0', 8) || host === '::1'
