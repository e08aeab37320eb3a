/** Reads the files that `templates:` names, relative to the configuration. */
import { glob, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { fault } from '#api/errors'
import { messageOf } from '#lib/errors'
import { isTemplateError } from '#template'
import {
  createNotificationTemplates,
  type NotificationTemplates,
} from '../templates/notification-templates.ts'
import { type Place, refusal, remark, text } from './reader.ts'

const limits = { files: 500, bytes: 1024 * 1024 }

/** Of two files that define the same name, the later one counts. */
export async function readTemplateFiles(
  patterns: readonly Place[],
  configFile: string,
): Promise<NotificationTemplates> {
  const templates = createNotificationTemplates()
  const folder = path.dirname(configFile)
  let left = limits.files
  for (const at of patterns) {
    const files = await filesOf(text(at), folder)
    // As upstream, which lets files come later.
    if (files.length === 0)
      remark(at, {
        what: `${at.path} matches no file`,
        remedy: 'write the file, or take the entry out',
      })
    left -= files.length
    if (left < 0) throw refusal(at, `files of templates are limited to ${limits.files}`)
    for (const file of files) await addFile(templates, file, at)
  }
  return templates
}

async function filesOf(pattern: string, folder: string): Promise<readonly string[]> {
  const whole = path.resolve(folder, pattern)
  const found: string[] = []
  for await (const file of glob(whole)) if ((await stat(file)).isFile()) found.push(file)
  return found.sort()
}

async function addFile(templates: NotificationTemplates, file: string, at: Place): Promise<void> {
  const source = await readFile(file, 'utf8').catch((cause) => {
    throw fault('ALERT_CONFIG_UNREADABLE', { file, reason: messageOf(cause) })
  })
  if (source.length > limits.bytes)
    throw refusal(at, `${file} is longer than ${limits.bytes} letters`)
  try {
    templates.add(path.basename(file), source)
  } catch (error) {
    if (!isTemplateError(error)) throw error
    const [, line = '1', reason = error.message] = /:(\d+): (.*)$/s.exec(error.message) ?? []
    throw fault('ALERT_CONFIG_INVALID', { file, line: Number(line), reason })
  }
}
