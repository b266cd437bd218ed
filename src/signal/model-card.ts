/** What must be known of a model to feed it: read from the card beside the ONNX file. */
import { z } from 'zod'

/**
 * Causal Butterworth band-pass at the device's rate, of `order` at each edge as SciPy counts it,
 * and a notch at the mains frequency. As the last step before the model's rate it is also what
 * keeps aliases out; null for a model that learnt from unfiltered signals.
 */
const inputFilterSchema = z
  .strictObject({
    highPassHz: z.number().positive(),
    lowPassHz: z.number().positive(),
    order: z.int().positive(),
    /** Centre frequency over width; null for no notch. */
    notchQ: z.number().positive().nullable(),
  })
  .nullable()

/**
 * When an answer becomes an event: the first label rises above `threshold`. It counts again once
 * it has been below `clearBelow`, and no sooner than `refractorySeconds` after the event before.
 */
const decisionSchema = z.strictObject({
  threshold: z.number(),
  clearBelow: z.number(),
  refractorySeconds: z.number().min(0),
})

export const modelCardSchema = z.strictObject({
  name: z.string(),
  version: z.string(),
  title: z.string(),
  summary: z.string(),
  licence: z.string(),
  /** File beside the card. */
  file: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  input: z.strictObject({
    name: z.string(),
    /** The window is `frames` frames of `channels` channels at `rateHz`. */
    rateHz: z.number().positive(),
    frames: z.int().positive(),
    channels: z.int().positive(),
    unit: z.string(),
    /** Which channels feed the model. `frontal-mean`: the mean of those that show a blink best. */
    montage: z.enum(['frontal-mean', 'all']),
    /** Values are divided by this before the model sees them. */
    divideBy: z.number().positive(),
    /** What stood before the model in training; the graph puts the same before `infer`. */
    filter: inputFilterSchema,
  }),
  output: z.strictObject({ name: z.string(), labels: z.array(z.string()).min(1) }),
  decision: decisionSchema,
  training: z.strictObject({
    script: z.string(),
    data: z.array(z.string()),
    versions: z.record(z.string(), z.string()),
  }),
  evaluation: z.array(
    z.strictObject({
      data: z.string(),
      metric: z.string(),
      value: z.number(),
      note: z.string().optional(),
    }),
  ),
  limits: z.array(z.string()),
})

export type ModelCard = z.infer<typeof modelCardSchema>
