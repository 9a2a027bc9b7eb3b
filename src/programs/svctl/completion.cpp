#include "self_description.hpp"
#include "terminal.hpp"

namespace my_init::svctl {
namespace {

constexpr std::string_view kBash = R"(# bash completion for svctl
_svctl() {
  local IFS=$'\n'
  COMPREPLY=($("$1" complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f 1))
}
complete -o default -F _svctl svctl
)";

constexpr std::string_view kZsh = R"(#compdef svctl
_svctl() {
  local -a found
  found=("${(@f)$("${words[1]}" complete "${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -z ${found[1]} ]]; then
    _files
    return
  fi
  found=("${(@)found//:/\\:}")
  found=("${(@)found/$'\t'/:}")
  _describe svctl found
}
if [[ ${zsh_eval_context[-1]} == loadautofunc ]]; then
  _svctl "$@"
else
  compdef _svctl svctl
fi
)";

constexpr std::string_view kFish = R"(# fish completion for svctl
function __svctl_complete
    set -l before (commandline -opc)
    set -l found ($before[1] complete $before[2..-1] (commandline -ct) 2>/dev/null)
    if test (count $found) -gt 0
        printf '%s\n' $found
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c svctl -f -a '(__svctl_complete)'
)";

}  // namespace

void completion(std::string_view shell) {
  print(shell == "bash" ? kBash : shell == "zsh" ? kZsh : kFish);
}

}  // namespace my_init::svctl
