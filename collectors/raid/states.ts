/** The one table of what the words of all RAID tools mean. */
export type RaidState =
  | 'optimal'
  /** Works with less redundancy or protection than it should have, or says that it will fail. */
  | 'degraded'
  | 'rebuilding'
  | 'failed'
  | 'spare'
  /** Well, and no part of a volume. */
  | 'ready'
  /** A battery that is charged or learns: it protects nothing meanwhile. */
  | 'charging'
  /** A word that is not in this table. */
  | 'unknown'

/** A state as we understand it, and the word of the tool. */
export interface Said {
  readonly state: RaidState
  readonly said: string
  /** 0 to 1, of what is being rebuilt. */
  readonly progress?: number | undefined
}

/** The first row wins: `Interim Recovery Mode` is no recovery yet, `Offline` holds `Online` not. */
const words: readonly (readonly [RegExp, RaidState])[] = [
  [/^(interim recovery|ready for (rebuild|recovery)|waiting for rebuild)/, 'degraded'],
  [/(^|[^n])(rebuild|recovering|copyback|transform|expanding|resync|reconstruct)/, 'rebuilding'],
  [/^(rbld|cpybck|rec|rbl)$/, 'rebuilding'],
  [/predictive|needs attention|degraded|impacted|suboptimal|low/, 'degraded'],
  [/^(dgrd|pdgd|dgd)$/, 'degraded'],
  [/fail|offline|missing|bad|dead|error|not present|inconsistent|inactive/, 'failed'],
  [/^(ofln|offln|fld|flt|ubad|ubunsp|msng|mis|absent)$/, 'failed'],
  [/hot-?\s?spare|^(ghs|dhs|hsp|spare)$/, 'spare'],
  [/^(lrn|chrg)$|charging|learn/, 'charging'],
  [
    /unconfigured|^(ugood|uguns|ugunsp|ready|rdy|jbod|available|avl|raw|standby|sby|unassigned)$/,
    'ready',
  ],
  [/^(optl|opt|optimal|ok|okay|oky|onln|online|onl|present|good|normal|conf|charged)\b/, 'optimal'],
]

/** `Ready (RDY)`, `Online, Spun Up`, `Recovering, 12.3% complete` */
export function sayState(text: string): Said {
  const said = text.trim()
  const word = said.toLowerCase().replace(/\s+\(.*$/, '')
  const state = words.find(([pattern]) => pattern.test(word))?.[1] ?? 'unknown'
  return { state, said, progress: progressIn(said) }
}

/** 0 to 1, of a text such as `12.3% complete`. */
function progressIn(text: string): number | undefined {
  const percent = /(\d{1,3}(?:\.\d+)?)\s?%/.exec(text)?.[1]
  return percent === undefined ? undefined : Math.min(1, Number(percent) / 100)
}
