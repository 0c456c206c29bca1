"""Folders of tables: what is read from them, and what is refused with file, line, column and advice."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bot.catalog.entities import Category, Price
from bot.errors import DataError
from bot.sources.folder import packaged_tables, read_catalog, read_tables

MODELS = (
    "model_id,display_name,provider,aliases,release_date,open_weights,license,context_window_tokens,"
    "max_output_tokens,input_usd_per_mtok,output_usd_per_mtok,price_source_url,price_as_of,modalities"
)
BENCHMARKS = "benchmark_id,display_name,category,description,unit,higher_is_better,max_score"
SCORES = "model_id,benchmark_id,score,unit,source_url,self_reported,as_of,variant"

ALPHA = "alpha-1,Alpha 1,Maker,maker/alpha|alpha one,2026-04,yes,MIT,128000,,1.50,6,https://example.org/p,2026-11-24,"
BETA = "beta,Beta,Maker,,2026,no,,,,,,,,text->text"
GPQA = "gpqa,GPQA,knowledge,Hard questions,percent,yes,100"
ELO = "arena,Arena,knowledge,Votes,elo,yes,"
FIRST = "alpha-1,gpqa,78.80,percent,https://example.org/a,yes,2026-08-22,effort=high"
SECOND = "beta,arena,1400,elo,https://example.org/b,unknown,2026-08-22,"

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a folder; each table is its lines after the header, or bytes as they are."""

    def folder(
        models: list[str] | bytes = [ALPHA, BETA],  # noqa: B006
        benchmarks: list[str] | bytes = [GPQA, ELO],  # noqa: B006
        scores: list[str] | bytes = [FIRST, SECOND],  # noqa: B006
    ) -> Path:
        contents = {
            "models": (MODELS, models),
            "benchmarks": (BENCHMARKS, benchmarks),
            "scores": (SCORES, scores),
        }
        for name, (header, lines) in contents.items():
            data = lines if isinstance(lines, bytes) else "\n".join([header, *lines, ""]).encode()
            (tmp_path / f"{name}.csv").write_bytes(data)
        return tmp_path

    return folder


def problems(folder: Path) -> tuple[str, ...]:
    with pytest.raises(DataError) as refused:
        read_tables(folder)
    return tuple(refused.value.problems)


def swap(line: str, column: str, value: str, header: str) -> str:
    fields = line.split(",")
    fields[header.split(",").index(column)] = value
    return ",".join(fields)


def test_every_field_of_a_good_folder_arrives(write: Write) -> None:
    catalog = read_catalog(write())
    alpha, beta = catalog.models["alpha-1"], catalog.models["beta"]
    assert (alpha.number, beta.number) == (1, 2)
    assert alpha.aliases == ("maker/alpha", "alpha one")
    assert alpha.price == Price(
        input=Decimal("1.5"), output=Decimal(6), source_url="https://example.org/p", as_of=date(2026, 11, 24)
    )
    assert (alpha.open_weights, alpha.license, alpha.context_window_tokens) == (True, "MIT", 128_000)
    assert (beta.price, beta.context_window_tokens, beta.open_weights) == (None, None, False)
    assert catalog.benchmarks["gpqa"].category is Category.KNOWLEDGE
    [score] = catalog.scores("alpha-1")["gpqa"]
    assert (score.value, score.effort, score.variant) == (Decimal("78.8"), "high", "")
    assert catalog.scores("beta")["arena"][0].self_reported is None


