// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// How pages look: readable without it, in a dark room, on a narrow screen, on paper.
enum DashboardStyle {
    static let text = """
        :root {
          color-scheme: light dark;
          --paper: #ffffff; --panel: #f5f6f7; --ink: #1b1d1f; --faint: #595f64; --rule: #c9ced2;
          --link: #0055a8; --focus: #b34700; --mark: #0072b2; --before: #595959; --alarm: #a8200d; --good: #00664b;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --paper: #121314; --panel: #1d1f21; --ink: #e8eaec; --faint: #a9b0b6; --rule: #43494e;
            --link: #7fbcff; --focus: #ffb454; --mark: #56b4e9; --before: #b9b9b9; --alarm: #ff8f7a; --good: #4fd0a5;
          }
        }
        * { box-sizing: border-box; }
        html { background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, "Liberation Sans", Arial, sans-serif; }
        body { margin: 0 auto; max-width: 92rem; padding: 0 1rem 2rem; }
        a { color: var(--link); }
        a:focus-visible, button:focus-visible, input:focus-visible, select:focus-visible, summary:focus-visible,
        .scroll:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
        main:focus { outline: none; }
        h1 { font-size: 1.5rem; line-height: 1.25; margin: 1rem 0; overflow-wrap: anywhere; }
        h2 { font-size: 1.15rem; margin: 1.75rem 0 .5rem; }
        code, pre { font-family: ui-monospace, "Liberation Mono", monospace; font-size: .9em; overflow-wrap: anywhere; }
        .skip { position: absolute; left: -100rem; background: var(--paper); padding: .5rem 1rem; z-index: 1; }
        .skip:focus { left: 1rem; top: .5rem; }
        .hidden { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
        header { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: baseline; border-bottom: 1px solid var(--rule); padding: .75rem 0; }
        header ol, .tabs ul { display: flex; flex-wrap: wrap; gap: .25rem .5rem; list-style: none; margin: 0; padding: 0; }
        header li + li::before { content: "\\203A"; color: var(--faint); margin-right: .5rem; }
        header li { overflow-wrap: anywhere; }
        .connection { margin: 0; color: var(--alarm); }
        .tabs { border-bottom: 1px solid var(--rule); }
        .tabs a { display: inline-block; padding: .5rem .75rem; text-decoration: none; border-bottom: 3px solid transparent; }
        .tabs a[aria-current] { border-bottom-color: var(--link); color: var(--ink); font-weight: 600; }
        .facts { columns: 24rem 3; column-gap: 2rem; margin: 1rem 0; }
        .facts dt { float: left; clear: left; width: 8rem; color: var(--faint); }
        .facts dd { margin: 0 0 .25rem 8.5rem; break-inside: avoid; break-before: avoid; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
        .state { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; font-variant-numeric: tabular-nums; }
        progress { width: 16rem; max-width: 60vw; height: 1rem; accent-color: var(--mark); }
        td progress { width: 7rem; }
        .badge { display: inline-block; border: 1px solid currentColor; border-radius: .25rem; padding: 0 .5rem; font-size: .85rem; color: var(--faint); }
        .badge[data-badge="complete"], .badge[data-badge="computing"], .badge[data-badge="running"] { color: var(--good); }
        .badge[data-badge="failed"], .badge[data-badge="failing"], .badge[data-badge="quarantined"], .badge[data-badge="stalled"],
        .badge[data-badge="interrupted"], .trouble, .warning, strong { color: var(--alarm); }
        .warning { border-left: 4px solid var(--alarm); padding: .25rem .75rem; }
        .empty, .count, .notes, figcaption, footer { color: var(--faint); }
        .notes { font-size: .9rem; padding-left: 1.25rem; }
        .filter, .login { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: end; margin: .5rem 0 1rem; }
        label { display: flex; flex-direction: column; font-size: .85rem; color: var(--faint); }
        input, select, button { font: inherit; font-size: 1rem; color: var(--ink); background: var(--panel); border: 1px solid var(--faint); border-radius: .25rem; padding: .3rem .6rem; min-height: 2.25rem; max-width: 100%; }
        button { cursor: pointer; }
        .scroll { overflow-x: auto; border: 1px solid var(--rule); border-radius: .25rem; }
        table { border-collapse: collapse; width: 100%; font-size: .9rem; }
        th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid var(--rule); white-space: nowrap; }
        tbody tr:last-child > * { border-bottom: none; }
        tbody th { font-weight: 400; }
        thead th { background: var(--panel); border-bottom: 2px solid var(--rule); }
        th[aria-sort="ascending"] a::after { content: " \\2191"; }
        th[aria-sort="descending"] a::after { content: " \\2193"; }
        .number { text-align: right; font-variant-numeric: tabular-nums; }
        .wide { display: inline-block; white-space: normal; min-width: 16rem; }
        .strip { display: block; }
        .strip path { fill: var(--mark); }
        .paging { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: baseline; margin: .75rem 0; }
        .paging p { margin: 0; }
        .off { color: var(--faint); }
        .chart { margin: .5rem 0 1rem; }
        .chart svg { display: block; width: 100%; max-width: 60rem; height: auto; font-size: 13px; }
        .chart text { fill: var(--ink); font-family: inherit; }
        .chart .tick { fill: var(--faint); font-size: 12px; }
        .chart .grid, .chart .base { stroke: var(--rule); fill: none; }
        .chart .columns { fill: var(--mark); fill-opacity: .55; stroke: var(--mark); stroke-width: .5; }
        .chart .before { fill: none; stroke: var(--before); stroke-width: 1.25; stroke-dasharray: 3 2; }
        .chart .span { stroke: var(--mark); stroke-width: 1.5; fill: none; }
        .chart .box { fill: var(--mark); fill-opacity: .55; stroke: var(--mark); }
        .chart .median { stroke: var(--ink); stroke-width: 2; fill: none; }
        .examples { display: grid; grid-template-columns: repeat(auto-fill, minmax(12.5rem, 1fr)); gap: 1rem; list-style: none; padding: 0; }
        .examples figure { margin: 0; }
        .examples figcaption { font-size: .85rem; font-variant-numeric: tabular-nums; }
        .examples img { image-rendering: pixelated; border: 1px solid var(--rule); margin-right: .25rem; }
        pre { overflow-x: auto; background: var(--panel); padding: .5rem; white-space: pre; }
        footer { border-top: 1px solid var(--rule); margin-top: 2rem; padding-top: .5rem; font-size: .85rem; }
        @media (prefers-reduced-motion: no-preference) { progress { transition: none; } .tabs a { transition: border-color .15s; } }
        @media print { .tabs, .filter, .paging, .skip, header { display: none; } .scroll { overflow: visible; border: none; } }

        """

    /// A strip of a distribution.
    static let icon = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#0072b2"/>\
        <path d="M4 26V22H8V16H12V8H16V12H20V18H24V23H28V26Z" fill="#ffffff"/></svg>

        """
}
