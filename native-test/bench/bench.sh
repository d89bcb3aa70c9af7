#!/usr/bin/env bash
# Speed of the mounted drive (without partners: nothing leaves this machine) beside bindfs, where it
# is installed, and the plain disk. Prints medians. Environment: KITH (the launcher), ROUNDS (5).
set -euo pipefail

here=$(cd "$(dirname "$0")/../.." && pwd)
kith=${KITH:-$here/build/kith/bin/kith}
rounds=${ROUNDS:-5}
base=$(mktemp -d "${TMPDIR:-/tmp}/kith-bench.XXXXXX")
export KITH_PASSPHRASE=bench
mounts=()

cleanup() {
  local mount
  "$kith" --home "$base/home" umount --now >/dev/null 2>&1 || true
  for mount in "${mounts[@]}"; do umount -l "$mount" 2>/dev/null || true; done
  rm -rf "$base"
}
trap cleanup EXIT

seconds() { # runs the rest of its arguments, prints how long it took
  local start=$EPOCHREALTIME
  "$@" >/dev/null
  awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.3f\n", b - a }'
}
median() { sort -n | awk '{ v[NR] = $1 } END { printf "%.2f", v[int((NR + 1) / 2)] }'; }
drop_caches() { sync; echo 3 > /proc/sys/vm/drop_caches 2>/dev/null || true; }

write_large() { dd if="$base/large" of="$1/large" bs=1M conv=fsync status=none; }
read_large() { dd if="$1/large" of=/dev/null bs=1M status=none; }
copy_small() { cp -a "$base/small" "$1/small"; }
stat_small() { find "$1/small" -printf '%s\n'; }
rsync_again() { rsync -aHAX --delete "$base/small/" "$1/small/"; }
remove_small() { rm -rf "$1/small"; }

rows=(write_large read_large copy_small stat_small rsync_again remove_small)
mkdir -p "$base/small" "$base/disk" "$base/below" "$base/bindfs" "$base/kith" "$base/times"
head -c 256M /dev/urandom > "$base/large"
for i in $(seq 5000); do
  folder=$base/small/$((i % 50))
  [ -d "$folder" ] || mkdir "$folder"
  head -c $((i % 17 * 500)) /dev/urandom > "$folder/$i"
done

places=(disk)
if command -v bindfs >/dev/null; then
  bindfs -o big_writes "$base/below" "$base/bindfs"
  mounts+=("$base/bindfs")
  places+=(bindfs)
fi
"$kith" --home "$base/home" init --listen 127.0.0.1:47999 >/dev/null
"$kith" --home "$base/home" mount "$base/kith" >/dev/null
places+=(kith)

for round in $(seq "$rounds"); do
  for place in "${places[@]}"; do
    for row in "${rows[@]}"; do
      [ "$row" != read_large ] || drop_caches
      seconds "$row" "$base/$place" >> "$base/times/$place.$row"
    done
    rm -f "$base/$place/large"
  done
  echo "round $round of $rounds" >&2
done

printf '%-14s' 'seconds'; printf '%10s' "${places[@]}"; echo
for row in "${rows[@]}"; do
  printf '%-14s' "$row"
  for place in "${places[@]}"; do printf '%10s' "$(median < "$base/times/$place.$row")"; done
  echo
done
echo "large: 256 MiB incompressible; small: 5000 files, 20 MB; medians of $rounds rounds"
