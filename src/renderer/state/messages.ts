/** What this window itself has to say, newest last. */
import type { Result } from '../../contract/index.ts'
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

/** Where a trace went, and what opens it. */
export function traceMessage({ path, spans, lost }: Result<'trace.save'>): Omit<Message, 'number'> {
  const missing = lost > 0 ? `, ${formatCount(lost)} more had no room` : ''
  return {
    level: 'info',
    about: fileName(path),
    text: `Trace written: ${formatCount(spans)} spans${missing}. Open it at ui.perfetto.dev.`,
    remedy: path,
  }
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
