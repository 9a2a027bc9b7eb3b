#pragma once

namespace my_init::os {

/// Gives the kernel back what an idle PID 1 does not need: free pages of the heap, and the pages of
/// our own program that only the boot has used (they stay in the page cache and come back on use).
void release_unused_memory();

}  // namespace my_init::os
