/**
 * Which frames belong together: by time, by pauses, by number. Looks only at frames up to the
 * watermark, whose order is certain.
 */
import type { FrameHistory } from '../_event-time/frame-history.ts'
import type { WindowChoice } from './options.ts'

/** Takes frames `from` up to, not with, `to` as window `index`, from time `begin` to `end`. */
export type TakeWindow = (
  index: number,
  begin: number,
  end: number,
  from: number,
  to: number,
) => void

export interface Windows {
  readonly state: WindowsState
  /** How far the output lies behind the watermark at most. */
  readonly lagSeconds: number
  /** To be called after every frame: closes what is over, and forgets what nobody needs. */
  advance(take: TakeWindow): void
}

export type WindowsState = {
  /** Time of the first frame; windows in time begin here. NaN before there is one. */
  origin: number
  /** Number of the next window. */
  next: number
  /** How many of the frames kept are up to the watermark, and looked at. */
  certain: number
  /** Frames to leave out before the next window. */
  skip: number
}

export function newWindows(choice: WindowChoice, history: FrameHistory): Windows {
  const state: WindowsState = { origin: Number.NaN, next: 0, certain: 0, skip: 0 }
  switch (choice.kind) {
    case 'tumbling':
      return inTime(state, history, choice.seconds, choice.seconds)
    case 'sliding':
      return inTime(state, history, choice.seconds, choice.hopSeconds)
    case 'session':
      return inSessions(state, history, choice.gapSeconds, choice.longestSeconds)
    case 'count':
      return inNumber(state, history, choice.frames, choice.hopFrames)
  }
}

/** Window k is from origin + k × hop up to, but not with, so many seconds later. */
function inTime(state: WindowsState, history: FrameHistory, seconds: number, hop: number): Windows {
  const beginOf = (index: number) => state.origin + index * hop

  /** The first window that is not over before `time`, or one or two before it. */
  function windowBefore(time: number): number {
    return Math.floor((time - state.origin - seconds) / hop) - 1
  }

  return {
    state,
    lagSeconds: 0,
    advance(take) {
      if (Number.isNaN(state.origin)) {
        if (history.state.size === 0) return
        state.origin = history.time(0)
      }
      const watermark = history.watermark()
      while (watermark >= beginOf(state.next) + seconds) {
        const begin = beginOf(state.next)
        const end = begin + seconds
        const from = history.countBefore(begin)
        const to = history.countBefore(end)
        if (to > from) take(state.next, begin, end, from, to)
        history.discard(history.countBefore(beginOf(state.next + 1)))
        // Over a long silence there are no windows to look at one by one.
        const soonest = history.state.size ? Math.min(history.time(0), watermark) : watermark
        state.next = Math.max(state.next + 1, windowBefore(soonest))
      }
    },
  }
}

/** A window goes on while frames follow each other closely, from its first frame to its last. */
function inSessions(
  state: WindowsState,
  history: FrameHistory,
  gap: number,
  longest: number,
): Windows {
  function close(take: TakeWindow): void {
    const { certain } = state
    take(state.next++, history.time(0), history.time(certain - 1), 0, certain)
    history.discard(certain)
    state.certain = 0
  }

  return {
    state,
    // A session that is not over is sent at the time of its last frame.
    lagSeconds: gap,
    advance(take) {
      const watermark = history.watermark()
      while (state.certain < history.state.size && history.time(state.certain) <= watermark) {
        const { certain } = state
        const time = history.time(certain)
        const isOver =
          certain > 0 &&
          (time - history.time(certain - 1) > gap || time - history.time(0) > longest)
        if (isOver) close(take)
        state.certain++
      }
      if (state.certain > 0 && watermark - history.time(state.certain - 1) >= gap) close(take)
    },
  }
}

/** Window k is from frame k × hop on. */
function inNumber(
  state: WindowsState,
  history: FrameHistory,
  frames: number,
  hop: number,
): Windows {
  return {
    state,
    lagSeconds: 0,
    advance(take) {
      const watermark = history.watermark()
      while (state.certain < history.state.size && history.time(state.certain) <= watermark) {
        if (state.skip > 0) {
          history.discard(1)
          state.skip--
          continue
        }
        if (++state.certain < frames) continue
        take(state.next++, history.time(0), history.time(frames - 1), 0, frames)
        const left = Math.min(hop, frames)
        history.discard(left)
        state.certain -= left
        state.skip = hop - left
      }
    },
  }
}

/** How many seconds of frames the windows need at once. */
export function secondsKept(choice: WindowChoice): number {
  if (choice.kind === 'tumbling') return choice.seconds
  if (choice.kind === 'sliding') return choice.seconds + choice.hopSeconds
  return choice.kind === 'session' ? choice.longestSeconds + choice.gapSeconds : 0
}
