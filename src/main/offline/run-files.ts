/** A graph over many files: some at a time, each in a thread of its own, each with its own result. */
import { Worker } from 'node:worker_threads'
import {
  asSynapseError,
  type ErrorNote,
  errorFromNote,
  reasonOf,
  SynapseError,
} from '../../signal/index.ts'
import { GraphPool } from '../graph-pool.ts'
import type { JobReport } from './job-thread.ts'
import type { RunJob, RunReport } from './run-file.ts'

/** What came of one file. */
export type FileResult = { readonly job: RunJob } & (
  | { readonly report: RunReport; readonly note: null }
  | { readonly report: null; readonly note: ErrorNote }
)

/** Files that may wait: their paths alone are in memory. */
const mostWaiting = 100_000

/**
 * @param atATime threads
 * @param done told of every file when it is done
 * @returns one result for every job, in their order; a job that fails costs the others nothing
 * @throws SynapseError pool-full, before anything runs
 */
export async function runFiles(
  jobs: readonly RunJob[],
  atATime: number,
  done: (result: FileResult) => void,
): Promise<FileResult[]> {
  if (jobs.length > atATime + mostWaiting) {
    throw new SynapseError('pool-full', `running over ${jobs.length} files at once`)
  }
  const pool = new GraphPool({ mostRunning: atATime, mostWaiting })
  return Promise.all(
    jobs.map(async (job): Promise<FileResult> => {
      const result = await pool
        .run(job.recording, () => inThread(job))
        .then(
          (report) => ({ job, report, note: null }),
          (error) => ({ job, report: null, note: asSynapseError(error, job.recording).note }),
        )
      done(result)
      return result
    }),
  )
}

function inThread(job: RunJob): Promise<RunReport> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const worker = new Worker(new URL(`./job-thread.${extension}`, import.meta.url), {
    workerData: job,
  })
  return new Promise((resolve, reject) => {
    worker.once('message', (message: JobReport) => {
      if ('report' in message) resolve(message.report)
      else reject(errorFromNote(message.note))
    })
    worker.once('error', (error) => reject(died(job, reasonOf(error))))
    worker.once('exit', () => reject(died(job, 'its thread ended')))
  })
}

function died({ recording }: RunJob, reason: string): SynapseError {
  return new SynapseError('internal', `running a graph over ${recording}: ${reason}`)
}
