/** The page: one dashboard, in the light and at the time that its address asks for. */
import '@fontsource/inter/400.css'
import '@fontsource/inter/500.css'
import '@fontsource/roboto-mono/400.css'
import { createTheme, ThemeContext } from '@grafana/data'
import { GlobalStyles, PortalContainer } from '@grafana/ui'
import { createRoot } from 'react-dom/client'
import { spanOf, type World } from './answers.ts'
import { askingOf, timeRangeOf } from './asking.ts'
import { Board } from './board.tsx'
import { loadDashboard } from './dashboard.ts'
import { happeningsIn } from './happenings.ts'
import { chosenIn } from './variables.ts'

const margin = 16
const asking = askingOf(location.search)
const theme = createTheme({ colors: { mode: asking.theme } })
const width = innerWidth - 2 * margin

async function openWorld() {
  const dashboard = await loadDashboard(asking.board)
  const range = timeRangeOf(dashboard, asking)
  const { scrapeIntervalMs, chosen } = asking
  const empty: World = { range, scrapeIntervalMs, theme, variables: new Map() }
  const span = spanOf(empty, width)
  const variables = await chosenIn(dashboard, { chosen, span })
  const happenings = await happeningsIn(dashboard, { span, variables, theme })
  return { dashboard, happenings, world: { ...empty, variables } }
}

async function draw(): Promise<void> {
  const { dashboard, happenings, world } = await openWorld()
  await Promise.all(['400', '500'].map((weight) => document.fonts.load(`${weight} 14px Inter`)))
  const root = document.getElementById('root')
  if (root === null) throw new Error('The page has no root')
  createRoot(root).render(
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <style>{'::-webkit-scrollbar { display: none }'}</style>
      <div style={{ padding: margin, background: theme.colors.background.canvas }}>
        <Board {...{ dashboard, world, happenings, width }} />
      </div>
      <PortalContainer />
    </ThemeContext.Provider>,
  )
}

/** Whoever waits for the answer is told at once that there will be none. */
draw().catch((error: unknown) => {
  document.body.textContent = String(error)
  document.body.dataset['fault'] = 'page'
  document.body.dataset['answered'] = 'true'
})
