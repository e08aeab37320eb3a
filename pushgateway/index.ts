/** The door of the push gateway. */
export type { Disk, DiskFile } from '#lib/disk'
export {
  createPushgateway,
  type PushGroup,
  type Pushgateway,
  type PushgatewayOptions,
} from './pushgateway.ts'
export { type PushgatewaySettings, pushgatewaySettings } from './settings.ts'
