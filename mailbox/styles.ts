/** The look of the pages, in light and dark. */
import { styles as plain } from '#lib/styles'

export const styles = `${plain}
h1, th, td { overflow-wrap: anywhere } h2 { margin: 0 }
td:first-child { white-space: nowrap } tbody th { font-weight: 400 }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: .75rem 0 0 }
dt { font-weight: 600 } dd { margin: 0; overflow-wrap: anywhere }
pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: .5rem 0 0 }
iframe { width: 100%; height: 60vh; border: 1px solid var(--line); margin-top: .5rem;
  background: #fff; color-scheme: light }
@media (max-width: 40rem) { .scroll table { min-width: 36rem } }
`
