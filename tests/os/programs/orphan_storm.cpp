// usage: orphan_storm ROUNDS ORPHANS
// ROUNDS processes that each fork ORPHANS children, which end at once, and end without waiting for
// them. Ends when the last of them has.

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

int main(int argc, char* argv[]) {
  if (argc != 3) return 64;
  const int rounds = std::atoi(argv[1]);
  const int orphans = std::atoi(argv[2]);
  for (int round = 0; round < rounds; ++round) {
    const pid_t parent = ::fork();
    if (parent < 0) return 1;
    if (parent > 0) {
      int status = 0;
      if (::waitpid(parent, &status, 0) != parent || status != 0) return 1;
      continue;
    }
    for (int orphan = 0; orphan < orphans; ++orphan) {
      const pid_t child = ::fork();
      if (child <= 0) ::_exit(child < 0 ? 1 : 0);
    }
    ::_exit(0);
  }
  return 0;
}
