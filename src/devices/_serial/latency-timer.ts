/**
 * An FTDI bridge holds bytes back until its buffer is full or its timer rings, by default after
 * 16 ms: that much a sample may come late. On Linux the timer may be set where the system lets us.
 */
import { readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'

const usbSerialFolder = '/sys/bus/usb-serial/devices'
const shortestMs = 1

/**
 * Sets the timer to 1 ms where that can be done.
 * @returns the milliseconds in force; undefined of a port that has no such timer
 */
export function shortenLatencyTimer(path: string, folder = usbSerialFolder): number | undefined {
  if (process.platform !== 'linux') return undefined
  const file = timerOf(path, folder)
  const before = file === undefined ? undefined : readMs(file)
  if (file === undefined || before === undefined || before <= shortestMs) return before
  try {
    writeFileSync(file, String(shortestMs))
  } catch {
    // Only the owner of the machine may, or a rule of udev's; what stands is told.
  }
  return readMs(file)
}

/** A link such as /dev/serial/by-id/… leads to the port. */
function timerOf(path: string, folder: string): string | undefined {
  try {
    return join(folder, basename(realpathSync(path)), 'latency_timer')
  } catch {
    return undefined
  }
}

function readMs(file: string): number | undefined {
  try {
    const value = Number(readFileSync(file, 'utf8'))
    return Number.isFinite(value) ? value : undefined
  } catch {
    return undefined
  }
}
