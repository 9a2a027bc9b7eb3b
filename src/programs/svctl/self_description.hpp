#pragma once

#include <span>
#include <string>
#include <string_view>

namespace CLI {
class App;
}  // namespace CLI

namespace my_init::svctl {

// What is made from the declared commands themselves, so that it cannot differ from the help.

/// The page as roff, man(7): "svctl" or "setuser" (section 1), "my_init" (8), "my_init-services"
/// (5).
void manual(const CLI::App& app, std::string_view page);

/// What may follow `words`, the last of which is being typed: each a line with a tab and a
/// description. Nothing: the name of a file.
void complete(const CLI::App& app, std::span<const std::string> words);

/// The same for sv.
void complete_sv(std::span<const std::string> words);

/// The script that teaches a shell to call `svctl complete`, and `svctl complete-sv` for sv.
void completion(std::string_view shell);

}  // namespace my_init::svctl
