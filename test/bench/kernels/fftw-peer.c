// FFTW3 in float32, planned with FFTW_PATIENT. `fft`: every transform in one piece of memory, which
// is what suits FFTW best; `fft-frames`: channels side by side in every frame, as our nodes have it.
#include "peer.h"
#include <fftw3.h>

static fftwf_plan plan;
static float *input;
static fftwf_complex *output;

static void transform(const Request *r) {
  (void)r;
  fftwf_execute(plan);
}

static void (*open(const Request *r))(const Request *) {
  const int n = r->size, count = r->channels, bins = n / 2 + 1;
  const int isFrames = !strcmp(r->work, "fft-frames");
  if (!isFrames && strcmp(r->work, "fft")) return 0;
  if (plan) fftwf_destroy_plan(plan), fftwf_free(input), fftwf_free(output);
  input = fftwf_malloc(sizeof(float) * n * count);
  output = fftwf_malloc(sizeof(fftwf_complex) * bins * count);
  plan = isFrames
             ? fftwf_plan_many_dft_r2c(1, &n, count, input, 0, count, 1, output, 0, count, 1,
                                       FFTW_PATIENT)
             : fftwf_plan_many_dft_r2c(1, &n, count, input, 0, 1, n, output, 0, 1, bins,
                                       FFTW_PATIENT);
  for (int i = 0; i < n * count; i++) input[i] = noise();
  return transform;
}

int main(void) { return serve_requests(open); }
