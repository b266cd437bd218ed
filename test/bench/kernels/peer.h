// What every peer written in C does: reads one line per measurement, "work channels frames rateHz
// size", and answers with the CPU seconds of one call, or "none" when it does not know the work.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct {
  char work[32];
  int channels, frames, rateHz, size;
} Request;

static const double quantum = 0.04;

static double cpu_seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

static double seconds_per_call(void (*call)(const Request *), const Request *request) {
  call(request);
  for (long n = 1;;) {
    const double start = cpu_seconds();
    for (long i = 0; i < n; i++) call(request);
    const double taken = cpu_seconds() - start;
    if (taken >= quantum) return taken / n;
    n = taken > quantum / 100 ? (long)(n * quantum * 1.1 / taken) + 1 : n * 10;
  }
}

static float noise(void) { return (float)rand() / (float)RAND_MAX * 40 - 20; }

static void *aligned(size_t bytes) {
  void *memory = aligned_alloc(64, (bytes + 63) / 64 * 64);
  memset(memory, 0, bytes);
  return memory;
}

/* open: makes ready for a request that differs from the last one; returns what to call, or 0. */
static int serve_requests(void (*(*open)(const Request *))(const Request *)) {
  char line[256], last[256] = "";
  Request request;
  void (*call)(const Request *) = 0;
  while (fgets(line, sizeof line, stdin)) {
    if (strcmp(line, last)) {
      if (sscanf(line, "%31s %d %d %d %d", request.work, &request.channels, &request.frames,
                 &request.rateHz, &request.size) != 5) return 1;
      call = open(&request);
      strcpy(last, line);
    }
    if (call) printf("%.9e\n", seconds_per_call(call, &request));
    else puts("none");
    fflush(stdout);
  }
  return 0;
}
