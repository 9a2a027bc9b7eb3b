#pragma once

#include <array>
#include <string_view>

namespace my_init::fuzz {

// What others write and we read. Each function takes any bytes, and ends the program when a rule is
// broken; the sanitizers see the rest.

/// A definition file: load() returns, and each diagnostic is one sentence.
void try_definitions(std::string_view input);
/// A file of `env_file`: the service is there, whatever its variables are.
void try_env_file(std::string_view input);
/// A line at the control socket: what is understood comes out again as it went in.
void try_request(std::string_view input);
/// What a client sends to the control socket, in pieces. A byte before each piece: its length (6
/// bits), whether it is repeated (until it is too long for a request, or is some lines), and
/// whether the server looks only after the next one. Each line gets one answer, and no end is lost.
void try_connection(std::string_view input);
/// A datagram of sd_notify(3): no value beyond its limits.
void try_notify(std::string_view input);
/// Variables "NAME=VALUE", divided by NULs: what the copies for shells and JSON say is what was
/// given, and a directory of such files is read as it is.
void try_environment(std::string_view input);

struct Target {
  std::string_view name;  ///< of its directory in tests/fuzz/corpus
  void (*run)(std::string_view input);
};

inline constexpr std::array<Target, 6> kTargets{{
    {"definitions", try_definitions},
    {"env_file", try_env_file},
    {"requests", try_request},
    {"connection", try_connection},
    {"notify", try_notify},
    {"environment", try_environment},
}};

/// Ends the program, with a word on standard error, when that is not so.
void require(bool is_so, std::string_view what);

}  // namespace my_init::fuzz
