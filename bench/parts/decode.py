"""The throughput and the allocations of decoding a page of 100 calls on one core."""
import json
import subprocess

import harness as h


def run(size):
    build = h.ROOT / "build/bench"
    subprocess.run(["cmake", "--preset", "release", "-B", build, "-DVOBIZ_BENCH=ON", "-DVOBIZ_TESTS=OFF"],
                   cwd=h.ROOT, check=True, capture_output=True)
    subprocess.run(["nice", "cmake", "--build", build, "-j1", "--target", "decode_bench"],
                   check=True, capture_output=True)
    output = subprocess.run([build / "decode_bench", "--benchmark_format=json", "--benchmark_repetitions=5"],
                            check=True, capture_output=True, text=True).stdout
    median = next(b for b in json.loads(output)["benchmarks"] if b.get("aggregate_name") == "median")
    result = {"megabytes_a_second": round(median["bytes_per_second"] / 1e6),
              "rows_a_second": round(median["items_per_second"]),
              "allocations_a_row": round(median["allocations_a_row"], 3)}
    h.say(", ".join(f"{k} {v}" for k, v in result.items()))
    return result
