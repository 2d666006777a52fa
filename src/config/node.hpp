#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vobiz/config/settings.hpp"

namespace vobiz::config {

// A YAML document with line numbers, all keys and plain texts. yaml-cpp's nodes lack positions of
// missing values, keep one of two equal keys and guess types (`010` is 8).
struct entry;

struct node {
  enum class kind {
    nothing,  // no value, `null` or `~`
    scalar,
    sequence,
    mapping,
    refused,  // already reported; readers skip it
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

// Parses a document. Findings: syntax errors, aliases, anchors, tags, merge keys, keys that are not
// text, several documents. No finding quotes a value. On a syntax error the tree is `refused`.
node tree_of(std::string_view yaml, std::vector<finding>& findings);

}  // namespace vobiz::config
