// The same loops as our kernels in C, for gcc -O3: what the machine gives without WebAssembly, with
// vectors of 128 or (built with -mavx2 -mfma) of 256 bits.
#include "peer.h"

#ifdef __AVX2__
#define BYTES 32
#else
#define BYTES 16
#endif
typedef double doubles __attribute__((vector_size(BYTES)));
typedef float halves __attribute__((vector_size(BYTES / 2)));
typedef float floats __attribute__((vector_size(BYTES)));
enum { pairs = BYTES / 8, lanes = BYTES / 4, sections = 5 };

static float *input, *output, *weights;
static double *state, coefficients[sections * 5];

static inline doubles widen(const float *x) {
  halves v;
  memcpy(&v, x, sizeof v);
  return __builtin_convertvector(v, doubles);
}

static inline void narrow(float *y, doubles v) {
  const halves h = __builtin_convertvector(v, halves);
  memcpy(y, &h, sizeof h);
}

typedef struct {
  doubles b0, b1, b2, a1, a2;
} Section;

static inline doubles section(doubles x, const Section k, double *p, double *q) {
  const doubles y = k.b0 * x + *(doubles *)p;
  *(doubles *)p = k.b1 * x - k.a1 * y + *(doubles *)q;
  *(doubles *)q = k.b2 * x - k.a2 * y;
  return y;
}

static void filter(const Request *r) {
  const int n = r->channels;
  for (int f = 0; f < r->frames; f++) {
    const float *x = input + (size_t)f * n;
    float *y = output + (size_t)f * n;
    for (int o = 0; o < n; o += 4 * pairs) {
      doubles a = widen(x + o), b = widen(x + o + pairs);
      doubles c = widen(x + o + 2 * pairs), d = widen(x + o + 3 * pairs);
      double *p = state + o;
      for (int s = 0; s < sections; s++) {
        const double *each = coefficients + s * 5;
        const doubles zero = {0};
        const Section k = {zero + each[0], zero + each[1], zero + each[2], zero + each[3],
                           zero + each[4]};
        double *q = p + n;
        a = section(a, k, p, q);
        b = section(b, k, p + pairs, q + pairs);
        c = section(c, k, p + 2 * pairs, q + 2 * pairs);
        d = section(d, k, p + 3 * pairs, q + 3 * pairs);
        p = q + n;
      }
      narrow(y + o, a);
      narrow(y + o + pairs, b);
      narrow(y + o + 2 * pairs, c);
      narrow(y + o + 3 * pairs, d);
    }
  }
}

/* out[f][j] = sum over i of in[f][i] weights[i][j]; tiles of `rows` frames and `across` vectors. */
#define TILE(NAME, ROWS, ACROSS)                                                              \
  static inline void NAME(const float *x, float *y, int n, const float *w) {                 \
    floats sum[ROWS][ACROSS] = {0};                                                          \
    for (int i = 0; i < n; i++, w += n)                                                      \
      for (int j = 0; j < ACROSS; j++) {                                                     \
        const floats v = *(const floats *)(w + j * lanes);                                   \
        for (int f = 0; f < ROWS; f++) sum[f][j] += x[(size_t)f * n + i] * v;                \
      }                                                                                      \
    for (int f = 0; f < ROWS; f++)                                                           \
      for (int j = 0; j < ACROSS; j++) *(floats *)(y + (size_t)f * n + j * lanes) = sum[f][j]; \
  }
TILE(tile_four, 4, 2)
TILE(tile_four_narrow, 4, 1)
TILE(tile_wide, 1, 8)
TILE(tile_narrow, 1, 1)

static void spatial(const Request *r) {
  const int n = r->channels;
  int f = 0;
  for (; f + 4 <= r->frames; f += 4) {
    const float *x = input + (size_t)f * n;
    float *y = output + (size_t)f * n;
    int o = 0;
    for (; o + 2 * lanes <= n; o += 2 * lanes) tile_four(x, y + o, n, weights + o);
    for (; o < n; o += lanes) tile_four_narrow(x, y + o, n, weights + o);
  }
  for (; f < r->frames; f++) {
    const float *x = input + (size_t)f * n;
    float *y = output + (size_t)f * n;
    int o = 0;
    for (; o + 8 * lanes <= n; o += 8 * lanes) tile_wide(x, y + o, n, weights + o);
    for (; o < n; o += lanes) tile_narrow(x, y + o, n, weights + o);
  }
}

static void release(void) {
  free(input), free(output), free(weights), free(state);
  input = output = weights = 0;
  state = 0;
}

static void (*open(const Request *r))(const Request *) {
  const size_t n = r->channels, count = n * r->frames;
  /* Stable sections of the kind that the others design; what they are does not change the time. */
  static const double stable[5] = {0.2, 0.1, -0.1, -1.2, 0.5};
  release();
  for (int s = 0; s < sections; s++) memcpy(coefficients + s * 5, stable, sizeof stable);
  input = aligned(count * sizeof(float));
  output = aligned(count * sizeof(float));
  state = aligned(n * sections * 2 * sizeof(double));
  for (size_t i = 0; i < count; i++) input[i] = noise();
  if (!strcmp(r->work, "filter")) return filter;
  if (strcmp(r->work, "spatial")) return 0;
  weights = aligned(n * n * sizeof(float));
  for (size_t i = 0; i < n * n; i++) weights[i] = noise();
  return spatial;
}

int main(void) { return serve_requests(open); }
