#include "web.hpp"

#include <filesystem>

#include "client.hpp"

namespace my_init::test {

void add_web_server(Container& box, const std::string& keys, const std::string& options) {
  // A copy, where every user can execute it.
  box.file("/run/bin/keep", "");
  std::filesystem::copy_file(my_init_path(), box.host_path("/run/bin/svctl"));
  box.service("http", "command: [/run/bin/svctl, serve, --listen, \"127.0.0.1:0\"" + options +
                          "]\nready: {log: \"^serving http\"}\n" + keys);
}

std::uint16_t web_port(Container& box) {
  const std::string words = "http | serving http://127.0.0.1:";
  box.wait_output(words);
  const auto begin = box.output().find(words) + words.size();
  if (!box.wait_until(10s, [&] { return box.output().find("/\n", begin) != std::string::npos; }))
    FAIL("no port: " << box.output());
  return static_cast<std::uint16_t>(std::stoi(box.output().substr(begin)));
}

std::string web_request(const std::string& line, const std::string& fields) {
  const std::string host = has(fields, "Host:") ? "" : "Host: localhost\r\n";
  return line + " HTTP/1.1\r\n" + host + fields + "\r\n";
}

WebAnswer ask_web(std::uint16_t port, const std::string& line, const std::string& fields) {
  const auto text = ask_port(port, web_request(line, fields));
  if (!text) FAIL(line << ": no answer");
  const auto end = text->find("\r\n\r\n");
  if (end == std::string::npos || !text->starts_with("HTTP/1.1 "))
    FAIL(line << ": no HTTP but: " << *text);
  return {std::stoi(text->substr(9)), text->substr(0, end + 2), text->substr(end + 4)};
}

}  // namespace my_init::test
