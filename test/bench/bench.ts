/** `npm run bench -- [suite] [--json]`: measures, beside the peers, in one run. */
import { parseArgs } from 'node:util'
import { devicesSuite } from './devices/devices-suite.ts'
import { formatsSuite } from './formats/formats-suite.ts'
import { graphSuite } from './graph/graph-suite.ts'
import { kernelsSuite } from './kernels/kernels-suite.ts'
import { latencySuite } from './latency/latency-suite.ts'
import { markersSuite } from './markers/markers-suite.ts'
import { reviewSuite } from './review/review-suite.ts'
import type { BenchRow } from './row.ts'
import { snapshotSuite } from './snapshot/snapshot-suite.ts'
import { stateSuite } from './state/state-suite.ts'

const suites: Readonly<Record<string, () => Promise<BenchRow[]>>> = {
  devices: devicesSuite,
  formats: formatsSuite,
  graph: graphSuite,
  kernels: kernelsSuite,
  latency: latencySuite,
  markers: markersSuite,
  review: reviewSuite,
  snapshot: snapshotSuite,
  state: stateSuite,
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { json: { type: 'boolean', default: false } },
    allowPositionals: true,
  })
  const names = positionals.length ? positionals : Object.keys(suites)
  const unknown = names.find((name) => !(name in suites))
  if (unknown !== undefined) {
    process.stderr.write(
      `bench: no suite "${unknown}". Suites: ${Object.keys(suites).join(', ')}.\n`,
    )
    return 2
  }
  const rows: BenchRow[] = []
  for (const name of names) rows.push(...(await suites[name]!()))
  process.stdout.write(values.json ? `${JSON.stringify(rows, null, 2)}\n` : table(rows))
  return 0
}

function table(rows: readonly BenchRow[]): string {
  const cells = rows.map((row) => [
    row.suite,
    row.case,
    row.metric,
    `${number(row.value)} ${row.unit}`,
    row.peer ? `${row.peer} ${number(row.peerValue)} ${row.unit}` : '',
    row.ratio === null ? '' : `× ${number(row.ratio)}`,
    row.goal ?? '',
    row.met === null ? '' : row.met ? 'met' : 'MISSED',
  ])
  const head = ['suite', 'case', 'metric', 'value', 'peer', 'ratio', 'goal', '']
  const widths = head.map((_, c) => Math.max(...[head, ...cells].map((row) => row[c]!.length)))
  const line = (row: readonly string[]) =>
    row
      .map((cell, c) => cell.padEnd(widths[c]!))
      .join('  ')
      .trimEnd()
  return `${[head, ...cells].map(line).join('\n')}\n`
}

function number(value: number | null): string {
  return value === null
    ? '–'
    : Number(value.toPrecision(3)).toLocaleString('en', { maximumFractionDigits: 4 })
}

process.exit(await main())
