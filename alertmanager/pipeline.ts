/** Where does an alert go? These lists, in this order. */
import { type PipelineWorld, pipeline, type Stage } from '#lib/pipeline'
import type { Arrival } from './alert.ts'
import { check } from './arrival/check.ts'
import { type CompareWorld, compare } from './arrival/compare.ts'
import { type GroupWorld, group } from './arrival/group.ts'
import type { Intaken } from './arrival/intaken.ts'
import { type JournalWorld, journal } from './arrival/journal.ts'
import { type KeepWorld, keep } from './arrival/keep.ts'
import { type RouteWorld, route } from './arrival/route.ts'
import type { AlertConfig } from './config/config.ts'
import { type DeliverWorld, deliver } from './delivery/deliver.ts'
import type { Delivery } from './delivery/delivery.ts'
import { type RecordWorld, record } from './delivery/record.ts'
import { type AcknowledgeWorld, acknowledge } from './flush/acknowledge.ts'
import { type DampWorld, damp } from './flush/damp.ts'
import { dedup } from './flush/dedup.ts'
import type { Flush } from './flush/flush.ts'
import { type InhibitWorld, inhibit } from './flush/inhibit.ts'
import { type MuteWorld, mute } from './flush/mute.ts'
import { type OutboxWorld, outbox } from './flush/outbox.ts'
import { type SilenceWorld, silence } from './flush/silence.ts'
import type { Ledger } from './history/ledger.ts'
import { noteArrivals } from './history/note-arrivals.ts'
import { noteFlush } from './history/note-flush.ts'
import { type WatchWorld, watch } from './watch/watch.ts'

interface Configured {
  readonly config: AlertConfig
}
/** What is told to history is written when the list has ended, in its transaction. */
interface Noted {
  readonly ledger: Ledger
}
export type ArrivalWorld = PipelineWorld & CompareWorld & JournalWorld & Configured
export type IntakeWorld = PipelineWorld & KeepWorld & RouteWorld & GroupWorld & Noted
export type FallbackWorld = PipelineWorld & InhibitWorld & MuteWorld & SilenceWorld
export type LookWorld = FallbackWorld & DampWorld
export type FlushWorld = LookWorld & AcknowledgeWorld & OutboxWorld & Configured

/** Alerts as clients post them. Once this list has ended they are durable: the answer is 200. */
export const onArrival = (w: ArrivalWorld): Stage<Arrival> =>
  pipeline('alert arrival', [check(w), compare(w), journal(w)], w)

/** What is new of them. One transaction for as many as there are. */
export const onIntake = (w: IntakeWorld): Stage<Intaken> =>
  pipeline('alert intake', [keep(w), noteArrivals(w), route(w), group(w)], w)

/** Groups whose wait or interval has passed. One transaction; what is to be told is a row then. */
export const onFlush = (w: FlushWorld): Stage<Flush> =>
  pipeline(
    'alert flush',
    [inhibit(w), mute(w), silence(w), damp(w), acknowledge(w), noteFlush(w), dedup(w), outbox(w)],
    w,
  )

/** Groups that are told from memory, because the store is away. Nothing is written. */
export const onFallback = (w: FallbackWorld): Stage<Flush> =>
  pipeline('alert flush without the store', [inhibit(w), mute(w), silence(w)], w)

/** What would hold alerts back now, for whoever explains it. Nothing is written. */
export const onLook = (w: LookWorld): Stage<Flush> =>
  pipeline('alert look', [inhibit(w), mute(w), silence(w), damp(w)], w)

/** A notification whose time has come. The attempt, outside of any transaction. */
export const onDelivery = (w: PipelineWorld & DeliverWorld): Stage<Delivery> =>
  pipeline('alert delivery', [deliver(w)], w)

/** Attempts that have ended. One transaction for as many as there are. */
export const onOutcome = (w: PipelineWorld & RecordWorld & WatchWorld): Stage<Delivery> =>
  pipeline('alert outcome', [record(w), watch(w)], w)
