// NodeGui's addon is linked against Qode, a Node that lets Qt's event loop drive its own, and expects three symbols from
// it. Loaded first and globally, this library gives them, so that the same addon runs in plain Node. Qt's loop is then
// never run: the frame clock pumps its events. The entry point makes Node accept the library as an addon; it needs no
// Node headers, since Node-API's types are opaque pointers.
#if defined(_WIN32)
#define VISIBLE __declspec(dllexport)
#else
#define VISIBLE __attribute__((visibility("default")))
#endif

namespace qode {
static char program[] = "doppel";
static char *arguments[] = {program, nullptr};

VISIBLE int qode_argc = 1;
VISIBLE char **qode_argv = arguments;
VISIBLE void InjectCustomRunLoop(int (*)()) {}
}  // namespace qode

extern "C" VISIBLE void *napi_register_module_v1(void *, void *exports) { return exports; }
