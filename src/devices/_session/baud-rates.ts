/** A board that may speak at one speed or another. */
import { asSynapseError, type DeviceContext, type DeviceSession } from '../../signal/index.ts'
import { type GreetBoard, SerialSession } from './serial-session.ts'

/**
 * Opens the board at the first speed at which it answers.
 * @throws SynapseError what the last speed gave
 */
export async function openAtEither(
  address: string,
  baudRates: readonly number[],
  context: DeviceContext,
  greet: GreetBoard,
): Promise<DeviceSession> {
  for (const [i, baudRate] of baudRates.entries()) {
    try {
      return await SerialSession.open(address, baudRate, context, greet)
    } catch (error) {
      const { code } = asSynapseError(error, `opening ${address}`)
      const isUnheard = code === 'silent-device' || code === 'wrong-device'
      if (!isUnheard || i === baudRates.length - 1) throw error
    }
  }
  throw new Error('no speed was given')
}
