/** `alertmanager.yml`, read strictly into what the pipeline works with. */
import { readFile } from 'node:fs/promises'
import { fault } from '#api/errors'
import { messageOf } from '#lib/errors'
import { type Route, routesById } from '../arrival/routing.ts'
import type { InhibitRule } from '../flush/inhibition.ts'
import { notifierKinds } from '../notifiers/index.ts'
import { type GlobalConfig, globalDefaults, readGlobal } from './global.ts'
import { readInhibitRule } from './inhibit-rule.ts'
import { fields, list, masked, openYaml, type Place, refusal } from './reader.ts'
import { type Receiver, readReceiver } from './receiver.ts'
import { readRoot } from './route.ts'

export interface AlertConfig {
  /** The file as it stands, with secrets masked: what the status shows. */
  readonly shown: string
  readonly global: GlobalConfig
  readonly root: Route
  readonly routes: ReadonlyMap<string, Route>
  readonly inhibitRules: readonly InhibitRule[]
  readonly receivers: ReadonlyMap<string, Receiver>
}

const keys = {
  known: ['global', 'route', 'receivers', 'inhibit_rules'],
  later: ['templates', 'time_intervals', 'mute_time_intervals', 'tracing', 'event_recorder'],
}

const declaredGlobals = notifierKinds.map(({ globals = {} }) => globals)

export async function loadConfig(path: string): Promise<AlertConfig> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    throw fault('ALERT_CONFIG_UNREADABLE', { file: path, reason: messageOf(cause) })
  }
  return parseConfig(text, path)
}

/** Throws ALERT_CONFIG_INVALID with the place of the first thing that is wrong. */
export function parseConfig(text: string, path: string): AlertConfig {
  const top = openYaml(text, path)
  const own = fields(top, keys)
  const global = own.optional('global', (at) => readGlobal(at, declaredGlobals)) ?? globalDefaults
  const receivers = new Map<string, Receiver>()
  const addReceiver = (at: Place) => {
    const receiver = readReceiver(at, global)
    if (receivers.has(receiver.name))
      throw refusal(at, `notification config name "${receiver.name}" is not unique`)
    receivers.set(receiver.name, receiver)
  }
  own.optional('receivers', list(addReceiver))
  const root = own.required('route', (at) => readRoot(at, new Set(receivers.keys())))
  const secrets = [
    ...global.secrets,
    ...[...receivers.values()].flatMap(({ integrations }) =>
      integrations.flatMap((integration) => integration.secrets),
    ),
  ]
  return {
    shown: masked(text, secrets),
    global,
    root,
    routes: routesById(root),
    inhibitRules: own.optional('inhibit_rules', list(readInhibitRule)) ?? [],
    receivers,
  }
}
