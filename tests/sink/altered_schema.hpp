#pragma once

#include <algorithm>
#include <deque>
#include <string>
#include <vector>

#include "vobiz/sink/schema_source.hpp"

namespace vobiz::sink {

// This binary's schema with some of its files changed, as a later version might have them.
class altered_schema {
public:
  altered_schema() : files_(all_schema_files()) {}

  altered_schema& with(std::string const& path, std::string const& text) {
    without(path);
    files_.push_back({kept_.emplace_back(path), kept_.emplace_back(text)});
    return *this;
  }

  altered_schema& without(std::string_view path) {
    std::erase_if(files_, [&](schema_file const& file) { return file.path == path; });
    return *this;
  }

  schema_source read() const { return read_schema(files_); }

private:
  std::deque<std::string> kept_;
  std::vector<schema_file> files_;
};

}  // namespace vobiz::sink
