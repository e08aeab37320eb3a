/** Recordings of real devices, kept beside the repository: tests that need them skip without. */
import { existsSync } from 'node:fs'

const folder = new URL('../../../shared/fixtures/hardware/', import.meta.url)

export const recorded: URL | undefined = existsSync(folder) ? folder : undefined
