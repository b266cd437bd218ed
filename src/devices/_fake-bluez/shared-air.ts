/** One BlueZ for all boards that are emulated in a process, so that a scan finds them all. */
import type { OpenAir } from './air.ts'
import type { FakeBluez } from './fake-bluez.ts'

/** It is opened with the first board and goes with the last. */
export function sharedAir(): OpenAir {
  let bluez: Promise<FakeBluez> | null = null
  let boards = 0
  return async (identity, listener) => {
    bluez ??= opened()
    boards++
    try {
      const air = (await bluez).enter(identity, listener)
      return {
        ...air,
        async close() {
          if (--boards === 0) bluez = null
          await air.close()
        },
      }
    } catch (error) {
      if (--boards === 0) bluez = null
      throw error
    }
  }
}

/** D-Bus is loaded only where somebody emulates a Bluetooth board. */
async function opened(): Promise<FakeBluez> {
  const { openFakeBluez } = await import('./fake-bluez.ts')
  return openFakeBluez()
}
