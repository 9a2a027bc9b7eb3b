#include "my_init/os/memory.hpp"

#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>

namespace my_init::os {
namespace {

/// Unmaps the pages of a segment that is never written, so that nothing can be lost.
void drop_pages(const dl_phdr_info& object, const ElfW(Phdr) & segment) {
  if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) return;
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const std::uintptr_t begin = (object.dlpi_addr + segment.p_vaddr) & ~(page - 1);
  const std::uintptr_t end = (object.dlpi_addr + segment.p_vaddr + segment.p_filesz) & ~(page - 1);
  // The last page may be shared with a segment that is written.
  // NOLINTNEXTLINE(performance-no-int-to-ptr): dl_iterate_phdr(3) gives addresses as numbers.
  if (begin < end) ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
}

}  // namespace

void release_unused_memory() {
  ::malloc_trim(0);
  const auto visit = [](dl_phdr_info* object, std::size_t, void*) -> int {
    for (int i = 0; i < object->dlpi_phnum; ++i) drop_pages(*object, object->dlpi_phdr[i]);
    return 1;  // the first object is the program itself
  };
  ::dl_iterate_phdr(visit, nullptr);
}

}  // namespace my_init::os
