/** The look of the report: one column that also prints well; states differ in shape, not colour alone. */
export const reportStyle = `
:root {
  color-scheme: light dark;
  --page: #f6f7f8; --card: #fff; --ink: #16191d; --dim: #5b6570; --line: #dde1e5;
  --good: #14713d; --good-back: #e5f4ea; --warn: #8a5300; --warn-back: #fdf1dc;
  --bad: #b3261e; --bad-back: #fbe9e7; --there: #7fa8cf; --empty: #e6e9ec; --dot: #2463a4;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #101316; --card: #181c20; --ink: #e8eaed; --dim: #9aa4ae; --line: #2c3238;
    --good: #6fd394; --good-back: #15291d; --warn: #f0b95a; --warn-back: #2e2413;
    --bad: #ff8f85; --bad-back: #341b19; --there: #3f6c98; --empty: #262b30; --dot: #7fb4ea;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
main { max-width: 800px; margin: 0 auto; padding: 40px 24px 64px; }
h1 { font-size: 26px; line-height: 1.25; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 18px; margin: 40px 0 12px; }
h3 { font-size: 15px; margin: 0 0 10px; }
p { margin: 4px 0; }
.kind { color: var(--dim); font-size: 13px; letter-spacing: .04em; text-transform: uppercase; }
.dim { color: var(--dim); font-weight: 400; }
article, .figures {
  background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 16px 18px;
}
article + article { margin-top: 12px; }
.verdict {
  display: flex; gap: 14px; align-items: center; margin: 20px 0 12px; padding: 14px 18px;
  border-radius: 10px; border: 1px solid currentColor;
}
.verdict p { margin: 0; color: var(--ink); }
.verdict strong { font-size: 17px; }
.sign {
  flex: none; width: 30px; height: 30px; border-radius: 50%; border: 2px solid currentColor;
  display: grid; place-items: center; font-weight: 700; line-height: 1;
}
.complete { color: var(--good); background: var(--good-back); }
.gaps { color: var(--warn); background: var(--warn-back); }
.damaged { color: var(--bad); background: var(--bad-back); }
dl { margin: 0; display: grid; gap: 10px 24px; }
.figures { grid-template-columns: repeat(auto-fit, minmax(110px, 1fr)); }
.facts { grid-template-columns: repeat(auto-fill, minmax(128px, 1fr)); margin-top: 12px; }
dt { color: var(--dim); font-size: 13px; }
dd { margin: 0; font-variant-numeric: tabular-nums; }
.figures dd { font-size: 19px; font-weight: 600; }
.strip { display: block; width: 100%; height: 22px; }
.strip .empty { fill: var(--empty); }
.strip .there { fill: var(--there); }
.strip .lost { fill: var(--bad); }
.strip .mark { fill: var(--ink); }
.legend { color: var(--dim); font-size: 12px; }
.ends { display: flex; justify-content: space-between; color: var(--dim); font-size: 12px; }
.plot { display: block; width: 100%; min-width: 520px; height: auto; }
.plot .grid { stroke: var(--line); }
.plot text { fill: var(--dim); font-size: 12px; font-variant-numeric: tabular-nums; }
.plot circle { fill: var(--dot); }
details { margin-top: 14px; }
article > details:first-child { margin-top: 0; }
article > .wide:first-child { margin-top: 0; }
tr:last-child td { border-bottom: 0; }
summary { cursor: pointer; color: var(--dim); }
summary:focus-visible { outline: 2px solid var(--dot); outline-offset: 2px; border-radius: 4px; }
.wide { overflow-x: auto; margin-top: 8px; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 6px 16px 6px 0; border-bottom: 1px solid var(--line); }
th { color: var(--dim); font-weight: 500; font-size: 13px; }
th:last-child, td:last-child { padding-right: 0; }
.number { text-align: right; }
.number + :not(.number) { padding-left: 16px; }
.problems { list-style: none; margin: 0; padding: 0; }
.problems li { padding: 8px 14px; border-left: 4px solid var(--dim); background: var(--card); margin-top: 6px; }
.problems .fault { border-left-color: var(--bad); }
code { font: 13px/1.4 ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; color: var(--dim); overflow-wrap: anywhere; }
footer { margin-top: 48px; padding-top: 16px; border-top: 1px solid var(--line); color: var(--dim); font-size: 13px; }
@media print {
  :root { --page: #fff; --card: #fff; }
  main { max-width: none; padding: 0; }
  article, table { break-inside: avoid; }
}
`
