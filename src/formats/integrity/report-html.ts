/** The integrity report as one page that needs nothing else: light or dark, on screen or on paper. */
import type { IntegrityReport, ReportedGap, StreamIntegrity } from './integrity.ts'
import { clockPlot, columnSeconds, coverageStrip } from './report-plots.ts'
import { reportStyle } from './report-style.ts'
import { count, counted, digits, duration, escaped, moment, percent } from './report-words.ts'

/** More rows than these help nobody; the JSON has all of them. */
const mostRows = 200

const verdicts = {
  complete: ['✓', 'Complete', 'Every sample that was expected is in the file.'],
  gaps: ['!', 'Sound, with gaps', 'What is missing is marked, to the sample.'],
  damaged: ['×', 'Damaged', 'Parts of the file are missing or not what was written.'],
} as const

/** @param madeAt when the report was made */
export function reportHtml(report: IntegrityReport, madeAt: Date): string {
  const name = report.file.replace(/^.*[/\\]/, '')
  const sections = [
    section('Problems', problems(report)),
    section('Streams', report.streams.map((stream) => streamCard(stream, report.seconds)).join('')),
    section('Clocks', clocks(report.streams)),
    section('Impedances', impedances(report)),
    section('Markers', markers(report)),
    section('Checksums', checksums(report)),
  ]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Integrity of ${escaped(name)}</title>
<style>${reportStyle}</style>
</head>
<body>
<main>
${head(report, name)}
${sections.join('\n')}
<footer>Made by SynapseStream on ${day(madeAt.toISOString())}. Times count from the first sample.
Not a medical document.</footer>
</main>
</body>
</html>
`
}

function head(report: IntegrityReport, name: string): string {
  const [sign, title, sentence] = verdicts[report.verdict]
  const { expected, received, lost } = report.ledger
  const figures = [
    ['duration', duration(report.seconds)],
    ['expected', count(expected)],
    ['received', count(received)],
    ['lost', count(lost)],
    ['of expected', percent(received, expected)],
  ]
  const began = report.startedAt ? `recorded ${day(report.startedAt)}` : 'start unknown'
  return `<header>
<p class="kind">Integrity report</p>
<h1>${escaped(name)}</h1>
<p class="dim">${began} · ${escaped(report.format.toUpperCase())}</p>
<div class="verdict ${report.verdict}"><span class="sign" aria-hidden="true">${sign}</span>
<div><strong>${title}</strong><p>${sentence}</p></div></div>
<dl class="figures">${figures
    .map(([term, value]) => `<div><dt>${term}</dt><dd>${value}</dd></div>`)
    .join('')}</dl>
</header>`
}

function section(title: string, content: string): string {
  return content ? `<section><h2>${title}</h2>${content}</section>` : ''
}

function problems({ problems: found }: IntegrityReport): string {
  if (found.length === 0) return ''
  const items = found.map(
    ({ code, message, harmless }) =>
      `<li class="${harmless ? 'note' : 'fault'}">${escaped(message)} <code>${code}</code></li>`,
  )
  return `<ul class="problems">${items.join('')}</ul>`
}

function streamCard(stream: StreamIntegrity, seconds: number): string {
  const { name, type, channels, nominalRateHz, effectiveRateHz, ledger, arrival, gaps } = stream
  const rate = nominalRateHz > 0 ? `${digits(nominalRateHz)} Hz` : 'irregular'
  const facts = [
    ['expected', count(ledger.expected)],
    ['received', count(ledger.received)],
    ['lost', count(ledger.lost)],
    ...(effectiveRateHz > 0 ? [['effective rate', `${effectiveRateHz.toFixed(4)} Hz`]] : []),
    ...(stream.driftPpm === null ? [] : [['against nominal', `${signed(stream.driftPpm)} ppm`]]),
    ...(arrival
      ? [
          ['median arrival delay', `${digits(arrival.medianMs)} ms`],
          ['99 % arrive within', `${digits(arrival.p99Ms)} ms`],
          ['latest arrival', `${digits(arrival.mostMs)} ms`],
        ]
      : []),
  ]
  return `<article>
<h3>${escaped(name)} <span class="dim">${escaped(type)} · ${counted(channels, 'channel')} · ${rate}</span></h3>
${coverageStrip(stream, seconds)}
<p class="ends"><span>${moment(0)}</span><span>${moment(seconds)}</span></p>
${gaps.length > 0 ? legend(seconds) : ''}
<dl class="facts">${facts.map(([term, value]) => `<div><dt>${term}</dt><dd>${value}</dd></div>`).join('')}</dl>
${gapTable(gaps)}
</article>`
}

function legend(seconds: number): string {
  const column = duration(columnSeconds(seconds))
  return `<p class="legend">Red, from below: how much of each ${column} is missing. Mark above: a gap, however short.</p>`
}

function gapTable(gaps: readonly ReportedGap[]): string {
  if (gaps.length === 0) return ''
  const rows = gaps
    .slice(0, mostRows)
    .map(({ second, seconds, atSample, lostSamples, exact, reason }) => [
      moment(second),
      seconds === null ? '—' : duration(seconds),
      count(atSample),
      `${exact ? '' : 'about '}${count(lostSamples)}`,
      escaped(reason),
    ])
  const open = gaps.length <= 12 ? ' open' : ''
  return `<details${open}><summary>${counted(gaps.length, 'gap')}</summary>${table(
    ['at', '#lasting', '#first sample', '#samples lost', 'reason'],
    rows,
  )}${more(gaps.length)}</details>`
}

/** @param names a leading # is for columns of numbers */
function table(names: readonly string[], rows: readonly (readonly string[])[]): string {
  const kind = (column: number) => (names[column]!.startsWith('#') ? ' class="number"' : '')
  const cells = (row: readonly string[]) =>
    row.map((cell, column) => `<td${kind(column)}>${cell}</td>`).join('')
  const heads = names.map((name, i) => `<th${kind(i)} scope="col">${name.replace('#', '')}</th>`)
  const body = rows.map((row) => `<tr>${cells(row)}</tr>`).join('')
  return `<div class="wide"><table><thead><tr>${heads.join('')}</tr></thead><tbody>${body}</tbody></table></div>`
}

function more(rows: number): string {
  return rows > mostRows ? `<p class="dim">and ${count(rows - mostRows)} more in the JSON</p>` : ''
}

function clocks(streams: readonly StreamIntegrity[]): string {
  const own = streams.filter(({ clock }) => clock !== null)
  if (own.length === 0) {
    return streams.length > 0
      ? '<p>All streams bear the times of the recorder’s own clock; there is no offset to show.</p>'
      : ''
  }
  return own
    .map(({ name, clock }) => {
      const { measurements, driftPpm, spreadMs } = clock!
      return `<article><h3>${escaped(name)} <span class="dim">offset in ms · ${counted(
        measurements,
        'measurement',
      )} · drift ${signed(driftPpm)} ppm · scatter ${digits(spreadMs)} ms</span></h3>
<div class="wide">${clockPlot(clock!)}</div></article>`
    })
    .join('')
}

function impedances({ impedances: found }: IntegrityReport): string {
  if (found.length === 0) return ''
  const shown = (measured: { kohm: number | 'off'; second: number } | null) =>
    measured === null ? '—' : measured.kohm === 'off' ? 'off' : digits(measured.kohm)
  const rows = found.map(({ electrode, first, last }) => {
    const isNumber = last && first.kohm !== 'off' && last.kohm !== 'off'
    const change = isNumber ? signed((last.kohm as number) - (first.kohm as number)) : '—'
    const when = last ? moment(last.second) : '—'
    return [escaped(electrode), shown(first), shown(last), change, when]
  })
  const names = ['electrode', '#before, kΩ', '#after, kΩ', '#change, kΩ', '#after at']
  return `<article>${table(names, rows)}</article>`
}

function markers({ markers: found }: IntegrityReport): string {
  if (found.length === 0) return '<p>No markers.</p>'
  const rows = found
    .slice(0, mostRows)
    .map(({ second, label, source }) => [moment(second), escaped(label), escaped(source ?? '')])
  const open = found.length <= 20 ? ' open' : ''
  const summary = `<summary>${counted(found.length, 'marker')}</summary>`
  const list = table(['at', 'label', 'source'], rows) + more(found.length)
  return `<article><details${open}>${summary}${list}</details></article>`
}

function checksums({ checksums: found }: IntegrityReport): string {
  if (!found) {
    return '<p>No checksums lie beside the file: a value that changed would not be noticed.</p>'
  }
  const { checkedBytes, uncheckedBytes, damaged, sha256 } = found
  const places = damaged.slice(0, mostRows).map(({ from, to }) => [count(from), count(to)])
  const rest = uncheckedBytes > 0 ? ` ${count(uncheckedBytes)} bytes have no checksum.` : ''
  return `<article><p>${count(checkedBytes)} bytes are as they were written.${rest}</p>
${sha256 ? `<p class="sum">SHA-256 <code>${sha256}</code></p>` : ''}
${places.length > 0 ? table(['#damaged from byte', '#to byte'], places) : ''}</article>`
}

function signed(value: number): string {
  return value > 0 ? `+${digits(value)}` : digits(value)
}

function day(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`
}
