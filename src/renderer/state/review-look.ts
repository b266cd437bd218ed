/** How a recording is looked at: which stretch of it, which channels, through which filters. */
import type { Reviewed, ReviewView } from '../../contract/index.ts'
import type { Row } from '../frames/rows.ts'
import { pageCount, pageOf, rowsPerPage } from '../frames/rows.ts'

/** Seconds per screen that can be chosen; any other comes by zooming. */
export const spans = [
  0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600, 43_200, 86_400,
] as const

/** Closer than this there is nothing to see. */
const leastSeconds = 0.05

export const reviewLists = ['markers', 'gaps', 'channels', 'problems'] as const
export type ReviewList = (typeof reviewLists)[number]

export interface ReviewLook {
  /** Seconds on the recording's clock at the left edge. */
  readonly from: number
  readonly seconds: number
  /** The key of the selected row. */
  readonly selected: string | null
  /** Which of many channels are on the screen. */
  readonly page: number
  /** Keys of rows that are left out. */
  readonly hidden: ReadonlySet<string>
  readonly view: ReviewView
  /** Null: no list stands beside the traces. */
  readonly list: ReviewList | null
}

export const firstLook: ReviewLook = {
  from: 0,
  seconds: 10,
  selected: null,
  page: 0,
  hidden: new Set(),
  view: {
    montage: 'recorded',
    lowCutHz: 0.5,
    highCutHz: 45,
    notchHz: 50,
    removeBlinks: false,
  },
  list: 'markers',
}

type Extent = Pick<Reviewed, 'from' | 'to'>

/** A stretch that lies within the recording, and is no longer than it. */
export function within({ from: first, to: last }: Extent, from: number, seconds: number) {
  const whole = Math.max(leastSeconds, last - first)
  const length = Math.min(whole, Math.max(leastSeconds, seconds))
  return { from: Math.min(Math.max(first, from), first + whole - length), seconds: length }
}

/** @param share of the screen, to the right where positive */
export function scrolled(extent: Extent, look: ReviewLook, share: number) {
  return within(extent, look.from + share * look.seconds, look.seconds)
}

/** @param at share of the screen from the left that stays where it is */
export function zoomed(extent: Extent, { from, seconds }: ReviewLook, to: number, at = 0.5) {
  const length = within(extent, from, to).seconds
  return within(extent, from + at * (seconds - length), length)
}

/** So that the moment stands a fifth into the screen, with what led to it. */
export function broughtInto(extent: Extent, look: ReviewLook, time: number) {
  return within(extent, time - 0.2 * look.seconds, look.seconds)
}

/** Every channel of every stream. */
export function rowsOfRecording(recording: Reviewed): Row[] {
  return recording.streams.flatMap(({ id, channels }) =>
    channels.map(({ label, type, unit }, channel) => ({
      key: `${id}|${channel}`,
      device: 'review',
      source: id,
      channel,
      label,
      type,
      unit,
    })),
  )
}

/** Those that are on the screen. */
export function shownRows(
  rows: readonly Row[],
  { hidden, page }: Pick<ReviewLook, 'hidden' | 'page'>,
): readonly Row[] {
  const left = rows.filter(({ key }) => !hidden.has(key))
  return pageOf(left, Math.min(page, pageCount(left.length) - 1))
}

/** The row above or below, and the page on which it stands. */
export function movedSelection(rows: readonly Row[], look: ReviewLook, direction: 1 | -1) {
  const left = rows.filter(({ key }) => !look.hidden.has(key))
  const at = left.findIndex(({ key }) => key === look.selected)
  const next =
    at < 0
      ? Math.min(left.length - 1, look.page * rowsPerPage)
      : Math.min(left.length - 1, Math.max(0, at + direction))
  return { selected: left[next]?.key ?? null, page: Math.max(0, Math.floor(next / rowsPerPage)) }
}

/** "1:02:03.5", "62:03" or "3723.5" in seconds; null where it is none of these. */
export function parseTime(text: string): number | null {
  const parts = text.trim().split(':')
  if (parts.length > 3 || parts.some((part) => !/^\d+(\.\d*)?$/.test(part))) return null
  return parts.reduce((sum, part) => sum * 60 + Number(part), 0)
}

/** "00:12:31", with as many digits of a second as a stretch of so many seconds needs. */
export function formatTime(seconds: number, span: number): string {
  const digits = span >= 20 ? 0 : span >= 2 ? 1 : span >= 0.2 ? 2 : 3
  const scale = 10 ** digits
  const whole = Math.round(Math.max(0, seconds) * scale)
  const clock = Math.floor(whole / scale)
  const parts = [Math.floor(clock / 3600), Math.floor(clock / 60) % 60, clock % 60]
  const text = parts.map((part) => String(part).padStart(2, '0')).join(':')
  return digits === 0 ? text : `${text}.${String(whole % scale).padStart(digits, '0')}`
}
