/* A sandboxed node in C: the root mean square of every channel, one value for each block. The graph
 * says how long a block is (option "blockFrames"). Build it:
 *
 *     clang --target=wasm32 -O2 -nostdlib -Wl,--no-entry -Wl,--max-memory=4194304 \
 *       -o loudness.wasm examples/sandboxed-node/loudness.c
 *
 * docs/sandboxed-nodes.md says what each of these functions is for. */

#define EXPORT(name) __attribute__((export_name(#name)))
#define MOST_VALUES (1 << 19)
#define MOST_CHANNELS 1024

static float input[MOST_VALUES];
static float output[MOST_CHANNELS];
static int channels;

EXPORT(abi_version) int abi_version(void) { return 1; }

EXPORT(open) int open_node(int channel_count, double rate_hz, int block_frames) {
  (void)rate_hz;
  if (channel_count > MOST_CHANNELS || channel_count > MOST_VALUES / block_frames) return -1;
  channels = channel_count;
  return channels;
}

EXPORT(input_pointer) float *input_pointer(void) { return input; }

EXPORT(output_pointer) float *output_pointer(void) { return output; }

EXPORT(process) int process(int frames) {
  for (int c = 0; c < channels; c++) {
    double sum = 0;
    for (int f = 0; f < frames; f++) {
      double value = input[f * channels + c];
      sum += value * value;
    }
    output[c] = (float)__builtin_sqrt(sum / frames);
  }
  return 1;
}

/* A block never has a gap in it, and nothing is kept from one to the next. */
EXPORT(reset_after_gap) void reset_after_gap(double lost) { (void)lost; }
