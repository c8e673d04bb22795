/* Loads a plug-in that carries the archive, captures through it twice, and unloads it between; then
 * forks, so that a handler left behind by the unloaded code would be run.
 * usage: plugin_host PLUGIN OUTPUT */
#include <dlfcn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

typedef int (*main_fn)(int argc, char** argv);

int main(int argc, char** argv) {
  if (argc != 3) {
    return 2;
  }
  for (int round = 0; round < 2; ++round) {
    void* plugin = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    if (!plugin) {
      fprintf(stderr, "%s\n", dlerror());
      return 1;
    }
    main_fn consumer_main;
    *(void**)&consumer_main = dlsym(plugin, "consumer_main");
    char* arguments[] = {argv[0], argv[2], NULL};
    const int status = consumer_main(2, arguments);
    dlclose(plugin);
    if (status != 0) {
      return status;
    }
    const pid_t child = fork();
    if (child == 0) {
      _exit(0);
    }
    int child_status = 1;
    if (child < 0 || waitpid(child, &child_status, 0) != child || child_status != 0) {
      fprintf(stderr, "the forked child ended with %d\n", child_status);
      return 1;
    }
  }
  puts("loaded twice");
  return 0;
}
