#include "self_description.hpp"
#include "terminal.hpp"

namespace my_init::svctl {
namespace {

// The svctl beside an sv speaks for that, whose own words are runit's.

constexpr std::string_view kBash = R"(# bash completion for svctl and sv
_svctl() {
  local IFS=$'\n' svctl=$1 complete=complete
  if [[ ${1##*/} == sv ]]; then
    svctl=${1%sv}svctl complete=complete-sv
  fi
  COMPREPLY=($("$svctl" "$complete" "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f 1))
}
complete -o default -F _svctl svctl sv
)";

constexpr std::string_view kZsh = R"(#compdef svctl sv
_svctl() {
  local svctl=${words[1]} complete=complete
  if [[ ${svctl:t} == sv ]]; then
    svctl=${svctl%sv}svctl complete=complete-sv
  fi
  local -a found
  found=("${(@f)$("$svctl" "$complete" "${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -z ${found[1]} ]]; then
    _files
    return
  fi
  found=("${(@)found//:/\:}")
  found=("${(@)found/$'\t'/:}")
  _describe svctl found
}
if [[ ${zsh_eval_context[-1]} == loadautofunc ]]; then
  _svctl "$@"
else
  compdef _svctl svctl sv
fi
)";

constexpr std::string_view kFish = R"(# fish completion for svctl and sv
function __svctl_complete
    set -l before (commandline -opc)
    set -l svctl $before[1] complete
    if test (string replace -r '.*/' '' $before[1]) = sv
        set svctl (string replace -r 'sv$' svctl $before[1]) complete-sv
    end
    set -l found ($svctl[1] $svctl[2] $before[2..-1] (commandline -ct) 2>/dev/null)
    if test (count $found) -gt 0
        printf '%s\n' $found
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c svctl -f -a '(__svctl_complete)'
complete -c sv -f -a '(__svctl_complete)'
)";

}  // namespace

void completion(std::string_view shell) {
  print(shell == "bash" ? kBash : shell == "zsh" ? kZsh : kFish);
}

}  // namespace my_init::svctl
