// An Ableton Link peer that owes Doppel nothing: Ableton's own headers (Debian and Ubuntu: ableton-link-dev), which are
// under the GPL. Only a test builds it. Writes lines of JSON; takes "tempo 140", "one" (this moment begins a bar) and the end of its input.
#include <ableton/Link.hpp>
#include <poll.h>
#include <time.h>
#include <unistd.h>
#include <cstdio>
#include <cstdlib>
#include <cstring>

static double monotonicMs()
{
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

int main(int argc, char** argv)
{
  ableton::Link link(argc > 1 ? atof(argv[1]) : 120.0);
  link.enable(true);
  char line[100];
  for (;;)
  {
    auto state = link.captureAppSessionState();
    const auto now = link.clock().micros();
    const auto ms = monotonicMs();
    printf("{\"ms\":%.4f,\"bpm\":%.4f,\"beat\":%.6f,\"peers\":%zu}\n", ms, state.tempo(), state.phaseAtTime(now, 4.0), link.numPeers());
    fflush(stdout);
    pollfd in = {0, POLLIN, 0};
    if (poll(&in, 1, 20) == 0) continue;
    const auto length = read(0, line, sizeof line - 1);
    if (length <= 0) break;
    line[length] = 0;
    state = link.captureAppSessionState();
    if (strncmp(line, "tempo ", 6) == 0) state.setTempo(atof(line + 6), link.clock().micros());
    else state.forceBeatAtTime(0, link.clock().micros(), 4.0);
    link.commitAppSessionState(state);
  }
  link.enable(false);
  return 0;
}
