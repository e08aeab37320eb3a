/** A dashboard with all its rows open, on Grafana's grid. */
import { useCallback, useRef } from 'react'
import type { World } from './answers.ts'
import { type Dashboard, opened, type Panel } from './dashboard.ts'
import type { Happening } from './happenings.ts'
import { PanelView } from './panel.tsx'

export interface BoardProps {
  readonly dashboard: Dashboard
  readonly world: World
  readonly happenings: readonly Happening[]
  readonly width: number
}

const [columns, cell, gap] = [24, 30, 8]

export function Board({ dashboard, world, happenings, width }: BoardProps) {
  const all = opened(dashboard.panels)
  const done = useRef(0)
  const count = all.filter(({ type }) => type !== 'row').length
  const onDone = useCallback(() => {
    done.current += 1
    if (done.current === count) document.body.dataset['answered'] = 'true'
  }, [count])
  const bottom = Math.max(...all.map(({ gridPos }) => gridPos.y + gridPos.h))
  const column = (width + gap) / columns
  const placeOf = ({ gridPos: { x, y, w, h } }: Panel) => ({
    left: x * column,
    top: y * (cell + gap),
    width: w * column - gap,
    height: h * (cell + gap) - gap,
  })
  return (
    <>
      <Top {...{ dashboard, world }} />
      <main style={{ position: 'relative', height: bottom * (cell + gap) }}>
        {all.map((panel) => {
          const { width, height, ...corner } = placeOf(panel)
          return (
            <section key={panel.id} style={{ position: 'absolute', ...corner }}>
              {panel.type === 'row' ? (
                <h6 style={{ paddingTop: 6 }}>⌄ {panel.title}</h6>
              ) : (
                <PanelView {...{ panel, width, height, world, happenings, onDone }} />
              )}
            </section>
          )
        })}
      </main>
    </>
  )
}

function Top({ dashboard, world }: Pick<BoardProps, 'dashboard' | 'world'>) {
  return (
    <header style={{ padding: '4px 0 12px' }}>
      <h4>{dashboard.title}</h4>
      <span style={{ opacity: 0.7 }}>{dashboard.description} </span>
      {[...world.variables.values()].map(({ label, shown, choices }) => (
        <span key={label} style={{ marginRight: 16 }}>
          <small style={{ opacity: 0.7 }}>{label}</small> {shown}{' '}
          <small style={{ opacity: 0.5 }}>of {choices.length}</small>
        </span>
      ))}
      <span>
        {dashboard.time.from} to {world.range.to.toISOString()}
      </span>
    </header>
  )
}
