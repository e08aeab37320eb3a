/** `alertmanager.yml`, read strictly into what the pipeline works with. */
import { readFile } from 'node:fs/promises'
import { fault } from '#api/errors'
import { messageOf } from '#lib/errors'
import { type Route, routesById } from '../arrival/routing.ts'
import type { InhibitRule } from '../flush/inhibition.ts'
import { notifierKinds } from '../notifiers/index.ts'
import {
  createNotificationTemplates,
  type NotificationTemplates,
} from '../templates/notification-templates.ts'
import { detours } from '../watch/detour.ts'
import { readEventRecorder } from './event-recorder.ts'
import { type GlobalConfig, globalDefaults, readGlobal } from './global.ts'
import { readInhibitRule } from './inhibit-rule.ts'
import type { MatcherMode } from './matchers.ts'
import {
  type Fields,
  fields,
  isNothing,
  list,
  masked,
  openYaml,
  type Place,
  type Remark,
  refusal,
  text,
  type Where,
  whereOf,
} from './reader.ts'
import { type Receiver, readReceiver } from './receiver.ts'
import { readRoot } from './route.ts'
import { readTemplateFiles } from './template-files.ts'
import { type NamedInterval, readNamedInterval } from './time-intervals.ts'
import { readTracing } from './tracing.ts'

export interface AlertConfig {
  /** The file as it stands, with secrets masked: what the status shows. */
  readonly shown: string
  readonly global: GlobalConfig
  readonly root: Route
  readonly routes: ReadonlyMap<string, Route>
  readonly inhibitRules: readonly InhibitRule[]
  readonly receivers: ReadonlyMap<string, Receiver>
  readonly intervals: ReadonlyMap<string, NamedInterval>
  /** What notifications are rendered by. */
  readonly templates: NotificationTemplates
  /** What was accepted and is worth a word. */
  readonly remarks: readonly Remark[]
  /** Where each route, receiver, rule and interval stands. */
  readonly places: ReadonlyMap<object, Where>
}

export interface ReadingOptions {
  /** Which grammar matchers are of; default: both. */
  readonly matchers?: MatcherMode
}

const keys = {
  known: [
    'global',
    'route',
    'receivers',
    'inhibit_rules',
    'time_intervals',
    'mute_time_intervals',
    'tracing',
    'event_recorder',
    'templates',
  ],
}

const declaredGlobals = notifierKinds.map(({ globals = {} }) => globals)

export async function loadConfig(path: string, options?: ReadingOptions): Promise<AlertConfig> {
  let content: string
  try {
    content = await readFile(path, 'utf8')
  } catch (cause) {
    throw fault('ALERT_CONFIG_UNREADABLE', { file: path, reason: messageOf(cause) })
  }
  const { config, templates } = parseFile(content, path, options)
  return { ...config, templates: await readTemplateFiles(templates, path) }
}

/**
 * Throws ALERT_CONFIG_INVALID with the place of the first thing that is wrong. The files that
 * `templates` names are not read: what is rendered is rendered by the default ones.
 */
export function parseConfig(content: string, path: string, options?: ReadingOptions): AlertConfig {
  return parseFile(content, path, options).config
}

interface ParsedFile {
  readonly config: AlertConfig
  /** The patterns that name files of templates. */
  readonly templates: readonly Place[]
}

function parseFile(
  content: string,
  path: string,
  { matchers = 'fallback' }: ReadingOptions = {},
): ParsedFile {
  const top = openYaml(content, path, matchers)
  if (isNothing(top)) throw refusal(top, 'no route provided in config')
  const own = fields(top, keys)
  const places = new Map<object, Where>()
  const note: Note = (value, at) => {
    places.set(value, whereOf(at))
    return value
  }
  const global = own.optional('global', (at) => readGlobal(at, declaredGlobals)) ?? globalDefaults
  const receivers = readReceivers(own, global, note)
  const intervals = readIntervals(own, note)
  const root = own.optional('route', (at) => readRoot(at, { receivers, intervals, note }))
  if (root === undefined) throw refusal(top, 'no routes provided')
  const rule = (at: Place) => note(readInhibitRule(at), at)
  const secrets = [
    ...global.secrets,
    ...[...receivers.values()].flatMap(secretsOf),
    ...(own.optional('tracing', readTracing) ?? []),
    ...(own.optional('event_recorder', readEventRecorder) ?? []),
  ]
  const config: AlertConfig = {
    shown: masked(content, secrets),
    global,
    root,
    routes: new Map([...routesById(root), ...detours(root, receivers)]),
    inhibitRules: own.optional('inhibit_rules', list(rule)) ?? [],
    receivers,
    intervals,
    templates: createNotificationTemplates(),
    remarks: top.source.remarks,
    places,
  }
  return { config, templates: own.optional('templates', list(filePattern)) ?? [] }
}

function filePattern(at: Place): Place {
  if (text(at) === '') throw refusal(at, `${at.path} names no file`)
  return at
}

/** Remembers where a value stands. */
type Note = <T extends object>(value: T, at: Place) => T

function readReceivers(own: Fields, global: GlobalConfig, note: Note) {
  const found = new Map<string, Receiver>()
  const read = (at: Place) => {
    const receiver = note(readReceiver(at, global), at)
    if (found.has(receiver.name))
      throw refusal(at, `notification config name "${receiver.name}" is not unique`)
    found.set(receiver.name, receiver)
  }
  own.optional('receivers', list(read))
  return found
}

/** Both lists share their names. */
function readIntervals(own: Fields, note: Note) {
  const found = new Map<string, NamedInterval>()
  const read = (what: string) => (at: Place) => {
    const interval = note(readNamedInterval(at, what), at)
    if (found.has(interval.name)) throw refusal(at, `${what} "${interval.name}" is not unique`)
    found.set(interval.name, interval)
  }
  own.optional('mute_time_intervals', list(read('mute time interval')))
  own.optional('time_intervals', list(read('time interval')))
  return found
}

const secretsOf = ({ integrations }: Receiver) => integrations.flatMap(({ secrets }) => secrets)
