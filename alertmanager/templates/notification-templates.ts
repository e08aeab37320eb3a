/** The templates of a configuration, and how a notification is rendered by them. */
import { readFileSync } from 'node:fs'
import type { Notification } from '#api/alert'
import { createTemplates, isTemplateError, type Value } from '#template'
import type { Render } from '../notifiers/notifier.ts'
import { dataOf } from './data.ts'
import { createFunctions } from './functions.ts'

export interface NotificationTemplates {
  /** Parses a file of templates; throws a TemplateError that names the line. */
  add(name: string, source: string): void
  names(): readonly string[]
  renderOf(notification: Notification, nowMs: () => number): Render
}

const files = ['text.tmpl', 'chat.tmpl', 'paging.tmpl', 'mail.tmpl']

export function createNotificationTemplates(): NotificationTemplates {
  // Rendering is one synchronous call, so these are those of the call.
  let routeLabels: Value
  let clock = () => 0
  const functions = createFunctions({ nowMs: () => clock(), routeLabels: () => routeLabels })
  const templates = createTemplates({ functions, missingKey: 'zero' })
  for (const file of files)
    templates.add(file, readFileSync(new URL(file, import.meta.url), 'utf8'))
  return {
    add: templates.add,
    names: templates.names,
    renderOf(notification, nowMs) {
      const data = dataOf(notification)
      const render = (kind: 'text' | 'html') => (source: string) => {
        if (!source.includes('{{')) return source
        routeLabels = data.fields.get('RouteLabels')
        clock = nowMs
        return templates[kind](source, data)
      }
      return { text: render('text'), html: render('html') }
    },
  }
}

export type Preview =
  | { readonly kind: 'rendered'; readonly text: string }
  /** The message names template, line, column and action. */
  | { readonly kind: 'refused'; readonly reason: string }

export interface PreviewRequest {
  readonly templates: NotificationTemplates
  readonly source: string
  readonly as: 'text' | 'html'
  readonly nowMs: () => number
}

/** What a template would make of a notification. Nothing is sent. */
export function preview(request: PreviewRequest, notification: Notification): Preview {
  try {
    const render = request.templates.renderOf(notification, request.nowMs)
    return { kind: 'rendered', text: render[request.as](request.source) }
  } catch (error) {
    if (isTemplateError(error)) return { kind: 'refused', reason: error.message }
    throw error
  }
}
