/** The look of the pages, in light and dark. */

export const styles = `
:root { --ink: #1d2330; --page: #f7f8fa; --card: #fff; --line: #d9dde5; --link: #0b57d0 }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e8ee; --page: #14171d; --card: #1c2028; --line: #353b47; --link: #8ab4f8 } }
* { box-sizing: border-box }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif }
main { max-width: 1200px; margin: 0 auto; padding: 1rem }
h1 { font-size: 1.5rem; margin: 0; overflow-wrap: anywhere } h2 { font-size: 1.05rem; margin: 0 }
header, section { background: var(--card); border: 1px solid var(--line); border-radius: 8px;
  padding: 1rem; margin-bottom: 1rem }
a { color: var(--link) } nav a { margin-right: 1rem }
.scroll { overflow-x: auto } table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .35rem .75rem .35rem 0; border-top: 1px solid var(--line);
  vertical-align: top; overflow-wrap: anywhere } thead th { border-top: 0 }
td:first-child { white-space: nowrap } tbody th { font-weight: 400 }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: .75rem 0 0 }
dt { font-weight: 600 } dd { margin: 0; overflow-wrap: anywhere }
pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: .5rem 0 0 }
iframe { width: 100%; height: 60vh; border: 1px solid var(--line); margin-top: .5rem;
  background: #fff; color-scheme: light }
@media (max-width: 40rem) { .scroll table { min-width: 36rem } }
`
