/// How the report looks; colours are pairs, chosen by the reader's own scheme.
enum StyleSheet {
    static let text = """
        :root{color-scheme:light dark;
        --page:light-dark(#f6f7f9,#0e1116);--card:light-dark(#fff,#161b22);--ink:light-dark(#16202c,#e6edf3);
        --soft:light-dark(#5b6776,#93a1b1);--rule:light-dark(#e2e6eb,#28303a);--grid:light-dark(#edf0f3,#222a33);
        --c1:light-dark(#0f8b8d,#3cc8c4);--c2:light-dark(#2f6fde,#6ea8ff);--c3:light-dark(#b4458f,#e68bcb);
        --good:light-dark(#1a7f4b,#4cc38a);--bad:light-dark(#c8312f,#ff7b72);--wait:light-dark(#9a6700,#e3b341)}
        *{box-sizing:border-box}
        body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,sans-serif;
        font-variant-numeric:tabular-nums}
        main{max-width:1360px;margin:0 auto;padding:28px 24px 64px}
        header{display:flex;flex-wrap:wrap;align-items:center;gap:8px 16px;margin-bottom:20px}
        h1{font-size:24px;line-height:1.2;margin:0;letter-spacing:-.01em}
        h2{font-size:16px;margin:0 0 12px;letter-spacing:-.005em}
        header p{margin:0;color:var(--soft);flex-basis:100%}
        .badge{font-weight:650;font-size:13px;padding:3px 12px;border-radius:999px;border:1px solid currentColor;
        text-transform:uppercase;letter-spacing:.06em}
        .passed,.met{color:var(--good)}.missed,.failed{color:var(--bad)}.invalid,.skipped,.none{color:var(--wait)}
        .card{background:var(--card);border:1px solid var(--rule);border-radius:12px;padding:18px 20px;margin-bottom:18px}
        .reasons{border-left:4px solid var(--bad)}.reasons.invalid{border-left-color:var(--wait);color:inherit}
        .reasons ul{margin:0;padding-left:18px}
        .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:14px;margin-bottom:18px}
        .tile{background:var(--card);border:1px solid var(--rule);border-radius:12px;padding:14px 18px}
        .tile b{display:block;font-size:25px;line-height:1.25;font-weight:640;letter-spacing:-.02em}
        .tile span{color:var(--soft);font-size:13px}
        .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,460px),1fr));gap:18px;margin-bottom:18px}
        .charts .card{margin:0}
        .scroll{overflow-x:auto}
        table{border-collapse:collapse;width:100%;font-size:14px}
        th{font-weight:600;color:var(--soft);text-align:left;font-size:12.5px;white-space:nowrap}
        th,td{padding:7px 14px 7px 0;border-bottom:1px solid var(--rule);vertical-align:top}
        tr:last-child td{border-bottom:0}
        td:first-child{min-width:190px}
        td.n,th.n{text-align:right;white-space:nowrap}
        td small{display:block;color:var(--soft);font-size:12.5px;max-width:52ch}
        code,.mono{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,monospace;overflow-wrap:anywhere}
        a{color:var(--c2);text-underline-offset:2px}a:focus-visible,summary:focus-visible{outline:2px solid var(--c2);outline-offset:2px;border-radius:3px}
        svg{display:block;width:100%;height:auto;overflow:visible}
        .grid{stroke:var(--grid)}.axis{stroke:var(--rule)}
        .tick{fill:var(--soft);font:11px system-ui,sans-serif}.end{text-anchor:end}.mid{text-anchor:middle}
        .line{fill:none;stroke:var(--of);stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
        .area{fill:var(--of);opacity:.14}.dot{fill:var(--of)}
        .c1{--of:var(--c1)}.c2{--of:var(--c2)}.c3{--of:var(--c3)}.muted{--of:var(--soft)}.bad{--of:var(--bad)}
        .dashed{stroke-dasharray:5 5}
        .limit{stroke:var(--bad);stroke-dasharray:3 4}.limit-text{fill:var(--bad)}
        .warm{fill:var(--soft);opacity:.09}.hover{fill:transparent}.hover:hover{fill:var(--soft);opacity:.12}
        .legend{display:flex;flex-wrap:wrap;gap:4px 16px;font-size:13px;color:var(--soft);margin-top:8px}
        .key i{display:inline-block;width:14px;height:3px;border-radius:2px;background:var(--of);margin-right:6px;vertical-align:middle}
        .bar{display:block;height:6px;min-width:90px;border-radius:3px;background:var(--grid);overflow:hidden;margin-top:7px}
        .bar i{display:block;height:100%;background:var(--good)}.bar.over i{background:var(--bad)}
        dl{display:grid;grid-template-columns:max-content 1fr;gap:5px 20px;margin:0;font-size:14px}
        dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
        details summary{cursor:pointer;color:var(--soft);font-size:13px;margin-top:10px}
        .findings{margin:8px 0;padding-left:18px}.check+.check{border-top:1px solid var(--rule);margin-top:14px;padding-top:14px}
        @media print{body{background:#fff}.card,.tile{break-inside:avoid}}
        """
}
