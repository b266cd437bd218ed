/** What an export says on the terminal: its files, and the table of what they could not keep. */
import {
  createFileSink,
  type ExportLoss,
  type ExportResult,
  type OutputFolder,
  type Problem,
  type Removal,
  removeFile,
} from '../formats/index.ts'

/** Exit code when something of the input is lost, but not all. */
export const partlyRecovered = 3

export const disk: OutputFolder = { create: (path) => createFileSink(path), remove: removeFile }

export function exportReport(
  result: Omit<ExportResult, 'format'>,
  problems: readonly Problem[],
): string {
  const { files, samples, markers, losses, advice } = result
  const lines = files.map(({ path, bytes }) => `${path}  ${bytes} bytes`)
  lines.push(`${samples} samples, ${markers} markers`)
  if (losses.length === 0) lines.push('Nothing was lost or changed.')
  else lines.push('', 'Lost or changed:', ...lossLines(losses))
  if (advice) lines.push(advice)
  for (const { code, message } of problems) lines.push(`▲ ${message} [${code}]`)
  return `${lines.join('\n')}\n`
}

/** What was taken out, so that nobody could be told from it. */
export function removalReport(removed: readonly Removal[] | undefined): string {
  if (!removed?.length) return ''
  const rows = removed.map(({ what, count, detail }) => [what, String(count), detail])
  const widths = [0, 1].map((i) => Math.max(...rows.map((row) => row[i]!.length)))
  const lines = rows.map((row) => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  '))
  return ['De-identified; removed:', ...lines.map((line) => `  ${line}`), ''].join('\n')
}

function lossLines(losses: readonly ExportLoss[]): string[] {
  const rows = losses.map(({ kind, subject, count, detail, maxError, unit }) => {
    const error = maxError === undefined ? '' : `≤ ${Number(maxError.toPrecision(3))} ${unit}`
    return [kind, subject, String(count), error, detail]
  })
  const widths = [0, 1, 2, 3].map((i) => Math.max(...rows.map((row) => row[i]!.length)))
  return rows.map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`)
}
