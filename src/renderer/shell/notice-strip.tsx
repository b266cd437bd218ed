/** What host and window have to say, in a strip of its own: it takes room and covers nothing. */
import { type ReactNode, useState } from 'react'
import type { Notice } from '../../contract/index.ts'
import { useStore } from '../state/store.ts'
import { useSetup, useWorkbench } from '../state/workbench.ts'
import { Icon, type IconName } from '../ui/icon.tsx'

const shownAtOnce = 3

interface Line {
  readonly key: string
  readonly level: Notice['level']
  readonly about: string
  readonly text: string
  readonly remedy: string
  readonly dismiss: () => void
}

const signs: Record<Notice['level'], { icon: IconName; word: string }> = {
  info: { icon: 'info', word: 'Note' },
  warning: { icon: 'triangle', word: 'Warning' },
  fault: { icon: 'fault', word: 'Fault' },
}

export function NoticeStrip() {
  const lines = useLines()
  const [all, setAll] = useState(false)
  if (lines.length === 0) return null
  const shown = all ? lines : lines.slice(0, shownAtOnce)
  const more = lines.length - shownAtOnce
  return (
    <section className="notices" aria-label="Notices" aria-live="polite">
      <ul>
        {shown.map((line) => (
          <NoticeLine key={line.key} line={line}>
            {more > 0 && line === shown.at(-1) && (
              <button type="button" className="button plain small" onClick={() => setAll(!all)}>
                {all ? 'Show fewer' : `${more} older`}
              </button>
            )}
          </NoticeLine>
        ))}
      </ul>
    </section>
  )
}

function NoticeLine({ line, children }: { line: Line; children: ReactNode }) {
  const { level, about, text, remedy, dismiss } = line
  const { icon, word } = signs[level]
  return (
    <li className={`notice ${level}`}>
      <Icon name={icon} size={14} />
      <span className="hidden-text">{word}:</span>
      <span className="about">{about}</span>
      <span className="text">
        {text} <span className="dim">{remedy}</span>
      </span>
      <span className="ends">
        {children}
        <button
          type="button"
          className="button plain small square"
          aria-label="Dismiss"
          onClick={dismiss}
        >
          <Icon name="close" />
        </button>
      </span>
    </li>
  )
}

/** Newest first: faults of this window above what the host keeps. */
function useLines(): Line[] {
  const { messages, link } = useWorkbench()
  const notices = useSetup()?.notices ?? []
  const own = useStore(messages).map(
    ({ number, ...message }): Line => ({
      ...message,
      key: `window ${number}`,
      dismiss: () => messages.set(messages.get().filter((each) => each.number !== number)),
    }),
  )
  const hosts = notices.map(
    ({ number, level, about, note }): Line => ({
      key: `host ${number}`,
      level,
      about,
      text: note.message,
      remedy: note.remedy,
      dismiss: () => void link.call('notices.dismiss', { number }).catch(() => {}),
    }),
  )
  return [...own.reverse(), ...hosts.reverse()]
}
