"""Metabase's questions: each runs with its variables unset, with each of them set and with all."""
import re
import unittest

import grafana
from reader import ask

FILES = sorted((grafana.SOURCE / "metabase").glob("*.sql"))


def expand(sql, values):
    """A native question as Metabase expands it: it keeps a block in double brackets if all its variables are set."""
    def optional(match):
        return match[1] if set(re.findall(r"\{\{(\w+)\}\}", match[1])) <= set(values) else ""
    return re.sub(r"\{\{(\w+)\}\}", lambda m: values[m[1]], re.sub(r"\[\[(.*?)\]\]", optional, sql, flags=re.S))


def examples():
    """A value of each variable for which the filled database has rows."""
    customer, partner = ask("SELECT account_id, partner_id FROM vobiz_bi.usage_daily WHERE partner_id = 'PA_ACME' "
                            "GROUP BY 1, 2 ORDER BY sum(attempts) DESC LIMIT 1").rows[0]
    month = "date_trunc('month', vobiz.billing_day(now()))::date"
    return {"customer": f"'{customer}'", "partner": f"'{partner}'", "currency": "'INR'", "month": f"({month})",
            "since": "(now()::date - 7)", "check": "'call_charge'", "direction": "'outbound'", "stream": "'cdrs'",
            "months": "3", "days": "10", "least_calls": "1", "from_percent": "1", "within_days": "20",
            "fell_by_percent": "1", "only_uncovered": "'yes'"}


class questions(unittest.TestCase):
    def test_there_are_some(self):
        self.assertGreaterEqual(len(FILES), 10)

    def test_say_what_they_are(self):
        for file in FILES:
            with self.subTest(file.name):
                header = "".join(line for line in file.read_text().splitlines(True) if line.startswith("--"))
                for word in ("Question: ", "Who asks: ", "How to read it: ", "Variables: "):
                    self.assertIn(f"-- {word}", header)
                # Metabase expands variables in comments, too.
                self.assertNotRegex(header, r"[{}]|\[\[")
                listed = set(re.findall(r"(\w+) \((?:date|text|number)", header.split("Variables: ")[1]))
                self.assertEqual(listed, set(re.findall(r"\{\{(\w+)\}\}", file.read_text())))

    def test_run_with_and_without_their_variables(self):
        known = examples()
        for file in FILES:
            sql = file.read_text()
            names = sorted(set(re.findall(r"\{\{(\w+)\}\}", sql)))
            for chosen in [[], *[[name] for name in names], names]:
                with self.subTest(file.name, chosen=chosen):
                    answer = ask(expand(sql, {name: known[name] for name in chosen}))
                    self.assertEqual(len(set(answer.columns)), len(answer.columns))
                    if not chosen:
                        self.assertTrue(answer.rows, "no row")

    def test_answer_a_masked_login_alike(self):
        """All but numbers, which are masked, and reasons, which it does not see."""
        known, masked = examples(), {"number", "why", "worst reason"}
        for file in FILES:
            sql = file.read_text()
            for chosen in [{}, {name: known[name] for name in set(re.findall(r"\{\{(\w+)\}\}", sql))}]:
                with self.subTest(file.name, chosen=chosen):
                    whole, seen = ask(expand(sql, chosen)), ask(expand(sql, chosen), "metabase")
                    self.assertEqual(seen.columns, whole.columns)
                    open_columns = [n for n, name in enumerate(whole.columns) if name not in masked]
                    self.assertEqual(sorted([row[n] for n in open_columns] for row in seen.rows),
                                     sorted([row[n] for n in open_columns] for row in whole.rows))
                    for row in seen.rows:
                        self.assertIsNone(re.search(r"\d{9,}", " ".join(row[n] for n, name in enumerate(seen.columns)
                                                                        if name in masked)))

    def test_variables_choose(self):
        """Each variable that filters leaves only rows with its value."""
        known = examples()
        for file in FILES:
            sql = file.read_text()
            for name, column in (("customer", "account_id"), ("currency", "currency"), ("direction", "direction"),
                                 ("stream", "stream"), ("check", "check")):
                if f"{{{{{name}}}}}" in sql:
                    with self.subTest(file.name, variable=name):
                        answer = ask(expand(sql, {name: known[name]}))
                        if column in answer.columns:
                            at = answer.columns.index(column)
                            self.assertEqual({row[at] for row in answer.rows} - {known[name].strip("'")}, set())


if __name__ == "__main__":
    unittest.main()
