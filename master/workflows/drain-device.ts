/**
 * Takes a device out of use: its data moves away, full redundancy is proved, then it is retired.
 * A dead device takes the same way; its copies are made again from the others.
 */
import { fault } from '#api/errors'
import { alert as alertKind } from '#api/kinds/alert'
import { device as deviceKind } from '#api/kinds/device'
import type { EngineDisk, Proof } from '../engine-port.ts'
import { deviceDraft } from '../store/drafts.ts'
import {
  type Figures,
  finish,
  type StepContext,
  type Workflow,
  wait,
  workflow,
} from '../workflow/workflow.ts'
import type { WorkflowNeeds } from './needs.ts'

export interface DrainDeviceInput {
  /** The id of the device resource. */
  readonly device: string
}

export const drainDevice = (needs: WorkflowNeeds): Workflow<never> => {
  const { engine, resources, drain } = needs
  return workflow<DrainDeviceInput>('drain device')
    .step('wait for turn', {
      deadlineMs: turnMsMax,
      do: (_, context) => waitForTurn(needs, context),
    })
    .step('find data disk', { do: ({ device }) => findDataDisk(needs, device) })
    .step('check that redundancy can be kept', {
      do: async ({ dataDisk, name }) => {
        const { ok, reasons } = await engine.canDrain(dataDisk)
        if (!ok) throw fault('DRAIN_REFUSED', { device: name, reasons: reasons.join('; ') })
        return {}
      },
    })
    .step('mark draining', {
      do: async ({ dataDisk }) => {
        await engine.drain(dataDisk)
        return {}
      },
      undo: async ({ dataDisk }) => engine.undrain(dataDisk),
    })
    .step('move data', {
      deadlineMs: drain.timeoutMs,
      do: async ({ dataDisk }) => {
        const { done, objectsLeft, bytesLeft, copiesMade } = await engine.drainProgress(dataDisk)
        if (done) return { copiesMade }
        return wait({
          afterMs: drain.lookEveryMs,
          text: `${objectsLeft} objects and ${bytesLeft} bytes are left to copy`,
          figures: { objectsLeft, bytesLeft, copiesMade },
        })
      },
    })
    .step('prove redundancy', {
      deadlineMs: drain.timeoutMs,
      do: ({ dataDisk }, context) => proveRedundancy(needs, dataDisk, context),
    })
    .step('retire', {
      isPointOfNoReturn: true,
      do: async ({ dataDisk }) => {
        await engine.retire(dataDisk)
        return {}
      },
    })
    .step('record', {
      do: async ({ device, dataDisk }) => {
        const resource = await resources.get(deviceKind, device)
        const disk = engine.status().dataDisks.find(({ id }) => id === dataDisk)
        if (resource !== undefined && disk !== undefined)
          await resources.put(deviceKind, [deviceDraft(disk, resource.parentId)])
        return {}
      },
    })
}

const turnMsMax = 7 * 86_400_000

/** What alerts began must not take many devices out at once; what people order goes at once. */
async function waitForTurn({ jobs, resources, drain }: WorkflowNeeds, context: StepContext) {
  const alertId = /^alert\/(.+)$/.exec(context.requestedBy)?.[1]
  if (alertId === undefined) return {}
  const older = await jobs.olderOpen('drain device', context.jobId)
  if (older >= drain.parallelMax)
    return wait({
      afterMs: drain.lookEveryMs,
      text: `${older} drains began earlier; at most ${drain.parallelMax} run at once`,
      figures: { olderDrains: older },
    })
  const alert = await resources.get(alertKind, alertId)
  return alert?.fields.state === 'resolved' ? finish('The alert was resolved before its turn') : {}
}

async function findDataDisk({ engine, resources }: WorkflowNeeds, deviceId: string) {
  const device = await resources.get(deviceKind, deviceId)
  const dataDisk = device?.fields.dataDisk
  const disk = engine.status().dataDisks.find(({ id }) => id === dataDisk)
  if (device === undefined || disk === undefined)
    throw fault('DEVICE_WITHOUT_DATA_DISK', { device: device?.name ?? deviceId })
  if (disk.state === 'out') return finish(`Data disk ${disk.id} is out already`)
  return { dataDisk: disk.id, name: device.name, found: foundOf(disk) }
}

const foundOf = ({ state, up, usedBytes }: EngineDisk) => ({ state, up, usedBytes })

/** Reads every copy of every object of every pool; what is not sound yet may become so. */
async function proveRedundancy(
  { engine, drain }: WorkflowNeeds,
  dataDisk: string,
  { attempt, signal, report }: StepContext,
) {
  const proofs: Proof[] = []
  const { pools } = engine.status()
  for (const { name } of pools) {
    signal.throwIfAborted()
    await report(`Reading every copy in pool ${name}`, { poolsLeft: pools.length - proofs.length })
    proofs.push(await engine.verifyPool(name))
  }
  const unsound = proofs.filter((proof) => faultsIn(proof) > 0)
  if (unsound.length === 0) return { proof: totalOf(proofs) }
  const found = unsound.map(describe).join('; ')
  if (attempt >= drain.proofsMax)
    throw fault('REDUNDANCY_NOT_PROVED', { dataDisk, found, tries: attempt })
  return wait({ afterMs: drain.lookEveryMs, text: found, figures: totalOf(unsound) })
}

const faultsIn = ({ missing, corrupt, misplaced, misversioned }: Proof) =>
  missing + corrupt + misplaced + misversioned

function describe(proof: Proof): string {
  const { pool, missing, corrupt, misplaced, misversioned } = proof
  const counts = Object.entries({ missing, corrupt, misplaced, misversioned })
  const found = counts.filter(([, count]) => count > 0).map(([what, count]) => `${count} ${what}`)
  return `pool ${pool} has copies ${found.join(', ')}`
}

function totalOf(proofs: readonly Proof[]): Figures {
  const sum = (field: Exclude<keyof Proof, 'pool'>) =>
    proofs.reduce((total, proof) => total + proof[field], 0)
  return {
    pools: proofs.length,
    objects: sum('objects'),
    copies: sum('copies'),
    bytes: sum('bytes'),
    missing: sum('missing'),
    corrupt: sum('corrupt'),
    misplaced: sum('misplaced'),
    misversioned: sum('misversioned'),
  }
}
