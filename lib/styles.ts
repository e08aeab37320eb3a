/** The look of our plain pages, in light and dark; colours are never the only sign. */

export const styles = `
:root { --ink: #1d2330; --page: #f7f8fa; --card: #fff; --line: #d9dde5; --link: #0b57d0;
  --ok: #146c2e; --warning: #8a5a00; --critical: #b3261e; --info: #3a5a98; --unknown: #5f6673 }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e8ee; --page: #14171d; --card: #1c2028; --line: #353b47; --link: #8ab4f8;
    --ok: #7dd894; --warning: #f2c14e; --critical: #ff8a80; --info: #9db8f0; --unknown: #a6adbb } }
* { box-sizing: border-box }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif }
main { max-width: 1200px; margin: 0 auto; padding: 1rem }
h1 { font-size: 1.5rem; margin: 0 } h2 { font-size: 1.05rem; margin: 0 0 .5rem }
header, section { background: var(--card); border: 1px solid var(--line); border-radius: 8px;
  padding: 1rem; margin-bottom: 1rem }
a { color: var(--link) } nav a { margin-right: 1rem } code { font-size: .85em }
.scroll { overflow-x: auto } table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .35rem .75rem .35rem 0; border-top: 1px solid var(--line);
  vertical-align: top } thead th { border-top: 0; font-weight: 600 }
.badge { display: inline-block; border: 1px solid currentColor; border-radius: 999px;
  padding: 0 .6em; font-size: .85em; font-weight: 600; white-space: nowrap }
.device { display: inline-block; margin: 0 1rem .25rem 0 } .stale { opacity: .75 }
.ok { color: var(--ok) } .warning { color: var(--warning) } .critical { color: var(--critical) }
.info { color: var(--info) } .unknown { color: var(--unknown) }
.reasons { margin: .5rem 0; padding-left: 1.2rem } .reasons:empty { display: none }
#age { margin: .25rem 0 } .age:not(:last-child)::after { content: ',' }
@media (max-width: 40rem) { .scroll table { min-width: 36rem } }
`
