"""All benchmarks, one after the other: python -m tests.benchmarks"""

from tests.benchmarks import ceiling, changes, fanout, fit, names, pictures, start, subscriptions, wire

for benchmark in (wire, names, start, fit, changes, pictures, subscriptions, fanout, ceiling):
    first_line = (benchmark.__doc__ or "").partition("\n")[0]
    print(f"\n{first_line}\n")
    benchmark.main()
