/*
 * A Vulkan driver that stands before another one and loses the device as soon as a file exists: what an unplugged
 * graphics card, or a driver that was reset, looks like to a program. Everything else is passed on.
 *
 * Environment: GROUNDGLASS_TEST_DRIVER, the driver's library; GROUNDGLASS_TEST_LOSE, the file.
 * Loader interface: github.com/KhronosGroup/Vulkan-Loader, docs/LoaderDriverInterface.md.
 */
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))
#define VK_ERROR_INITIALIZATION_FAILED (-3)
#define VK_ERROR_DEVICE_LOST (-4)

typedef void (*Function)(void);
typedef Function (*Lookup)(void *, const char *);

static int isLost(void) {
  const char *file = getenv("GROUNDGLASS_TEST_LOSE");
  return file != NULL && access(file, F_OK) == 0;
}

static void *driver(void) {
  static void *library = NULL;
  if (library == NULL) library = dlopen(getenv("GROUNDGLASS_TEST_DRIVER"), RTLD_NOW | RTLD_LOCAL);
  return library;
}

static Function named(const char *name) { return driver() == NULL ? NULL : (Function)dlsym(driver(), name); }

/* The calls in which a program learns that its device is gone. */
static Function realSubmit, realSubmit2, realWait, realStatus, realIdle, realDeviceIdle, realDeviceLookup;

static int32_t submit(void *queue, uint32_t count, const void *infos, uint64_t fence) {
  if (isLost()) return VK_ERROR_DEVICE_LOST;
  return ((int32_t(*)(void *, uint32_t, const void *, uint64_t))realSubmit)(queue, count, infos, fence);
}
static int32_t submit2(void *queue, uint32_t count, const void *infos, uint64_t fence) {
  if (isLost()) return VK_ERROR_DEVICE_LOST;
  return ((int32_t(*)(void *, uint32_t, const void *, uint64_t))realSubmit2)(queue, count, infos, fence);
}
static int32_t waitForFences(void *device, uint32_t count, const void *fences, uint32_t all, uint64_t timeout) {
  if (isLost()) return VK_ERROR_DEVICE_LOST;
  return ((int32_t(*)(void *, uint32_t, const void *, uint32_t, uint64_t))realWait)(device, count, fences, all, timeout);
}
static int32_t fenceStatus(void *device, uint64_t fence) {
  if (isLost()) return VK_ERROR_DEVICE_LOST;
  return ((int32_t(*)(void *, uint64_t))realStatus)(device, fence);
}
static int32_t queueIdle(void *queue) {
  if (isLost()) return VK_ERROR_DEVICE_LOST;
  return ((int32_t(*)(void *))realIdle)(queue);
}
static int32_t deviceIdle(void *device) {
  if (isLost()) return VK_ERROR_DEVICE_LOST;
  return ((int32_t(*)(void *))realDeviceIdle)(device);
}

static Function deviceLookup(void *device, const char *name);

static const struct {
  const char *name;
  Function *real;
  Function mine;
} replaced[] = {
    {"vkQueueSubmit", &realSubmit, (Function)submit},
    {"vkQueueSubmit2", &realSubmit2, (Function)submit2},
    {"vkQueueSubmit2KHR", &realSubmit2, (Function)submit2},
    {"vkWaitForFences", &realWait, (Function)waitForFences},
    {"vkGetFenceStatus", &realStatus, (Function)fenceStatus},
    {"vkQueueWaitIdle", &realIdle, (Function)queueIdle},
    {"vkDeviceWaitIdle", &realDeviceIdle, (Function)deviceIdle},
    {"vkGetDeviceProcAddr", &realDeviceLookup, (Function)deviceLookup},
};

static Function mineFor(const char *name, Function real) {
  for (size_t i = 0; i < sizeof replaced / sizeof replaced[0]; i++)
    if (real != NULL && strcmp(name, replaced[i].name) == 0) {
      *replaced[i].real = real;
      return replaced[i].mine;
    }
  return real;
}

static Function deviceLookup(void *device, const char *name) {
  return mineFor(name, ((Lookup)realDeviceLookup)(device, name));
}

EXPORT Function vk_icdGetInstanceProcAddr(void *instance, const char *name) {
  Lookup lookup = (Lookup)named("vk_icdGetInstanceProcAddr");
  return lookup == NULL ? NULL : mineFor(name, lookup(instance, name));
}

EXPORT Function vk_icdGetPhysicalDeviceProcAddr(void *instance, const char *name) {
  Lookup lookup = (Lookup)named("vk_icdGetPhysicalDeviceProcAddr");
  return lookup == NULL ? NULL : lookup(instance, name);
}

EXPORT int32_t vk_icdNegotiateLoaderICDInterfaceVersion(uint32_t *version) {
  Function negotiate = named("vk_icdNegotiateLoaderICDInterfaceVersion");
  if (negotiate == NULL) return VK_ERROR_INITIALIZATION_FAILED;
  return ((int32_t(*)(uint32_t *))negotiate)(version);
}
