/** A panel in its place: frame, title, links, and its drawing once it has an answer. */
import type { DataFrame } from '@grafana/data'
import { IconButton, PanelChrome } from '@grafana/ui'
import { useEffect, useState } from 'react'
import { answered, type World } from './answers.ts'
import type { Panel } from './dashboard.ts'
import { drawings, drawnByUs } from './draw/index.ts'
import type { Happening } from './happenings.ts'

export interface PanelProps {
  readonly panel: Panel
  readonly width: number
  readonly height: number
  readonly world: World
  readonly happenings: readonly Happening[]
  readonly onDone: () => void
}

export function PanelView({ panel, width, height, world, happenings, onDone }: PanelProps) {
  const [frames, setFrames] = useState<DataFrame[]>()
  const [fault, setFault] = useState('')
  useEffect(() => {
    answered(panel, width, world)
      .then(setFrames)
      .catch((error: unknown) => setFault(String(error)))
      .finally(onDone)
  }, [panel, width, world, onDone])
  const Form = drawings[panel.type]
  const links = (panel.links ?? []).map(({ title }) => title).join(', ')
  return (
    <PanelChrome
      {...{ width, height, title: panel.title, description: panel.description }}
      titleItems={
        <>
          {links !== '' && <IconButton name="external-link-alt" size="sm" tooltip={links} />}
          {drawnByUs.has(panel.type) && (
            <small style={{ opacity: 0.5 }}>drawn by the preview</small>
          )}
        </>
      }
    >
      {(width: number, height: number) => {
        if (fault !== '') return <pre data-fault={panel.title}>{fault}</pre>
        if (frames === undefined) return null
        if (Form === undefined)
          return <pre data-fault={panel.title}>no drawing of {panel.type}</pre>
        const { theme, range } = world
        return <Form {...{ panel, frames, width, height, theme, range, happenings }} />
      }}
    </PanelChrome>
  )
}