def test_optional_columns_are_read_and_numbers_kept(write: Write) -> None:
    write()
    third = f"aaa{BETA[4:].replace('Beta', 'Gamma', 1)}"
    folder = write(
        models=(
            f"{MODELS},number,family,parameters_b,reasoning,speed_tps,ttft_s\n"
            f"{ALPHA},7,Alpha,12.5,yes,80,0.4\n{BETA},,,,,,\n{third},,,,,,\n"
        ).encode(),
        benchmarks=f"{BENCHMARKS},weight\n{GPQA},0.45\n{ELO},\n".encode(),
        scores=f"{SCORES},effort,tools,harness\n{FIRST},high,no,bash only\n{SECOND},,,\n".encode(),
    )
    read = read_tables(folder)
    catalog = read.catalog()
    alpha = catalog.models["alpha-1"]
    assert (alpha.family, alpha.parameters_b, alpha.reasoning) == ("Alpha", Decimal("12.5"), True)
    assert (alpha.speed_tps, alpha.ttft_s) == (Decimal(80), Decimal("0.4"))
    assert {m.model_id: m.number for m in read.models} == {"alpha-1": 7, "aaa": 8, "beta": 9}
    assert read.unnumbered == {"aaa", "beta"}
    assert catalog.benchmarks["gpqa"].weight == Decimal("0.45")
    assert catalog.scores("alpha-1")["gpqa"][0].setting == "high effort, no tools, bash only"


@pytest.mark.parametrize(
    ("variant", "effort", "tools", "rest"),
    [
        ("effort=high", "high", None, ""),
        ("effort=none", "none", None, ""),
        ("thinking", "thinking", None, ""),
        ("thinking-budget=16k;no-tools", "16k thinking", False, ""),
        ("tools", None, True, ""),
        ("thinking;with-tools", "thinking", True, ""),
        ("thinking;effort=max", "max", None, ""),
        ("effort=none;subset not stated", "none", None, "subset not stated"),
        ("five shots; effort", None, None, "five shots; effort"),
    ],
)
def test_a_variant_is_taken_apart(
    write: Write, variant: str, effort: str | None, tools: bool | None, rest: str
) -> None:
    [score] = read_tables(write(scores=[swap(FIRST, "variant", variant, SCORES)])).scores
    assert (score.effort, score.tools, score.variant) == (effort, tools, rest)


@pytest.mark.parametrize(
    ("variant", "more", "said"),
    [
        ("tools;no-tools", ",", "both with tools and no tools"),
        ("effort=high;effort=low", ",", "high and low"),
        ("effort=none;thinking", ",", "none and thinking"),
        ("effort=high", "low,", "high and low"),
        ("no-tools", ",yes", "both with tools and no tools"),
    ],
)
def test_two_different_settings_in_one_row_are_refused(
    write: Write, variant: str, more: str, said: str
) -> None:
    row = swap(FIRST, "variant", variant, SCORES)
    [problem] = problems(write(scores=f"{SCORES},effort,tools\n{row},{more}\n".encode()))
    assert problem.startswith("scores.csv, line 2, column variant: ")
    assert said in problem


