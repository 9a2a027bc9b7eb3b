// The test service for images without a shell: prints "ready", then waits; SIGTERM ends it with 0.
// "service crash" prints "crash" and exits with 1.
#include <signal.h>
#include <string.h>
#include <unistd.h>

static void say(const char* text) {
  if (write(1, text, strlen(text)) < 0) _exit(2);
}

static void leave(int signo) {
  (void)signo;
  say("bye\n");
  _exit(0);
}

int main(int argc, char** argv) {
  if (argc > 1 && strcmp(argv[1], "crash") == 0) {
    say("crash\n");
    return 1;
  }
  signal(SIGTERM, leave);
  say("ready\n");
  for (;;) pause();
}
