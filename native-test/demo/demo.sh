#!/usr/bin/env bash
# The whole life of a drive on one machine: seven partners, files in, snapshots, two partners killed,
# the owner's machine lost, everything read again from the kit alone. Exits non-zero if a byte or an
# attribute differs. Environment: KITH (the launcher), SEED (which partners die), KEEP=1 (keep files).
set -euo pipefail

here=$(cd "$(dirname "$0")/../.." && pwd)
kith=${KITH:-$here/build/kith/bin/kith}
seed=${SEED:-$(od -An -N2 -tu2 /dev/urandom | tr -d ' ')}
base=$(mktemp -d "${TMPDIR:-/tmp}/kith-demo.XXXXXX")
export KITH_PASSPHRASE="correct horse battery staple"
owner=$base/owner mount=$base/mnt src=$base/src changed=$base/changed log=$base/log
partners=7 code=4+2
mkdir -p "$mount" "$src" "$log" "$base/partners"

step() { printf '\n== %s\n' "$*"; }
say() { printf '   %s\n' "$*"; }
fail() {
  printf 'DEMO FAILED: %s\n' "$*" >&2
  exit 1
}
now() { date +%s.%N; }
since() { awk -v a="$1" -v b="$(now)" 'BEGIN { printf "%.1f", b - a }'; }
rate() { awk -v b="$1" -v s="$2" 'BEGIN { printf "%.0f", (s > 0) ? b / s / 1e6 : 0 }'; }
mib() { awk -v b="$1" 'BEGIN { printf "%.1f", b / 1048576 }'; }
json() { node_status "$1" | python3 -c "import json,sys; d=json.load(sys.stdin); print($2)"; }
node_status() { "$kith" --home "$1" status --json; }
pid_of() { # home: the node's process, as it told when it was started
  cat "$log/$(basename "$1").pid"
}
remember_pid() {
  node_status "$1" | python3 -c 'import json,sys; print(json.load(sys.stdin)["process"])' \
    > "$log/$(basename "$1").pid"
}

stop_node() { # home: ends a node by its own id
  local pid
  [ -f "$log/$(basename "$1").pid" ] || return 0
  pid=$(pid_of "$1")
  kill "$pid" 2>/dev/null || return 0
  for _ in $(seq 100); do kill -0 "$pid" 2>/dev/null || return 0; sleep 0.1; done
  kill -9 "$pid" 2>/dev/null || true
}

