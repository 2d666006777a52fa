#include "vobiz/sink/statement.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace vobiz::sink {
namespace {

TEST(arguments, hold_texts_as_they_are) {
  arguments values;
  values.add("it's \"\\ \n").add("").add_null();
  EXPECT_STREQ(values.pointers()[0], "it's \"\\ \n");
  EXPECT_STREQ(values.pointers()[1], "");
  EXPECT_EQ(values.pointers()[2], nullptr);
}

TEST(arguments, refuse_what_would_be_cut_off) {
  arguments values;
  EXPECT_THROW(values.add(std::string_view("a\0b", 3)), std::invalid_argument);
  EXPECT_TRUE(values.pointers().empty());
}

}  // namespace
}  // namespace vobiz::sink
