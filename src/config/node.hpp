#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vobiz/config/settings.hpp"

namespace vobiz::config {

// A YAML document with the line of everything in it. yaml-cpp's own nodes have no position for what is
// missing, take the last of two equal keys, and guess types (`010` is 8, `yes` is true); here a scalar
// is its text, and every key is kept.
struct entry;

struct node {
  enum class kind {
    nothing,  // no value, `null` or `~`
    scalar,
    sequence,
    mapping,
    refused,  // already reported: readers pass over it in silence
  };

  kind form = kind::nothing;
  int line = 0;                // 1-based
  std::string text;            // of a scalar
  std::vector<node> items;     // of a sequence
  std::vector<entry> entries;  // of a mapping, in the file's order
};

struct entry {
  std::string key;
  int line = 0;  // of the key
  node value;
};

// The document's tree. Findings are appended for syntax errors and for what the service does not take:
// aliases, anchors, tags, merge keys, keys that are not text, several documents. No finding quotes a
// value. The tree is of kind `refused` when the syntax is wrong.
node tree_of(std::string_view yaml, std::vector<finding>& findings);

}  // namespace vobiz::config
