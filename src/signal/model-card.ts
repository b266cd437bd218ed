/** What must be known of a model to feed it: read from the card beside the ONNX file. */
import { z } from 'zod'

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
    /** Which channels feed the model. `frontal-mean`: the mean of Fp1/Fp2 or their like. */
    montage: z.enum(['frontal-mean', 'all']),
    /** Values are divided by this before the model sees them. */
    divideBy: z.number().positive(),
    /** Pass band the training data had; the graph filters likewise. */
    bandHz: z.tuple([z.number(), z.number()]),
  }),
  output: z.strictObject({ name: z.string(), labels: z.array(z.string()).min(1) }),
  /** A decision is made above this value of the first label. */
  threshold: z.number(),
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
