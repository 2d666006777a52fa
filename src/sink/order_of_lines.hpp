#pragma once

namespace vobiz::sink {

// The order in which people read the lines of vobiz_bi.invoice_lines_monthly.
inline constexpr char const* order_of_lines =
    "array_position(ARRAY['usage', 'streaming', 'non_connected', 'ledger_difference', 'rental', "
    "'setup', 'service', 'other', 'adjustment', 'debit_note', 'rental_refund', 'refund', "
    "'credit_note', 'goodwill', 'rounding', 'top_up', 'chargeback', 'transfer'], line_kind)";

}  // namespace vobiz::sink