cleanup() {
  local status=$?
  set +e
  [ $status -eq 0 ] || tail -n 20 "$owner/log/kith.log" "$log"/*.log 2>/dev/null
  mountpoint -q "$mount" && fusermount -uz "$mount"
  for home in "$owner" "$base"/partners/*; do stop_node "$home"; done
  [ -n "${KEEP:-}" ] && echo "kept: $base" || rm -rf "$base"
  exit $status
}
trap cleanup EXIT
trap 'exit 130' INT TERM

same() { # expected, found, what: no difference in bytes or attributes, either way
  local diff
  diff=$(rsync -anciHAXS --delete "$1/" "$2/" 2>&1 | head -n 20)
  [ -z "$diff" ] || fail "$3 differs:
$diff"
  say "$3: every byte and attribute as expected"
}

collect() { # real files of this machine, and the odd ones
  local from
  for from in /usr/share/perl /usr/share/doc /usr/share/zoneinfo /usr/lib/python3 /etc /usr/share/man \
    /usr/share/locale /usr/bin /usr/lib/x86_64-linux-gnu /usr/lib/gcc /usr/lib/jvm; do
    [ -d "$from" ] || continue
    mkdir -p "$src$from"
    # Whole folders until there is enough; files that cannot be read are none of the demo's business.
    rsync -aHAX --max-size=24m --no-devices --no-specials "$from/" "$src$from/" 2>/dev/null || true
    [ "$(find "$src" -type f | wc -l)" -ge 4000 ] && [ "$(du -sm "$src" | cut -f1)" -ge 170 ] && break
  done
  mkdir -p "$src/odd/Grüße/日本語"
  printf 'Käse\n' > "$src/odd/Grüße/日本語/naïve.txt"
  printf 'latin\n' > "$src/odd/$(printf 'caf\351')"
  ln -s ../nowhere "$src/odd/dangling"
  ln -s Grüße "$src/odd/link-to-folder"
  printf 'one file, three names\n' > "$src/odd/first-name"
  ln "$src/odd/first-name" "$src/odd/second-name"
  ln "$src/odd/first-name" "$src/odd/Grüße/third-name"
  setfattr -n user.comment -v 'kept as well' "$src/odd/first-name"
  truncate -s 64M "$src/odd/sparse"
  printf 'in the middle' | dd of="$src/odd/sparse" bs=1 seek=20000000 conv=notrunc status=none
  : > "$src/odd/empty"
  printf 'secret\n' > "$src/odd/read-only-for-me"
  chmod 0400 "$src/odd/read-only-for-me"
  mkfifo "$src/odd/fifo"
  chmod 01777 "$src/odd/Grüße"
  touch -d '1999-12-31 23:59:59.123456789' "$src/odd/empty"
}

change() { # the same edits to a copy of the files and so to the drive
  cp -a "$src" "$changed"
  local n=0 file
  while IFS= read -r -d '' file; do
    n=$((n + 1))
    case $((n % 40)) in
      7) printf '\nedited\n' >> "$file" ;;
      19) rm -f "$file" ;;
      31) mv "$file" "$file.renamed" ;;
    esac
  done < <(find "$changed/usr" -type f -size -200k -print0 | sort -z)
  mkdir "$changed/new"
  head -c 3000000 /dev/urandom > "$changed/new/random"
  rm "$changed/odd/second-name"
  printf 'X' | dd of="$changed/odd/sparse" bs=1 seek=40000000 conv=notrunc status=none
  say "$n files looked at: one in forty edited, deleted, renamed each"
}

step "Files of this machine"
collect
files=$(find "$src" -type f | wc -l) bytes=$(du -sb --apparent-size "$src" | cut -f1)
[ "$files" -ge 3000 ] || fail "only $files files found on this machine"
say "$files files, $(mib "$bytes") MiB, with $(find "$src" -type l | wc -l) symlinks," \
  "$(find "$src" -type f -links +1 | wc -l) hard-linked names, a sparse file, a fifo, Latin-1 and other names"

step "$partners partners on 127.0.0.1 to 127.0.0.$partners"
for i in $(seq $partners); do
  home=$base/partners/p$i
  "$kith" --home "$home" init --listen "127.0.0.$i:5484" > "$log/init-p$i.txt"
  "$kith" --home "$home" serve --background > "$log/serve-p$i.log" 2>&1 &
done
wait
for i in $(seq $partners); do remember_pid "$base/partners/p$i"; done
say "each with its own home and process: $(for i in $(seq $partners); do pid_of "$base/partners/p$i"; done | tr '\n' ' ')"

step "The owner: init with $code, mount, invite"
"$kith" --home "$owner" init --code $code --listen 127.0.0.10:5484 > "$log/init-owner.txt"
"$kith" --home "$owner" mount "$mount"
remember_pid "$owner"
for i in $(seq $partners); do
  invitation=$("$kith" --home "$owner" partner invite --space 4G | head -n 1)
  "$kith" --home "$base/partners/p$i" partner accept "$invitation" --space 4G > "$log/accept-p$i.txt"
done
"$kith" --home "$owner" partner list

step "Copy in with rsync -aHAXS"
t=$(now)
rsync -aHAXS "$src/" "$mount/"
t_in=$(since "$t")
say "in $t_in s, $(rate "$bytes" "$t_in") MB/s"
again=$(rsync -aHAXSi --delete "$src/" "$mount/" | head -n 5)
[ -z "$again" ] || fail "a second rsync found work: $again"
say "a second rsync found nothing to do"

step "Wait until it is safe at the partners"
t=$(now)
"$kith" --home "$owner" wait
t_safe=$(since "$t")
say "$t_safe s"

step "First snapshot, changes, second snapshot"
mkdir "$mount/.snapshots/first"
change
rsync -aHAXS --delete "$changed/" "$mount/"
mkdir "$mount/.snapshots/second"
same "$changed" "$mount" "the live tree"
same "$src" "$mount/.snapshots/first" "the first snapshot"
same "$changed" "$mount/.snapshots/second" "the second snapshot"
"$kith" --home "$owner" wait
"$kith" --home "$owner" snapshot list
node_status "$owner" > "$log/status.json"
sparse=$(stat -c %b "$mount/.snapshots/first/odd/sparse")

step "The kit; then disaster: two partners killed, the owner's machine gone"
"$kith" --home "$owner" kit > "$base/kit.txt"
mapfile -t dead < <(seq $partners | shuf -n 2 --random-source=<(yes "$seed"))
say "seed $seed kills partners ${dead[*]}"
for i in "${dead[@]}"; do
  held=$(find "$base/partners/p$i/held" -type f | wc -l)
  say "partner $i holds $held files for others"
  [ "$held" -gt 0 ] || fail "partner $i held nothing: killing it would prove nothing"
  kill -9 "$(pid_of "$base/partners/p$i")"
done
stored=$(du -sb --apparent-size "$base"/partners/*/held | awk '{ s += $1 } END { print s }')
owner_pid=$(pid_of "$owner")
kill -9 "$owner_pid"
for _ in $(seq 50); do kill -0 "$owner_pid" 2>/dev/null || break; sleep 0.1; done
ls "$mount" 2>/dev/null && fail "a dead node left a readable folder"
say "the dead mount answers: $(ls "$mount" 2>&1 | sed 's/.*: //')"
fusermount -uz "$mount"
rm -rf "$owner"

