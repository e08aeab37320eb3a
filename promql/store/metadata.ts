/** What is known of metric families beyond their samples: type, help and unit, as told. */

export interface Metadata {
  readonly type: string
  readonly help: string
  readonly unit: string
}

export interface NamedMetadata extends Metadata {
  readonly name: string
}

export interface MetadataBook {
  add(family: NamedMetadata): void
  /** Different sources may say different things of one name. */
  of(name: string): readonly Metadata[]
  all(): Iterable<readonly [name: string, said: readonly Metadata[]]>
}

const familiesMax = 20_000
const saidMax = 5
const helpLengthMax = 1024

/** What does not fit is not kept: nothing depends on it. */
export function createMetadataBook(): MetadataBook {
  const byName = new Map<string, readonly Metadata[]>()
  return {
    add({ name, type, help, unit }) {
      const said = byName.get(name) ?? []
      const isKnown = said.some(
        (other) => other.type === type && other.help === help && other.unit === unit,
      )
      if (isKnown || said.length >= saidMax || help.length > helpLengthMax) return
      if (said.length === 0 && byName.size >= familiesMax) return
      byName.set(name, [...said, { type, help, unit }])
    },
    of: (name) => byName.get(name) ?? [],
    all: () => byName,
  }
}
