import { z } from 'zod'
import { option } from '../../signal/index.ts'

export const sandboxOptions = z.strictObject({
  module: option(z.string().min(1), {
    help: 'Name of a file in the modules folder, without .wasm; or the absolute path of one.',
  }),
  blockFrames: option(z.int().min(1).max(65536).default(1), {
    help: 'Frames that the module gets at a time; each block gives one frame or none.',
  }),
  channels: option(z.array(z.string().min(1)).min(1).max(1024).nullable().default(null), {
    help: 'Labels of the channels that it gives; null: those of the input, each with its unit.',
  }),
  unit: option(z.string().min(1).default('1'), {
    help: 'Unit of the channels that are named in "channels".',
  }),
  type: option(z.string().min(1).nullable().default(null), {
    help: 'Content type of the output; null: that of the input, or Features where channels are named.',
  }),
  parameters: option(z.array(z.number()).max(256).default([]), {
    help: 'Numbers that the module is told before it opens; what they mean is its affair.',
  }),
})

export type SandboxOptions = z.infer<typeof sandboxOptions>
