/** What was just recorded, read to its last sample: for programs that end with their recording. */
import { asSynapseError } from '../../signal/index.ts'
import type { SessionKeeper } from '../session-keeper.ts'
import { FileThread } from './file-thread.ts'
import type { Judged } from './orders.ts'
import { Progress } from './progress.ts'
import { SessionTasks } from './session-tasks.ts'

/**
 * In a thread of its own; the catalogue keeps the verdict.
 * @param path of any of the files of the recording
 * @param givenUp settles when nobody wants to wait any longer
 * @returns null where it was given up: then it is as unverified as before
 * @throws SynapseError worker-died
 */
export async function verifyRecorded(
  sessions: SessionKeeper,
  path: string,
  givenUp: Promise<void>,
): Promise<Judged | null> {
  const thread = new FileThread()
  void givenUp.then(() => thread.giveUp())
  try {
    return await new SessionTasks(sessions, thread).verifyFile(path, new Progress())
  } catch (cause) {
    const error = asSynapseError(cause, `verifying ${path}`)
    if (error.code === 'cancelled') return null
    throw error
  } finally {
    await thread.giveUp()
  }
}
