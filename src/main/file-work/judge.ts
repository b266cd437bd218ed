/** Reads a recording to its last sample, and says what that has shown: in a word, or as a page. */

import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import {
  type ChecksumReport,
  type IntegrityReport,
  integrityReport,
  isHarmless,
  type Problem,
  reportHtml,
  verifyRecording,
} from '../../formats/index.ts'
import { type Ledger, reasonOf, SynapseError } from '../../signal/index.ts'
import { sumsOf, withWhole } from './open-whole.ts'
import type { FileOrder, Judged, Verdict } from './orders.ts'
import type { Progress } from './progress.ts'
import { watched } from './watched-recording.ts'

type OrderOf<K extends FileOrder['kind']> = Extract<FileOrder, { kind: K }>

/** @throws SynapseError */
export function verify({ path }: OrderOf<'verify'>, progress: Progress): Promise<Judged> {
  return withWhole(path, async (recording) => {
    const found = await verifyRecording(watched(recording, progress, 1), await sumsOf(path))
    const { sound, problems, ledger, checksums } = found
    const verdict = !sound ? 'damaged' : ledger.lost > 0 ? 'gaps' : 'complete'
    return judged(verdict, ledger, checksums, problems)
  })
}

/** @throws SynapseError */
export function report(
  { path, to, madeAt }: OrderOf<'report'>,
  progress: Progress,
): Promise<Judged> {
  return withWhole(path, async (recording) => {
    const checksums = await sumsOf(path)
    const found = await integrityReport(path, watched(recording, progress, 2), checksums)
    const bytes = writePage(to, found, madeAt)
    const outcome = judged(found.verdict, found.ledger, checksums, found.problems)
    return { ...outcome, files: [{ path: to, bytes }] }
  })
}

/** In the place of an earlier one: it can be made again at any time. */
function writePage(path: string, found: IntegrityReport, madeAt: Date): number {
  const page = Buffer.from(reportHtml(found, madeAt))
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(`${path}.part`, page, { flush: true })
    renameSync(`${path}.part`, path)
  } catch (cause) {
    throw new SynapseError('io-failed', `writing ${path}: ${reasonOf(cause)}`, { cause })
  }
  return page.length
}

function judged(
  verdict: Verdict,
  { expected, received, lost }: Ledger,
  checksums: ChecksumReport | null,
  found: readonly Problem[],
): Judged {
  const problems = found.map(({ code, message }) => ({ code, message }))
  const samples = `${count(received)} of ${count(expected)} samples read`
  const sums = checksums
    ? `${count(checksums.checkedBytes)} bytes are as they were written`
    : 'no checksums lie beside it'
  const said = {
    complete: 'Complete',
    gaps: `Sound; ${count(lost)} lost samples are marked`,
    damaged: `Damaged: ${count(found.filter((each) => !isHarmless(each)).length)} problems`,
  }
  const sentence = `${said[verdict]}. ${samples}; ${sums}.`
  return {
    verdict,
    sentence,
    reason: [sentence, ...reasons(found)].join(' '),
    whole: verdict !== 'damaged',
    files: [],
    losses: [],
    advice: '',
    removed: [],
    problems,
  }
}

/** As many as anybody wants to read in a line. */
const mostReasons = 3

function reasons(found: readonly Problem[]): string[] {
  const bad = found.filter((each) => !isHarmless(each)).map(({ message }) => `${message}.`)
  const more = bad.length > mostReasons ? [`And ${bad.length - mostReasons} more.`] : []
  return [...bad.slice(0, mostReasons), ...more]
}

function count(value: number): string {
  return value.toLocaleString('en-US')
}
