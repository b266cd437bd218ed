/** Which side panels there is room for: in a narrow window, or one that is zoomed, one at a time. */
import type { Preferences } from './preferences.ts'

type Side = 'devices' | 'inspector'
type Sides = Pick<Preferences, 'devicesOpen' | 'inspectorOpen' | 'devicesWidth' | 'inspectorWidth'>

/** Narrower than this, traces and their toolbar are of no use. */
const leastCentrePixels = 500

function hasRoomForBoth(width: number, { devicesWidth, inspectorWidth }: Sides): boolean {
  return width - devicesWidth - inspectorWidth >= leastCentrePixels
}

/** @param width of the window */
export function sidesShown(width: number, sides: Sides): Record<Side, boolean> {
  const { devicesOpen, inspectorOpen } = sides
  return {
    devices: devicesOpen,
    inspector: inspectorOpen && (!devicesOpen || hasRoomForBoth(width, sides)),
  }
}

/** What becomes open and closed when one side is asked for, or sent away. */
export function sideToggled(width: number, sides: Sides, side: Side): Partial<Preferences> {
  const isShown = sidesShown(width, sides)[side]
  const isOther = hasRoomForBoth(width, sides) || isShown
  if (side === 'devices') {
    return { devicesOpen: !isShown, ...(isOther ? {} : { inspectorOpen: false }) }
  }
  return { inspectorOpen: !isShown, ...(isOther ? {} : { devicesOpen: false }) }
}
