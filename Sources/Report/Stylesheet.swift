// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// How a report's page looks: on a screen by day and by night, in a narrow window, and on paper.
enum Stylesheet {
    static let text = """
        :root{--ink:#1b1b1b;--quiet:#595959;--paper:#fff;--line:#d0d0d0;--shade:#f4f5f7;--link:#0b57a4}
        @media (prefers-color-scheme:dark){:root{--ink:#e8e8e8;--quiet:#a9a9a9;--paper:#15171a;--line:#3c4047;
        --shade:#1f2227;--link:#8ab8f0}}
        *{box-sizing:border-box}
        html{font:16px/1.5 system-ui,-apple-system,"Segoe UI","Liberation Sans",Helvetica,Arial,sans-serif;
        color:var(--ink);background:var(--paper);scroll-padding-top:1rem}
        body{margin:0 auto;max-width:62rem;padding:1.5rem clamp(1rem,4vw,2.5rem) 4rem}
        a{color:var(--link)}
        :focus-visible{outline:3px solid var(--link);outline-offset:2px}
        .skip{position:absolute;left:-100rem}
        .skip:focus{position:static}
        h1{font-size:1.9rem;line-height:1.2;margin:0 0 .25rem}
        h2{font-size:1.4rem;margin:3rem 0 .5rem;border-bottom:1px solid var(--line);padding-bottom:.25rem}
        h3{font-size:1.15rem;margin:2rem 0 .5rem}
        h4{font-size:1rem;margin:1.5rem 0 .5rem}
        h1,h2,h3,h4,p,dd,li,caption,figcaption{overflow-wrap:anywhere}
        header p{color:var(--quiet);margin:0}
        nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;padding:.75rem 0;margin:0}
        p,ul,dl{max-width:46rem}
        dl{display:grid;grid-template-columns:minmax(8rem,max-content) 1fr;gap:.35rem 1.25rem}
        dt{color:var(--quiet)}dd{margin:0}
        code{font:.875em/1.4 ui-monospace,"Liberation Mono",Menlo,Consolas,monospace;overflow-wrap:anywhere}
        pre{background:var(--shade);border:1px solid var(--line);padding:.75rem 1rem;overflow:auto}
        .table{overflow:auto;max-height:34rem;margin:1rem 0 .25rem;border:1px solid var(--line)}
        figure .table{max-height:15rem}
        table{border-collapse:collapse;font-size:.8125rem;line-height:1.35;width:100%;font-variant-numeric:tabular-nums}
        caption{text-align:left;padding:.5rem .6rem;color:var(--quiet)}
        th,td{padding:.25rem .6rem;text-align:left;vertical-align:top;border-top:1px solid var(--line);
        overflow-wrap:normal}
        thead th{position:sticky;top:0;background:var(--shade);border-top:0;white-space:nowrap}
        tbody th{font-weight:600}
        .n{text-align:right;white-space:nowrap}
        .note{font-size:.8125rem;color:var(--quiet);margin:.25rem 0 1.25rem;max-width:none}
        figure{margin:1.5rem 0 2rem}
        .picture{background:#fff;border:1px solid var(--line);padding:.75rem;overflow:auto;text-align:center}
        .picture svg{max-width:100%;height:auto}
        .picture svg[width]{width:min(100%,52rem)}
        figcaption{font-size:.9rem;margin-top:.5rem}figcaption p{max-width:none;margin:.25rem 0}
        @media (max-width:40rem){dl{display:block}dd{margin:0 0 .75rem}h1{font-size:1.5rem}}
        @media print{html{font-size:10pt;color:#000;background:#fff}body{max-width:none;padding:0}
        nav,.skip{display:none}a{color:inherit;text-decoration:none}.table,figure .table{max-height:none;overflow:visible}
        thead{display:table-header-group}thead th{position:static}tr,.picture,figcaption{break-inside:avoid}
        h2,h3,h4{break-after:avoid}table{font-size:7.5pt}th,td{padding:.1rem .3rem}.n{white-space:normal}
        pre{white-space:pre-wrap}}
        """
}
