/** The checksums of a file on disk, if there are any beside it. */
import { SynapseError } from '../../signal/index.ts'
import { openFileSource } from '../file-io.ts'
import type { Problem } from '../problems.ts'
import { type ChecksumReport, checkSums } from './check-sums.ts'
import { sumsPath } from './summed-sink.ts'

/**
 * @returns null where there are none: a recording of another program, or one that was moved alone
 * @throws SynapseError file-missing (the recording), file-denied, io-failed
 */
export async function checkSumsOf(path: string): Promise<ChecksumReport | null> {
  const side = await openFileSource(sumsPath(path)).catch((error: unknown) => {
    if (error instanceof SynapseError && error.code === 'file-missing') return null
    throw error
  })
  if (!side) return null
  try {
    const source = await openFileSource(path)
    try {
      return await checkSums(source, side)
    } finally {
      await source.close()
    }
  } finally {
    await side.close()
  }
}

/**
 * Of several files as one report, which names the file that a problem is in.
 * @returns null where none has checksums
 */
export async function checkSumsOfAll(paths: readonly string[]): Promise<ChecksumReport | null> {
  const reports: ChecksumReport[] = []
  for (const path of paths) {
    const report = await checkSumsOf(path)
    const name = (problem: Problem) => ({ ...problem, message: `${path}: ${problem.message}` })
    if (report) reports.push({ ...report, problems: report.problems.map(name) })
  }
  if (reports.length === 0) return null
  const total = (count: (report: ChecksumReport) => number) =>
    reports.reduce((sum, report) => sum + count(report), 0)
  return {
    closed: reports.every(({ closed }) => closed),
    blocks: total(({ blocks }) => blocks),
    checkedBytes: total(({ checkedBytes }) => checkedBytes),
    uncheckedBytes: total(({ uncheckedBytes }) => uncheckedBytes),
    sha256: reports.length === 1 ? reports[0]!.sha256 : null,
    damaged: reports.flatMap(({ damaged }) => damaged),
    problems: reports.flatMap(({ problems }) => problems),
  }
}
