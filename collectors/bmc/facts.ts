/** What a management controller says, by whatever way it was asked. Undefined: it does not say. */

export type Health = 'ok' | 'warning' | 'critical'

export type SensorKind = 'temperature' | 'voltage' | 'fan' | 'power' | 'current' | 'discrete'

export interface BmcSensor {
  readonly name: string
  readonly kind: SensorKind
  /** Celsius, volts, turns a minute, watts, amperes; of a discrete one its bits. */
  readonly value: number | undefined
  readonly health: Health | undefined
}

export interface PowerSupply {
  readonly name: string
  readonly health: Health | 'absent' | undefined
  /** In the words of the controller. */
  readonly said: string
}

export interface BmcEvents {
  readonly count: number | undefined
  /** 0 to 1: how full the log is. */
  readonly used: number | undefined
  readonly newest: BmcEvent | undefined
}

export interface BmcEvent {
  /** As the controller's clock said it: it knows no zone. */
  readonly time: string
  readonly sensor: string
  readonly event: string
}

export interface BmcFacts {
  readonly sensors: readonly BmcSensor[]
  readonly supplies: readonly PowerSupply[]
  readonly powerWatts: number | undefined
  readonly events: BmcEvents | undefined
}