def test_an_explicit_effort_is_more_than_the_word_thinking(write: Write) -> None:
    row = swap(FIRST, "variant", "thinking", SCORES)
    [score] = read_tables(write(scores=f"{SCORES},effort\n{row},high\n".encode())).scores
    assert score.effort == "high"


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("model_id", "Alpha 1", "is not an id"),
        ("model_id", "a" * 61, "61 characters are too many"),
        ("model_id", "", "the field is empty"),
        ("display_name", "", "the field is empty"),
        ("display_name", "x" * 101, "Shorten it to 100"),
        ("display_name", "Al\u202epha", "invisible character"),
        ("display_name", "Al\x1b[31mpha", "invisible character"),
        ("display_name", "Al\0pha", "a NUL byte"),
        ("provider", "x" * 301, "Shorten it to 300"),
        ("aliases", "beta", "is the id of the model in line 3"),
        ("aliases", "BETA", "is the id of the model in line 3"),
        ("aliases", "one|One", "is there twice"),
        ("release_date", "2026-02-30", "is not a date"),
        ("release_date", "2026-13", "is not a date"),
        ("release_date", "0000", "is not a date"),
        ("release_date", "24.11.2026", "is not a date"),
        ("open_weights", "true", "neither yes nor no"),
        ("context_window_tokens", "255", "no whole number from 256 to 20000000"),
        ("context_window_tokens", "20000001", "no whole number"),
        ("context_window_tokens", "1e6", "no whole number"),
        ("context_window_tokens", "١٢٨٠٠٠", "no whole number"),
        ("max_output_tokens", "-1", "no whole number"),
        ("input_usd_per_mtok", "-0.1", "is below 0"),
        ("input_usd_per_mtok", "nan", "not a plain number"),
        ("input_usd_per_mtok", "", "a price needs input, output, source and date"),
        ("output_usd_per_mtok", "", "a price needs input, output, source and date"),
        ("price_source_url", "", "a price needs input, output, source and date"),
        ("price_as_of", "", "a price needs input, output, source and date"),
        ("price_as_of", "2026-11", "Write it as YYYY-MM-DD"),
        ("price_source_url", "ftp://example.org/", "not a web address"),
        ("price_source_url", "javascript:alert(1)", "not a web address"),
        ("price_source_url", "https://", "not a web address"),
        ("price_source_url", "https://[oops/page", "not a web address"),
        ("price_source_url", "https://ex\u2100mple.org/", "not a web address"),
        ("price_source_url", "https://:80/", "not a web address"),
        ("display_name", "\u00ad", "only invisible characters"),
        ("display_name", "\u200d\U000e0041", "only invisible characters"),
        ("display_name", "\u0301\ufe0f", "only invisible characters"),
        ("provider", "\u2800\u3164\u115f\u1160\uffa0", "only invisible characters"),
        ("price_source_url", "https://example.org/a b", "not a web address"),
        ("price_source_url", "https://example.org/" + "x" * 481, "501 characters are too many"),
    ],
)
def test_a_wrong_field_of_a_model_is_named(write: Write, column: str, value: str, said: str) -> None:
    folder = write(models=[swap(ALPHA, column, value, MODELS), BETA], scores=[])
    [problem] = problems(folder)
    assert problem.startswith(f"models.csv, line 2, column {column}: ")
    assert said in problem


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("benchmark_id", "GPQA", "is not an id"),
        ("category", "sports", "is not a category. Use one of agentic, coding"),
        ("description", "", "the field is empty"),
        ("unit", "", "the field is empty"),
        ("higher_is_better", "", "the field is empty"),
        ("max_score", "0", "is not above 0"),
    ],
)
def test_a_wrong_field_of_a_benchmark_is_named(write: Write, column: str, value: str, said: str) -> None:
    [problem] = problems(write(benchmarks=[ELO, swap(GPQA, column, value, BENCHMARKS)], scores=[]))
    assert problem.startswith(f"benchmarks.csv, line 3, column {column}: ")
    assert said in problem


@pytest.mark.parametrize("weight", ["0", "1.1", "-0.5", "half"])
def test_a_weight_is_a_share(write: Write, weight: str) -> None:
    data = f"{BENCHMARKS},weight\n{GPQA},{weight}\n{ELO},1\n".encode()
    [problem] = problems(write(benchmarks=data))
    assert problem.startswith("benchmarks.csv, line 2, column weight: ")


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("model_id", "gamma", "'gamma' is not in models.csv"),
        ("benchmark_id", "mmlu", "'mmlu' is not in benchmarks.csv"),
        ("score", "100.1", "100.1 is above 100, the most that gpqa allows"),
        ("score", "-1", "-1 is below 0, the least that gpqa allows"),
        ("score", "NaN", "not a plain number"),
        ("score", "inf", "not a plain number"),
        ("score", "1e999", "not a plain number"),
        ("score", "78x", "not a plain number"),
        ("score", "", "the field is empty"),
        ("unit", "elo", "gpqa is in 'percent', not 'elo'"),
        ("source_url", "", "the field is empty"),
        ("source_url", "example.org", "not a web address"),
        ("self_reported", "", "the field is empty"),
        ("self_reported", "maybe", "is not yes, no or unknown"),
        ("as_of", "2026", "Write it as YYYY-MM-DD"),
        ("as_of", "2026-02-29", "is not a date"),
    ],
)
def test_a_wrong_field_of_a_score_is_named(write: Write, column: str, value: str, said: str) -> None:
    [problem] = problems(write(scores=[SECOND, swap(FIRST, column, value, SCORES)]))
    assert problem.startswith(f"scores.csv, line 3, column {column}: ")
    assert said in problem


