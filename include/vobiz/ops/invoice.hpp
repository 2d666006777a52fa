#pragma once

#include <string>
#include <vector>

#include "vobiz/sink/invoice.hpp"

// The invoice of a customer, its annex and the postings of a month, for people and programs.
namespace vobiz::ops {

std::string invoice_text(std::vector<sink::invoice> const& invoices);

// One line per line of the invoice; taxes and the total have lines of their own.
std::string invoice_csv(std::vector<sink::invoice> const& invoices);

std::string invoice_json(std::vector<sink::invoice> const& invoices);

std::string annex_csv(std::string const& account, std::vector<sink::annex_call> const& calls);

std::string postings_csv(std::string const& month, std::vector<sink::posting> const& postings);

}  // namespace vobiz::ops
