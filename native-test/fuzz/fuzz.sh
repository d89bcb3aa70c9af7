#!/bin/bash
# Lets Jazzer look for inputs that a reader of others' bytes neither refuses nor understands:
# FUZZ_SECONDS each (default 60), of the targets whose names have FUZZ in them (default all).
# What it learns stays in build/fuzz for the next time. Ends with 1 if it found something.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${FUZZ_SECONDS:-60}
wanted=${FUZZ:-}

mvn -B -ntp -q -Pfuzz -pl native-test -am test-compile
classes=native-test/target/test-classes:$(cat native-test/target/fuzz-classpath)
java=(java -Xmx1g -cp "$classes")
main=kith.nativetest.FuzzMain
mapfile -t targets < <("${java[@]}" $main list | { grep -- "$wanted" || true; })
[ ${#targets[@]} -gt 0 ] || { echo "no target has '$wanted' in its name" >&2; exit 2; }

failed=()
for target in "${targets[@]}"; do
  folder=build/fuzz/$target
  mkdir -p "$folder/inputs" "$folder/found"
  "${java[@]}" $main seeds "$target" "$folder/inputs"
  echo "$target: $seconds s"
  if ! "${java[@]}" -Dkith.fuzz.target="$target" com.code_intelligence.jazzer.Jazzer \
    --target_class=$main --instrumentation_includes='kith.**' \
    --custom_hook_includes=none --reproducer_path="$folder/found" \
    -artifact_prefix="$folder/found/" -max_total_time="$seconds" -timeout=60 \
    -rss_limit_mb=3000 -max_len=65536 -print_final_stats=1 \
    "$folder/inputs" >"$folder/log" 2>&1; then
    failed+=("$target")
    grep -m 3 -A 12 '== Java Exception\|ERROR: libFuzzer\|== libFuzzer' "$folder/log" ||
      tail -5 "$folder/log"
    for file in "$folder"/found/crash-* "$folder"/found/timeout-* "$folder"/found/oom-*; do
      [ -f "$file" ] || continue
      echo "for src/test/resources/fuzz/$target.txt of its module:"
      "${java[@]}" $main line "$file"
    done
  fi
  grep -E 'stat::number_of_executed_units|stat::new_units_added' "$folder/log" || true
done
if [ ${#failed[@]} -gt 0 ]; then
  echo "failed: ${failed[*]}" >&2
  exit 1
fi
echo "${#targets[@]} targets, nothing found"
