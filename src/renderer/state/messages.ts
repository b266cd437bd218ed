/** What this window itself has to say, newest last. */
import { fileName, formatBytes, formatClock, formatCount } from '../ui/format.ts'
import type { RecordingResult } from './recorder.ts'
import type { Store } from './store.ts'
import type { Message } from './workbench.ts'

const kept = 5

export function say(messages: Store<readonly Message[]>, message: Omit<Message, 'number'>): void {
  const known = messages.get()
  const number = (known.at(-1)?.number ?? 0) + 1
  const others = known.filter(({ text, about }) => text !== message.text || about !== message.about)
  messages.set([...others, { ...message, number }].slice(-kept))
}

/** What was written, in the words of the status bar. */
export function recordingMessage(result: RecordingResult): Omit<Message, 'number'> {
  const { path, bytes, seconds, ledger } = result
  const samples = `${formatCount(ledger.received)} of ${formatCount(ledger.expected)} samples`
  return {
    level: ledger.lost > 0 ? 'warning' : 'info',
    about: fileName(path),
    text: `Written: ${formatClock(seconds)}, ${samples}, ${formatCount(ledger.lost)} lost, ${formatBytes(bytes)}.`,
    remedy: path,
  }
}
