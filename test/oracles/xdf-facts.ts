/** What `xdf_facts.py` answers: the streams of an XDF file as pyxdf reads them. */
import { askOracle } from './oracle.ts'

export interface PyxdfStream {
  readonly id: number
  readonly name: string
  readonly type: string
  readonly format: string
  readonly channels: number
  readonly rateHz: number
  readonly effectiveRateHz: number
  readonly segments: readonly (readonly [number, number])[]
  readonly samples: number
  readonly stamps: readonly (number | null)[]
  readonly values?: readonly (readonly (number | string | null)[])[]
  readonly desc: readonly [Record<string, unknown> | null]
  readonly footer: { readonly info: Record<string, readonly unknown[]> } | null
}

export interface PyxdfRecording {
  readonly error: string | null
  readonly header?: { readonly info: Record<string, readonly unknown[]> }
  readonly streams: readonly PyxdfStream[]
}

export interface PyxdfRequest {
  readonly files: readonly string[]
  /** Lay regular streams on a line, as pyxdf does unless told otherwise. */
  readonly dejitter: boolean
  readonly values: boolean
  readonly cuts?: readonly number[]
}

export function askPyxdf(request: PyxdfRequest): Promise<PyxdfRecording[]> {
  return askOracle('xdf_facts.py', request)
}
