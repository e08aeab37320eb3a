/** What a RAID tool says, whichever it is. Undefined: the tool does not say. */
import type { Said } from './states.ts'

export interface RaidController {
  /** As the tool counts or names it: `0`. */
  readonly controller: string
  readonly model: string
  readonly serial: string
  readonly firmware: string
  readonly state?: Said | undefined
  readonly temperatureCelsius?: number | undefined
  readonly memoryErrors?: Readonly<Record<'corrected' | 'uncorrected', number | undefined>>
  readonly batteries: readonly RaidBattery[]
  readonly volumes: readonly RaidVolume[]
  readonly members: readonly RaidMember[]
}

export interface RaidVolume {
  readonly volume: string
  readonly name: string
  /** As the tool says it: `RAID6`, `10`. */
  readonly level: string
  readonly state: Said
}

export interface RaidMember {
  /** Where it sits: `252:0`, `2I:1:1`. */
  readonly member: string
  readonly model: string
  readonly serial: string
  readonly firmware: string
  readonly state: Said
  readonly temperatureCelsius?: number | undefined
  readonly mediaErrors?: number | undefined
  readonly otherErrors?: number | undefined
  readonly predictiveFailures?: number | undefined
  readonly smartAlerted?: boolean | undefined
}

export interface RaidBattery {
  readonly battery: string
  readonly model: string
  readonly state: Said
  readonly temperatureCelsius?: number | undefined
}