def test_a_score_without_a_maximum_may_be_negative_unless_it_is_a_percentage(write: Write) -> None:
    assert read_tables(write(scores=[swap(SECOND, "score", "-3.6", SCORES)])).scores[0].value == Decimal(
        "-3.6"
    )
    no_maximum = swap(GPQA, "max_score", "", BENCHMARKS)
    [problem] = problems(write(benchmarks=[no_maximum, ELO], scores=[swap(FIRST, "score", "101", SCORES)]))
    assert "101 is above 100" in problem


def test_budget_and_noise_have_columns_that_may_be_missing(write: Write) -> None:
    folder = write(
        scores=f"{SCORES},budget_tokens,noise\n{FIRST.replace('effort=high', '')},16000,1.9\n".encode()
    )
    (found,) = read_tables(folder).scores
    assert (found.budget_tokens, found.noise, found.setting) == (16_000, Decimal("1.9"), "16k thinking")
    wrong = write(scores=f"{SCORES},budget_tokens,noise\n{FIRST},0,-1\n".encode())
    assert len(problems(wrong)) == 2


def test_duplicates_name_both_lines(write: Write) -> None:
    found = problems(
        write(
            models=[ALPHA, BETA, BETA],
            benchmarks=[GPQA, ELO, GPQA],
            scores=[
                FIRST,
                SECOND,
                swap(FIRST, "score", "80", SCORES),
                swap(FIRST, "variant", "no-tools", SCORES),
            ],
        )
    )
    assert found == (
        "models.csv, line 4, column model_id: the id is in line 3 already. Remove one.",
        "benchmarks.csv, line 4, column benchmark_id: the id is in line 2 already. Remove one.",
        "scores.csv, line 4: model, benchmark, setting and source are those of line 2. Remove one.",
    )


def test_a_number_and_an_alias_belong_to_one_model(write: Write) -> None:
    other = swap(BETA, "aliases", "Alpha One", MODELS)
    found = problems(write(models=f"{MODELS},number\n{ALPHA},3\n{other},3\n".encode()))
    assert found == (
        "models.csv, line 3, column number: the number is that of line 2. Leave it empty to get a free one.",
        "models.csv, line 3, column aliases: 'alpha one' also names alpha-1 in line 2. Keep it in one place.",
    )


@pytest.mark.parametrize("number", ["0", "-1", "1.5", "one"])
def test_a_number_is_a_positive_whole_number(write: Write, number: str) -> None:
    [problem] = problems(write(models=f"{MODELS},number\n{ALPHA},{number}\n{BETA},2\n".encode()))
    assert problem.startswith("models.csv, line 2, column number: ")


def test_every_problem_of_all_three_files_is_told_at_once(write: Write) -> None:
    found = problems(
        write(
            models=[swap(swap(ALPHA, "open_weights", "?", MODELS), "license", "x" * 301, MODELS), BETA],
            benchmarks=[swap(GPQA, "category", "?", BENCHMARKS), ELO],
            scores=[swap(FIRST, "score", "?", SCORES), swap(SECOND, "model_id", "gamma", SCORES)],
        )
    )
    assert [problem.split(":")[0] for problem in found] == [
        "models.csv, line 2, column open_weights",
        "models.csv, line 2, column license",
        "benchmarks.csv, line 2, column category",
        "scores.csv, line 2, column score",
        "scores.csv, line 3, column model_id",
    ]


def test_the_printed_text_stays_short(write: Write) -> None:
    rows = [swap(FIRST, "variant", f"run {n}", SCORES).replace("78.80", "?" * 5000) for n in range(300)]
    with pytest.raises(DataError) as refused:
        read_tables(write(scores=rows))
    text = str(refused.value)
    assert len(refused.value.problems) == 300
    assert text.count("\n") == 50
    assert text.endswith("\nand 250 more")
    assert len(text) < 10_000


def test_columns_are_checked_by_name(write: Write) -> None:
    header = MODELS.replace("provider", "vendor").replace("modalities", "license")
    found = problems(write(models=f"{header}\n{ALPHA}\n".encode()))
    assert [problem.split(". ")[0] for problem in found] == [
        "models.csv, line 1, column 'license': the column is there twice",
        "models.csv, line 1, column 'vendor': the column is not known",
        "models.csv, line 1, column modalities: the column is missing",
        "models.csv, line 1, column provider: the column is missing",
    ]


