/**
 * Boards by the number of columns of their default preset (BrainFlow, `brainflow_boards.cpp`):
 * counter, electrodes, accelerometer where there is one, others, time stamp, marker. Where boards
 * with different columns have as many, none is named.
 */

export interface BrainflowBoard {
  readonly name: string
  readonly exg: number
  readonly accel: number
}

const boards: Readonly<Record<number, BrainflowBoard>> = {
  15: { name: 'Ganglion', exg: 4, accel: 3 },
  24: { name: 'Cyton', exg: 8, accel: 3 },
  // The synthetic board has the same beginning.
  32: { name: 'Cyton Daisy', exg: 16, accel: 3 },
}

export function brainflowBoard(columns: number): BrainflowBoard | undefined {
  return boards[columns]
}
