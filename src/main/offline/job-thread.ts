/** The thread of one run over a file: does the job that it is born with, and says what came of it. */
import { parentPort, workerData } from 'node:worker_threads'
import { asSynapseError, type ErrorNote } from '../../signal/index.ts'
import { type RunJob, type RunReport, runFile } from './run-file.ts'

export type JobReport = { readonly report: RunReport } | { readonly note: ErrorNote }

const job = workerData as RunJob

function tell(message: JobReport): void {
  parentPort!.postMessage(message)
}

try {
  tell({ report: await runFile(job) })
} catch (error) {
  tell({ note: asSynapseError(error, `running a graph over ${job.recording}`).note })
}
