/** The thread that reads and writes recordings while others are made: one piece of work at a time. */
import { parentPort } from 'node:worker_threads'
import type { Outcome } from '../../contract/index.ts'
import { copySubject } from '../../sessions/index.ts'
import { asSynapseError } from '../../signal/index.ts'
import { inspectRecording } from '../inspect-recording.ts'
import { report, verify } from './judge.ts'
import { contentOf } from './look.ts'
import { withWhole } from './open-whole.ts'
import type { FileAnswers, FileOrder, FileReply, FileRequest } from './orders.ts'
import { Progress } from './progress.ts'
import { exportTo, repair } from './rewrite.ts'

const port = parentPort!
let last: Promise<void> = Promise.resolve()

port.on('message', (request: FileRequest) => {
  last = last.then(() => answer(request))
})

async function answer({ number, order, progress }: FileRequest): Promise<void> {
  const reply = (message: FileReply) => port.postMessage(message)
  try {
    reply({ number, answer: await work(order, new Progress(progress)) })
  } catch (cause) {
    reply({ number, note: asSynapseError(cause, `${order.kind} of a recording`).note })
  }
}

async function work(order: FileOrder, progress: Progress): Promise<FileAnswers[FileOrder['kind']]> {
  progress.check()
  switch (order.kind) {
    case 'look':
      return withWhole(order.path, async (recording) => contentOf(recording, order.path))
    case 'inspect':
      return inspectRecording(order.path)
    case 'verify':
      return verify(order, progress)
    case 'report':
      return report(order, progress)
    case 'repair':
      return repair(order, progress)
    case 'export':
      return exportTo(order, progress)
    case 'copy':
      return copy(order, progress)
  }
}

function copy({ plan }: Extract<FileOrder, { kind: 'copy' }>, progress: Progress): Outcome {
  progress.expect(plan.files.reduce((sum, { bytes }) => sum + bytes, 0))
  copySubject(plan, (bytes) => progress.reach(bytes))
  return {
    sentence: `${plan.files.length} files of ${plan.recordings.length} recordings copied to ${plan.into}.`,
    whole: true,
    files: plan.files.map(({ path, bytes }) => ({ path: `${plan.into}/${path}`, bytes })),
    losses: [],
    advice: '',
    removed: [],
    problems: [],
  }
}
