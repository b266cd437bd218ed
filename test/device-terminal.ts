/** A terminal on which something answers that is no board; it listens whenever time allows. */
import { type Pty, ptyOpener } from '../src/devices/_pty/pty.ts'
import { realClock } from './device-real-clock.ts'

/** @param answer what it says to what it was told; null for nothing */
export function terminal(answer: (said: Uint8Array) => Uint8Array | null): Pty {
  const pty = ptyOpener()()
  const cancel = realClock.every(0.005, () => {
    const said = pty.read()
    const words = said?.length ? answer(said) : null
    if (words) pty.write(words)
  })
  return {
    path: pty.path,
    read: () => null,
    write: (bytes) => pty.write(bytes),
    close() {
      cancel()
      pty.close()
    },
  }
}
