// BrainFlow's own library, called without its Python binding, whose overhead would flatter us. It
// filters one channel per call and keeps no state: for a block the time is right and the answer is
// not. The library's path is the only argument.
#include "peer.h"
#include <dlfcn.h>

typedef int (*Filter)(double *, int, int, double, double, int, int, double);
typedef int (*Welch)(double *, int, int, int, int, int, double *, double *);
typedef int (*Transform)(double *, int, int, double *, double *);

static Filter band_pass, band_stop;
static Welch welch;
static Transform transform;
static double *data, *scratch, *amplitudes, *frequencies;
enum { butterworth = 0, noWindow = 0, hanning = 1 };

/* The copy stands for reading the next block: the filters work in place. */
static void filter(const Request *r) {
  const double low = r->rateHz > 10000 ? 300 : 1, high = r->rateHz > 10000 ? 6000 : 45;
  for (int c = 0; c < r->channels; c++) {
    memcpy(scratch, data + (size_t)c * r->frames, sizeof(double) * r->frames);
    band_stop(scratch, r->frames, r->rateHz, 49, 51, 1, butterworth, 0);
    band_pass(scratch, r->frames, r->rateHz, low, high, 4, butterworth, 0);
  }
}

static void power(const Request *r) {
  for (int c = 0; c < r->channels; c++)
    welch(data + (size_t)c * r->frames, r->frames, r->size, r->size / 2, r->rateHz, hanning,
          amplitudes, frequencies);
}

static void fft(const Request *r) {
  for (int c = 0; c < r->channels; c++)
    transform(data + (size_t)c * r->size, r->size, noWindow, amplitudes, frequencies);
}

static void (*open(const Request *r))(const Request *) {
  const int perChannel = !strcmp(r->work, "fft") ? r->size : r->frames;
  const size_t count = (size_t)r->channels * perChannel;
  free(data), free(scratch), free(amplitudes), free(frequencies);
  data = aligned(count * sizeof(double));
  scratch = aligned(perChannel * sizeof(double));
  amplitudes = aligned((r->size + 2) * sizeof(double));
  frequencies = aligned((r->size + 2) * sizeof(double));
  for (size_t i = 0; i < count; i++) data[i] = noise();
  if (!strcmp(r->work, "filter")) return filter;
  if (!strcmp(r->work, "welch")) return power;
  if (!strcmp(r->work, "fft")) return fft;
  return 0;
}

int main(int count, char **arguments) {
  void *library = count > 1 ? dlopen(arguments[1], RTLD_NOW) : 0;
  if (!library) return fprintf(stderr, "%s\n", count > 1 ? dlerror() : "no library"), 1;
  band_pass = (Filter)dlsym(library, "perform_bandpass");
  band_stop = (Filter)dlsym(library, "perform_bandstop");
  welch = (Welch)dlsym(library, "get_psd_welch");
  transform = (Transform)dlsym(library, "perform_fft");
  if (!band_pass || !band_stop || !welch || !transform) return fputs("no function\n", stderr), 1;
  return serve_requests(open);
}
