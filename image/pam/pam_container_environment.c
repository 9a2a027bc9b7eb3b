// PAM module: gives a session the variables of /etc/container_environment, byte for byte. For
// cron(8), which starts its jobs with nothing but what PAM and the crontab say.
//
//   session optional pam_container_environment.so
#include <dirent.h>
#include <fcntl.h>
#include <security/pam_modules.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// The kernel takes no longer "NAME=value" (MAX_ARG_STRLEN).
enum { longest_variable = 131072 };

// "NAME=" and the content of the file less one line end; a content with a NUL is none.
static void put_variable(pam_handle_t* pam, int directory, const char* name) {
  int file = openat(directory, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat status;
  if (file < 0) return;
  char* variable = malloc(longest_variable + 1);
  if (variable != NULL && fstat(file, &status) == 0 && S_ISREG(status.st_mode)) {
    size_t size = strlen(name);
    memcpy(variable, name, size);
    variable[size++] = '=';
    ssize_t more;
    while ((more = read(file, variable + size, longest_variable - size)) > 0) size += (size_t)more;
    if (size > 0 && variable[size - 1] == '\n') --size;
    variable[size] = '\0';
    if (more == 0 && size < longest_variable && strlen(variable) == size) pam_putenv(pam, variable);
  }
  free(variable);
  close(file);
}

int pam_sm_open_session(pam_handle_t* pam, int flags, int argc, const char** argv) {
  (void)flags, (void)argc, (void)argv;
  DIR* directory = opendir("/etc/container_environment");
  if (directory == NULL) return PAM_IGNORE;
  const struct dirent* entry;
  while ((entry = readdir(directory)) != NULL)
    if (strchr(entry->d_name, '=') == NULL) put_variable(pam, dirfd(directory), entry->d_name);
  closedir(directory);
  return PAM_SUCCESS;
}

int pam_sm_close_session(pam_handle_t* pam, int flags, int argc, const char** argv) {
  (void)pam, (void)flags, (void)argc, (void)argv;
  return PAM_SUCCESS;
}
