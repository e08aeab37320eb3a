/** Keeps one Jira issue for each group: opened, updated, resolved and reopened. */
import {
  durationMs,
  type Fields,
  fields,
  list,
  type Place,
  refusal,
  text,
  truth,
  webUrl,
} from '../config/reader.ts'
import { attempt, readHttp } from './http-client.ts'
import { createJiraApi } from './jira-api.ts'
import { type IssueOptions, issueOf, type TextOption } from './jira-issue.ts'
import { type Keeping, keepIssue } from './jira-keeping.ts'
import type { NotifierKind } from './notifier.ts'
import { readTemplates } from './template-options.ts'
import { isTreeMap, tree, treeMap } from './tree.ts'

const templates = {
  project: '',
  issue_type: '',
  priority: '{{ template "jira.default.priority" . }}',
}

const keys = {
  known: [
    'send_resolved',
    'http_config',
    'api_url',
    'api_type',
    ...Object.keys(templates),
    'summary',
    'description',
    'labels',
    'reopen_transition',
    'resolve_transition',
    'wont_fix_resolution',
    'reopen_duration',
    'fields',
  ],
}

/** An attempt is up to five requests. */
const patienceMs = 30_000

export const jira: NotifierKind = {
  name: 'jira',
  key: 'jira_configs',
  sendsResolvedByDefault: true,
  globals: { plain: ['jira_api_url'] },
  read(at, global) {
    const own = fields(at, keys)
    const http = readHttp(own, global)
    const url = own.optional('api_url', webUrl) ?? global.own.optional('jira_api_url', webUrl)
    if (url === undefined) throw refusal(at, 'no global Jira Cloud URL set')
    const options = readIssue(own, at, url)
    const keeping = readKeeping(own)
    const isCloud = readIsCloud(own, at, url)
    return {
      sendResolved: own.optional('send_resolved', truth) ?? jira.sendsResolvedByDefault,
      secrets: http.secrets,
      open(world) {
        const client = http.open(world)
        return {
          timeoutMs: patienceMs,
          send: (message, signal) =>
            attempt(async () => {
              const issue = issueOf(options, message)
              const api = createJiraApi({ client, url, isCloud }, { message, signal })
              return keepIssue(keeping, issue, { api, message })
            }),
        }
      },
    }
  },
}

function readIssue(own: Fields, at: Place, url: string): IssueOptions {
  const texts = readTemplates(own, templates)
  if (texts.project === '') throw refusal(at, 'missing project in jira_config')
  if (texts.issue_type === '') throw refusal(at, 'missing issue_type in jira_config')
  return {
    texts,
    summary: readText(own, 'summary'),
    description: readText(own, 'description'),
    labels: own.optional('labels', list(text)) ?? [],
    fields: own.optional('fields', treeMap) ?? {},
    // Version 3 of the API takes documents where version 2 takes wiki text.
    takesDocuments: url.replace(/\/+$/, '').endsWith('/3'),
  }
}

/** A template, or a mapping that also says whether an issue that is there takes its text. */
function readText(own: Fields, name: 'summary' | 'description'): TextOption {
  const otherwise = { template: `{{ template "jira.default.${name}" . }}`, updates: true }
  const read = (at: Place): TextOption => {
    if (!isTreeMap(tree(at))) return { template: text(at), updates: true }
    const parts = fields(at, { known: ['template', 'enable_update'] })
    return {
      template: parts.optional('template', text) ?? otherwise.template,
      updates: parts.optional('enable_update', truth) ?? true,
    }
  }
  return own.optional(name, read) ?? otherwise
}

function readKeeping(own: Fields): Keeping {
  return {
    reopenTransition: own.optional('reopen_transition', text) ?? '',
    resolveTransition: own.optional('resolve_transition', text) ?? '',
    wontFixResolution: own.optional('wont_fix_resolution', text) ?? '',
    reopenDurationMs: own.optional('reopen_duration', durationMs) ?? 0,
  }
}

/** Jira Cloud searches elsewhere than Jira on one's own machines does. */
function readIsCloud(own: Fields, at: Place, url: string): boolean {
  const type = own.optional('api_type', text) ?? 'auto'
  if (!['auto', 'cloud', 'datacenter'].includes(type))
    throw refusal(at, `unknown api_type ${type} in jira_config: use auto, cloud or datacenter`)
  return type === 'auto' ? new URL(url).hostname.endsWith('.atlassian.net') : type === 'cloud'
}