def test_columns_may_stand_in_any_order_and_a_byte_order_mark_is_fine(write: Write) -> None:
    reordered = "\n".join(",".join(reversed(line.split(","))) for line in (SCORES, FIRST, SECOND))
    windows = b"\xef\xbb\xbf" + reordered.replace("\n", "\r\n").encode() + b"\r\n\r\n"
    assert read_tables(write(scores=windows)).digest == read_tables(write()).digest


def test_a_file_that_was_cut_off_is_noticed(write: Write) -> None:
    cut = "\n".join([SCORES, FIRST, SECOND])[: -len(",2026-08-22,")].encode()
    [problem] = problems(write(scores=cut))
    assert (
        problem
        == "scores.csv, line 3: 6 fields where the first line has 8. Is the file cut off? Complete it."
    )


def test_a_header_of_commas_is_refused_in_one_message(write: Write) -> None:
    started = time.monotonic()
    [problem] = problems(write(scores=f"{SCORES}{',' * 90_000}\n{FIRST}\n".encode()))
    assert problem.startswith("scores.csv, line 1: 90,008 columns are too many. The columns are as_of, ")
    assert time.monotonic() - started < 2


def test_a_line_that_is_too_long_is_named_as_that(write: Write) -> None:
    long = "x" * 131_073
    found = problems(
        write(models=[ALPHA.replace("Alpha 1", f'"{long}"'), swap(BETA, "open_weights", "?", MODELS)])
    )
    assert found[0] == (
        "models.csv, line 2: the line is over 100,000 characters long. Shorten the longest field."
    )
    assert found[1].startswith("models.csv, line 3, column open_weights: ")
    [problem] = problems(write(scores=b"," * 300_000))
    assert problem.startswith("scores.csv, line 1: the line is over 100,000 characters long.")


def test_tables_without_models_or_benchmarks_are_refused(write: Write) -> None:
    assert problems(write(models=[], benchmarks=[])) == (
        "models.csv: there are no rows below the first line. Add them.",
        "benchmarks.csv: there are no rows below the first line. Add them.",
    )
    assert not read_tables(write(scores=[])).scores


def test_a_day_after_tomorrow_is_refused(write: Write) -> None:
    later = swap(FIRST, "as_of", "2026-11-25", SCORES)
    assert read_tables(write(scores=[later]), today=date(2026, 11, 24)).scores
    with pytest.raises(DataError) as refused:
        read_tables(write(scores=[later]), today=date(2026, 11, 22))
    assert tuple(refused.value.problems) == (
        "models.csv, line 2, column price_as_of: 2026-11-24 is in the future. Correct it.",
        "scores.csv, line 2, column as_of: 2026-11-25 is in the future. Correct it.",
    )


def test_names_are_limited_together(write: Write) -> None:
    aliases = ["|".join(f"{n}x{a}".zfill(90) for a in range(20)) for n in range(700)]
    listed = [f"m{n},Name {n},Maker,{each},,,,,,,,,," for n, each in enumerate(aliases)]
    [problem] = problems(write(models=listed, scores=[]))
    assert problem.startswith("models.csv: ids, names and aliases have 1,2")
    assert problem.endswith("characters together, 1,000,000 are the most. Leave out what is not needed.")


def test_as_many_names_as_are_taken_fit_into_memory(write: Write) -> None:
    folder = write(models=[f"m{n},N {n},Maker,a{n}|b{n}|c{n},,,,,,,,,," for n in range(25_000)], scores=[])
    code = (
        "import resource, sys; from pathlib import Path; from bot.sources.folder import read_catalog\n"
        "def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024\n"
        "catalog = read_catalog(Path(sys.argv[1])); before = peak()\n"
        "print(catalog.names.find('b77').model.model_id, peak() - before)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True
    )
    found, megabytes = ended.stdout.split()
    assert found == "m77"
    assert int(megabytes) < 300, megabytes


def test_an_open_quote_spoils_one_line_only(write: Write) -> None:
    found = problems(
        write(models=[ALPHA.replace("Alpha 1", '"Alpha 1'), swap(BETA, "open_weights", "?", MODELS)])
    )
    assert found[0].startswith("models.csv, line 2: a quote is opened and not closed")
    assert found[1].startswith("models.csv, line 3, column open_weights: ")
    assert len(found) == 2


