#include "my_init/log/ring.hpp"

#include <algorithm>
#include <cstring>
#include <string>

namespace my_init::log {
namespace {

constexpr std::size_t kFirstSize = 1024;

/// The end of `text`, from the beginning of a line on, that is at most `room` bytes.
std::string_view newest_lines(std::string_view text, std::size_t room) {
  if (text.size() <= room) return text;
  const std::size_t cut = text.find('\n', text.size() - room - 1);
  return text.substr(cut == text.npos ? text.size() : cut + 1);
}

}  // namespace

void Ring::append(const Block& block) {
  if (limit_ <= sizeof(Header)) return;
  const std::string_view text = newest_lines(block.text, limit_ - sizeof(Header));
  if (text.empty()) return;
  const std::size_t size = sizeof(Header) + text.size();
  make_room(size);
  Header header;
  header.time = block.time;
  header.run = block.run;
  header.size = static_cast<std::uint32_t>(text.size());
  header.stream = block.stream;
  put(end_, &header, sizeof header);
  put(end_ + sizeof header, text.data(), text.size());
  end_ += size;
}

std::vector<RingLine> Ring::last_lines(std::optional<RunId> run, std::size_t count) const {
  std::vector<std::uint64_t> places;
  for (std::uint64_t at = begin_; at < end_; at += sizeof(Header) + header_at(at).size) {
    if (!run || header_at(at).run == *run) places.push_back(at);
  }
  std::vector<RingLine> lines;  // newest first
  for (auto place = places.rbegin(); place != places.rend() && lines.size() < count; ++place) {
    const Header header = header_at(*place);
    const std::string text = text_at(*place + sizeof(Header), header.size);
    std::size_t end = text.size() - 1;  // the newline of the last line
    while (lines.size() < count) {
      const std::size_t before = end == 0 ? text.npos : text.rfind('\n', end - 1);
      const std::size_t begin = before == text.npos ? 0 : before + 1;
      lines.push_back({header.time, header.stream, header.run, text.substr(begin, end - begin)});
      if (before == text.npos) break;
      end = before;
    }
  }
  std::reverse(lines.begin(), lines.end());
  return lines;
}

RingPart Ring::lines_after(std::uint64_t place) const {
  RingPart part{{}, end_, begin_ > place ? begin_ - place : 0};
  for (std::uint64_t at = std::max(begin_, place); at < end_;) {
    const Header header = header_at(at);
    const std::string text = text_at(at + sizeof header, header.size);
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = text.find('\n', begin);
      part.lines.push_back(
          {header.time, header.stream, header.run, text.substr(begin, end - begin)});
      begin = end + 1;
    }
    at += sizeof header + header.size;
  }
  return part;
}

void Ring::set_limit(std::size_t limit) {
  limit_ = limit;
  if (bytes_.size() <= limit) return;
  if (limit <= sizeof(Header)) {
    begin_ = end_;
    bytes_ = {};
    return;
  }
  make_room(0);
  resize(limit);
}

/// Has `size` bytes be free within the limit: grows, then lets the oldest lines go.
void Ring::make_room(std::size_t size) {
  std::size_t wanted = std::max(bytes_.size(), kFirstSize);
  while (wanted < limit_ && wanted < end_ - begin_ + size) wanted *= 2;
  wanted = std::min(wanted, limit_);
  if (wanted > bytes_.size()) resize(wanted);
  while (end_ - begin_ + size > wanted) {
    Header header = header_at(begin_);
    const std::uint64_t missing = end_ - begin_ + size - wanted;
    // A block ends in a newline, so that there is one.
    const std::uint64_t cut = missing < header.size ? line_end(begin_ + sizeof header + missing - 1)
                                                    : begin_ + sizeof header + header.size;
    const std::uint64_t gone = cut - begin_ - sizeof header;
    if (gone >= header.size) {
      begin_ += sizeof header + header.size;
      continue;
    }
    begin_ += gone;
    header.size -= static_cast<std::uint32_t>(gone);
    put(begin_, &header, sizeof header);
  }
}

/// What is kept must fit.
void Ring::resize(std::size_t size) {
  std::vector<char> kept(static_cast<std::size_t>(end_ - begin_));
  get(begin_, kept.data(), kept.size());
  std::vector<char>(size).swap(bytes_);
  put(begin_, kept.data(), kept.size());
}

void Ring::put(std::uint64_t at, const void* from, std::size_t size) {
  if (size == 0) return;
  const auto place = static_cast<std::size_t>(at % bytes_.size());
  const std::size_t first = std::min(size, bytes_.size() - place);
  std::memcpy(bytes_.data() + place, from, first);
  std::memcpy(bytes_.data(), static_cast<const char*>(from) + first, size - first);
}

void Ring::get(std::uint64_t at, void* to, std::size_t size) const {
  if (size == 0) return;
  const auto place = static_cast<std::size_t>(at % bytes_.size());
  const std::size_t first = std::min(size, bytes_.size() - place);
  std::memcpy(to, bytes_.data() + place, first);
  std::memcpy(static_cast<char*>(to) + first, bytes_.data(), size - first);
}

/// The place after the first newline at or after `at`; there must be one.
std::uint64_t Ring::line_end(std::uint64_t at) const {
  const auto place = static_cast<std::size_t>(at % bytes_.size());
  const char* const base = bytes_.data();
  const std::size_t first = bytes_.size() - place;
  const void* found = std::memchr(base + place, '\n', first);
  if (found != nullptr) {
    return at + 1 + static_cast<std::uint64_t>(static_cast<const char*>(found) - (base + place));
  }
  found = std::memchr(base, '\n', place);
  if (found == nullptr) return end_;
  return at + first + 1 + static_cast<std::uint64_t>(static_cast<const char*>(found) - base);
}

Ring::Header Ring::header_at(std::uint64_t at) const {
  Header header;
  get(at, &header, sizeof header);
  return header;
}

std::string Ring::text_at(std::uint64_t at, std::size_t size) const {
  std::string text(size, '\0');
  get(at, text.data(), size);
  return text;
}

}  // namespace my_init::log