step "A new machine: an empty home, no partner's home in sight, the kit"
cat > "$base/restore.sh" <<'RESTORE'
set -euo pipefail
mount -t tmpfs none "$base/partners"
mkdir "$base/new-home" "$base/view"
view_home=$base/new-home
export HOME=$view_home
start=$(date +%s.%N)
"$kith" --home "$view_home/.kith" recover --kit "$base/kit.txt" --view "$base/view"
trap 'fusermount -u "$base/view" || fusermount -uz "$base/view"' EXIT
ls "$base/view" > "$base/log/view.txt"
awk -v a="$start" -v b="$(date +%s.%N)" 'BEGIN { printf "%.1f\n", b - a }' > "$base/log/t_list"
cat "$base/log/view.txt"
start=$(date +%s.%N)
cp -a "$base/view/first" "$base/restored"
awk -v a="$start" -v b="$(date +%s.%N)" 'BEGIN { printf "%.1f\n", b - a }' > "$base/log/t_out"
compare "$base/src" "$base/view/first" "the first snapshot, from the partners alone,"
compare "$base/changed" "$base/view/second" "the second snapshot, from the partners alone,"
compare "$base/src" "$base/restored" "a copy of the first snapshot"
found=$(stat -c %b "$base/view/first/odd/sparse")
[ "$found" = "$sparse" ] || { echo "sparse file: $found blocks, not $sparse" >&2; exit 1; }
echo "   the sparse file has its $sparse blocks"
touch "$base/view/first/x" 2>/dev/null && { echo "the view can be written" >&2; exit 1; }
trap - EXIT
"$kith" --home "$view_home/.kith" umount "$base/view"
RESTORE
compare() { same "$@"; }
export kith base sparse
export -f compare same say fail
unshare -m --propagation private bash "$base/restore.sh" || fail "the restore"

step "What was found"
t_list=$(cat "$log/t_list") t_out=$(cat "$log/t_out")
row() { printf '   %-46s %s\n' "$1" "$2"; }
stat_of() { python3 -c "import json; d=json.load(open('$log/status.json')); print($1)"; }
row "files" "$files"
row "bytes" "$(mib "$bytes") MiB"
row "after deduplication" "$(mib "$(stat_of "d['space']['unique']")") MiB"
row "after compression" "$(mib "$(stat_of "d['space']['packed']")") MiB"
row "stored at partners ($code, two snapshots)" "$(mib "$stored") MiB"
row "in through the mount" "$(rate "$bytes" "$t_in") MB/s"
row "until all was safe at the partners" "$t_safe s"
row "from the kit to the first listing" "$t_list s"
row "out through the restore view (cp -a)" "$(rate "$bytes" "$t_out") MB/s"
printf '\nDEMO PASSED (seed %s)\n' "$seed"
