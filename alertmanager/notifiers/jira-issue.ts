/** What a Jira issue says: its fields, filled for one notification. */
import { dedupKeyOf } from './dedup-key.ts'
import { adfOf } from './jira-document.ts'
import type { Message } from './notifier.ts'
import { filled, type Texts } from './template-options.ts'
import { filledMap, type TreeMap } from './tree.ts'
import { truncateRunes } from './truncate.ts'

export interface TextOption {
  readonly template: string
  /** Whether an issue that is there takes the new text. */
  readonly updates: boolean
}

export interface IssueOptions {
  readonly texts: Texts<'project' | 'issue_type' | 'priority'>
  readonly summary: TextOption
  readonly description: TextOption
  readonly labels: readonly string[]
  readonly fields: TreeMap
  readonly takesDocuments: boolean
}

export interface Issue {
  readonly project: string
  /** By which the issue of the group is found. */
  readonly groupLabel: string
  readonly fields: Readonly<Record<string, unknown>>
  /** The same, without what people may have changed. */
  readonly updatedFields: Readonly<Record<string, unknown>>
}

/** Jira's limits. */
const summaryRunesMax = 255
const descriptionRunesMax = 32_767
const labelRunesMax = 255

export function issueOf(options: IssueOptions, { notification, render }: Message): Issue {
  const texts = filled(options.texts, render.text)
  const groupLabel = `ALERT{${dedupKeyOf(notification)}}`
  const labels = options.labels.map((label) => labelOf(render.text(label)))
  const description = truncateRunes(
    render.text(options.description.template),
    descriptionRunesMax,
  ).text
  const said = {
    summary: summaryOf(render.text(options.summary.template)),
    description: options.takesDocuments ? adfOf(description) : description,
  }
  const others = {
    ...filledMap(options.fields, render.text),
    project: { key: texts.project },
    issuetype: { name: texts.issue_type },
    labels: [...new Set([...labels, groupLabel])].filter((label) => label !== '').sort(),
    ...(texts.priority !== '' && { priority: { name: texts.priority } }),
  }
  const { summary, description: body } = options
  return {
    project: texts.project,
    groupLabel,
    fields: { ...others, ...said },
    updatedFields: {
      ...others,
      ...(summary.updates && { summary: said.summary }),
      ...(body.updates && { description: said.description }),
    },
  }
}

/** Jira refuses a summary of several lines, or of none. */
function summaryOf(text: string): string {
  const line = text.replace(/\s*[\n\r]\s*/g, ' ').trim()
  return truncateRunes(line, summaryRunesMax).text || '(no summary)'
}

/** Jira refuses labels with spaces, and long ones. */
const labelOf = (text: string) =>
  truncateRunes(text.trim().replace(/\s+/g, '_'), labelRunesMax).text
