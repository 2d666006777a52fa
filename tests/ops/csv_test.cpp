#include "vobiz/ops/csv.hpp"

#include <gtest/gtest.h>

namespace vobiz::ops {

TEST(csv_line, leaves_plain_fields_as_they_are) {
  EXPECT_EQ(csv_line({"MA_1", "", "0.45000"}), "MA_1,,0.45000\r\n");
}

TEST(csv_line, quotes_a_field_that_would_break_the_record) {
  EXPECT_EQ(csv_line({"Example, Traders", "the \"old\" one", "two\nlines"}),
            "\"Example, Traders\",\"the \"\"old\"\" one\",\"two\nlines\"\r\n");
}

}  // namespace vobiz::ops
