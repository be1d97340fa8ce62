"""Public test suites become cases (`benchmarks.corpora`): one whole answer, one value; a text stays in its half."""

from benchmarks import corpora
from benchmarks.corpora import Case, ducklings_case, grouped, is_held, written

CLJ = """
(; Context map
  {:reference-time (time/t -2 2013 2 12 4 30)}
  "mañana" ; tomorrow
  "el 13"
  (datetime 2013 2 13)
  "a las 3 de la tarde"
  (datetime 2013 2 12 15 :hour 3 :meridiem :pm)
  "mañana por la noche"
  (datetime-interval [2013 2 13 18] [2013 2 14 00])
  "este verano"
  (datetime-interval [2013 6 21] [2013 9 24])
  "marzo"
  (datetime 2013 3)
)
"""


def test_a_suite_of_duckling_gives_days_times_and_texts_without_a_day():
    found = [case for text, form in grouped(CLJ) for case in ducklings_case("es", text, form)]
    assert [(case.kind, case.text, case.value) for case in found] == [
        ("date", "mañana", "2013-02-13"),
        ("date", "el 13", "2013-02-13"),
        ("time", "a las 3 de la tarde", "15:00"),
        ("date", "mañana por la noche", "2013-02-13"),  # all of it lies in that day
        ("date", "este verano", "-"),
    ]
    assert {(case.country, case.now) for case in found} == {("ES", "2013-02-12T04:30")}


def test_each_text_is_in_one_half_with_all_values_that_would_do(tmp_path):
    cases = [Case("number", "es", "ES", "2026-01-15T10:00", f"{n}", value) for n in range(40) for value in ("1", "2")]
    counts = written(tmp_path, "some", cases)

    assert sum(counts) == 40
    assert min(counts) > 5
    held = (tmp_path / "held" / "some.tsv").read_text().splitlines()
    assert all(is_held(line.split("\t")[4]) and line.endswith("\t1|2") for line in held)


def test_every_source_that_is_read_is_fetched():
    named = {name.replace("-", "_") for name in corpora.SOURCES} | {"duckling"}
    assert named - {"ovos_yes_no_plugin"} == corpora.READERS.keys() - {"ovos"}
