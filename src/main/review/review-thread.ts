/** The thread of one recording that is looked at: answers in the order in which it can. */
import { parentPort, workerData } from 'node:worker_threads'
import type { ReviewPageQuery } from '../../contract/index.ts'
import { asSynapseError } from '../../signal/index.ts'
import { RecordingReview } from './recording-review.ts'
import type { ReviewAnswer, ReviewQuestion, ReviewWork } from './review-messages.ts'

const work = workerData as ReviewWork
const review = new RecordingReview(work)

function tell(answer: ReviewAnswer): void {
  parentPort!.postMessage(answer)
}

parentPort!.on('message', async ({ id, method, params }: ReviewQuestion) => {
  try {
    if (method === 'close') {
      await review.close()
      parentPort!.close()
    } else if (method === 'page') tell({ id, result: await review.page(params as ReviewPageQuery) })
    else tell({ id, result: await review[method]() })
  } catch (error) {
    tell({ id, note: asSynapseError(error, `looking at ${work.path}`).note })
  }
})
