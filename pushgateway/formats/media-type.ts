/** Takes apart what HTTP calls a media type: `text/plain; version=0.0.4; q=0.5`. */

export interface MediaType {
  /** In small letters. */
  readonly type: string
  /** Their names are in small letters; the values as they came, without quotes. */
  readonly parameters: ReadonlyMap<string, string>
}

export function parseMediaType(text: string): MediaType {
  const [type = '', ...rest] = text.split(';')
  const parameters = new Map<string, string>()
  for (const part of rest) {
    const [, name = '', quoted, bare = ''] =
      /^\s*([^=\s]+)\s*=\s*(?:"([^"]*)"|(\S*))/.exec(part) ?? []
    if (name !== '') parameters.set(name.toLowerCase(), quoted ?? bare)
  }
  return { type: type.trim().toLowerCase(), parameters }
}
