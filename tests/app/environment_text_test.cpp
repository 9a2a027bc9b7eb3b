#include "my_init/app/environment_text.hpp"

#include "catch.hpp"

using namespace my_init::app;

TEST_CASE("E3 values are quoted for the shell", "[app][environment]") {
  CHECK(shell_text({{"A", "plain"}, {"B", "it's $HOME `x` \"y\" \\"}, {"C", ""}, {"D", "1\n2"}}) ==
        "export A='plain'\n"
        "export B='it'\\''s $HOME `x` \"y\" \\'\n"
        "export C=''\n"
        "export D='1\n2'\n");
}

TEST_CASE("K8 names that a shell cannot take are left out of .sh", "[app][environment]") {
  CHECK(shell_text({{"a-b", "1"},
                    {"a.b", "2"},
                    {"1a", "3"},
                    {"", "4"},
                    {"a b", "5"},
                    {"\xC3\xA9", "6"},
                    {"PPID", "7"},
                    {"SHELLOPTS", "8"},
                    {"_a1", "9"}}) == "export _a1='9'\n");
}

TEST_CASE("E1 what is about a user is not for the shell", "[app][environment]") {
  CHECK(shell_text({{"HOME", "/root"},
                    {"USER", "u"},
                    {"GROUP", "g"},
                    {"UID", "0"},
                    {"GID", "0"},
                    {"SHELL", "/bin/sh"},
                    {"LOGNAME", "l"}}) == "export LOGNAME='l'\n");
}

TEST_CASE("E3 every variable is in the JSON object", "[app][environment]") {
  CHECK(json_text({}) == "{}\n");
  CHECK(json_text({{"HOME", "/root"}, {"a-b", "\"\n"}, {"x", "\xFF\xC3\xA9"}}) ==
        "{\"HOME\": \"/root\", \"a-b\": \"\\\"\\n\", \"x\": \"\\ufffd\xC3\xA9\"}\n");
}
