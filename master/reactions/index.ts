/** The list of reactions. To add one: a file, and a line here. */
import type { Reaction } from '../reaction/reaction.ts'
import { dataDiskDown } from './data-disk-down.ts'
import { diskFailing } from './disk-failing.ts'

export const reactions: readonly Reaction[] = [dataDiskDown, diskFailing]
