/** The door of the template engine. */
export { isTemplateError, TemplateError } from './fault.ts'
export { humanizeDuration, scaledUp } from './print/humanize.ts'
export { sprintf } from './print/printf.ts'
export { escapeQuery } from './run/escape-text.ts'
export type { MissingKey } from './run/evaluate.ts'
export { matches, replaceAll } from './run/regex.ts'
export { createTemplates, type Templates, type TemplatesOptions } from './templates.ts'
export { GoDuration } from './value/duration.ts'
export { toJson } from './value/json.ts'
export { formatTime, parseLayout } from './value/layout.ts'
export { lower, upper } from './value/letters.ts'
export { GoTime, parseTime, timeOfMs, zeroTime } from './value/time.ts'
export {
  fromJson,
  type GoFunction,
  GoList,
  GoMap,
  GoStruct,
  goFunction,
  type Methods,
  SafeText,
  stringList,
  typeOf,
  type Value,
  variadic,
} from './value/value.ts'
export { zoneOf } from './value/zone.ts'