def test_quoted_fields_may_hold_commas_and_quotes(write: Write) -> None:
    named = ALPHA.replace("Alpha 1", '"Alpha ""One"", small"')
    assert read_catalog(write(models=[named, BETA])).models["alpha-1"].display_name == 'Alpha "One", small'


def test_a_bad_encoding_names_line_and_column(write: Write) -> None:
    latin = "\n".join([MODELS, ALPHA, BETA.replace("Beta", "Bêta"), ""]).encode("latin-1")
    [problem] = problems(write(models=latin))
    assert (
        problem == "models.csv, line 3, column display_name: the text is not UTF-8. Save the file as UTF-8."
    )
    [problem] = problems(write(models="\n".join([MODELS, ALPHA, BETA]).encode("utf-16")))
    assert problem == "models.csv, line 1: the file is UTF-16. Save it as UTF-8."


def test_missing_empty_and_odd_files_are_named(write: Write, tmp_path: Path) -> None:
    write(benchmarks=b"")
    (tmp_path / "models.csv").unlink()
    (tmp_path / "scores.csv").unlink()
    os.mkfifo(tmp_path / "scores.csv")
    found = problems(tmp_path)
    assert found[0].startswith("models.csv: the file is missing. The folder needs models.csv")
    assert found[1].startswith("benchmarks.csv: the file is empty. It needs a first line with the columns")
    assert found[2].startswith("scores.csv: this is not a file")
    assert len(found) == 3


def test_a_folder_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "not a folder" in problems(tmp_path / "file")[0]
    assert "there is no such folder" in problems(tmp_path / "nowhere")[0]
    assert "it cannot be read (File name too long)" in problems(tmp_path / ("x" * 300))[0]
    assert problems(tmp_path / "\x1b[31m\udcff")[0].startswith(f"{tmp_path}/\\u001b[31m\\udcff: ")


def test_a_huge_file_is_refused_without_being_read(write: Write) -> None:
    folder = write()
    os.truncate(folder / "scores.csv", 200 * 2**30)  # sparse; reading it would take minutes
    started = time.monotonic()
    [problem] = problems(folder)
    assert problem == "scores.csv: the file is over 32 MB. Leave out what is not needed."
    assert time.monotonic() - started < 5


def test_too_many_rows_are_refused(write: Write) -> None:
    [problem] = problems(write(scores=(SCORES + "\n" + "x\n" * 100_001).encode()))
    assert problem == "scores.csv, line 100002: there are over 100,000 rows. Leave out what is not needed."


def test_the_digest_depends_on_content_alone(write: Write) -> None:
    before = read_tables(write()).digest
    same = read_tables(
        write(models=[BETA, ALPHA.replace("1.50", "1.5")], scores=[SECOND, FIRST.replace("78.80", "78.8")])
    )
    assert same.digest == before
    assert read_tables(write(scores=[FIRST])).digest != before


def test_an_installed_program_has_its_tables_inside(tmp_path: Path) -> None:
    shutil.copytree(packaged_tables().parent / "bot", tmp_path / "bot")
    shutil.copytree(packaged_tables(), tmp_path / "bot" / "data")
    code = "from bot.sources.folder import *; d = packaged_tables(); print(d, len(read_tables(d).models))"
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert ended.stdout == f"{tmp_path / 'bot' / 'data'} 584\n"


def test_the_packaged_tables_are_whole_and_every_model_has_its_number() -> None:
    read = read_tables(packaged_tables())
    assert (len(read.models), len(read.benchmarks), len(read.scores)) == (584, 206, 3119)
    assert not read.unnumbered
    gemma, gpt = (read.catalog().scores(each) for each in ("gemma-4-12b", "gpt-5-5"))
    assert gemma["gpqa-diamond"][0].value == Decimal("78.8")
    assert gpt["gpqa-diamond"][0].value == Decimal("93.6")
    # Every word of the column that has a meaning of its own was understood.
    assert {score.variant for score in read.scores} == {"", "subset not stated"}
