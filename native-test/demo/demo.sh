#!/usr/bin/env bash
# The whole life of a drive on one machine: seven partners, files in, snapshots, two partners killed,
# the owner's machine lost, everything read again from the kit alone. Exits non-zero if a byte or an
# attribute differs, or if it isn't done after five minutes. Environment: KITH (the launcher), SEED
# (which partners die), KEEP=1 (keep files).
set -euo pipefail

here=$(cd "$(dirname "$0")/../.." && pwd)
kith=${KITH:-$here/build/kith/bin/kith}
seed=${SEED:-$(od -An -N2 -tu2 /dev/urandom | tr -d ' ')}
base=$(mktemp -d "${TMPDIR:-/tmp}/kith-demo.XXXXXX")
export KITH_PASSPHRASE="correct horse battery staple"
owner=$base/owner mount=$base/mnt src=$base/src changed=$base/changed log=$base/log
new=$base/new-home/.kith back=$base/back-home/.kith view=$base/view
partners=7 code=4+2
least_files=3000 least_bytes=150000000
started=$(date +%s) limit=300
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
within() { # what, command: runs it for as long as is left of the demo's time
  local what=$1 left=$((started + limit - $(date +%s))) status=0
  shift
  [ "$left" -gt 0 ] || fail "$limit s are over before: $what"
  timeout --foreground -k 5 "$left" "$@" || status=$?
  case $status in 124 | 137) fail "not done when $limit s were over: $what" ;; esac
  return $status
}
of() { # home, command of kith
  local home=$1
  shift
  within "kith $*" "$kith" --home "$home" "$@"
}

node_status() { timeout -k 5 20 "$kith" --home "$1" status --json; }
pid_file() { echo "$log/$(basename "$1").pid"; }
pid_of() { # home: the node's process, as it told when it was started
  cat "$(pid_file "$1")"
}
remember_pid() {
  node_status "$1" | python3 -c 'import json,sys; print(json.load(sys.stdin)["process"])' \
    > "$(pid_file "$1")"
}

end_process() { # id, signal: returns when it is gone
  kill "-$2" "$1" 2>/dev/null || return 0
  for _ in $(seq 100); do kill -0 "$1" 2>/dev/null || return 0; sleep 0.1; done
  kill -9 "$1" 2>/dev/null || true
}
end_node() { # home, signal: ends a node by its own id
  local pid
  pid=$(pid_of "$1")
  rm "$(pid_file "$1")"
  end_process "$pid" "$2"
}

cleanup() {
  local status=$? home socket
  set +e
  [ $status -eq 0 ] || tail -n 20 "$owner/log/kith.log" "$new/log/kith.log" "$log"/*.log 2>/dev/null
  wait # for nodes that are being started
  mountpoint -q "$mount" && fusermount -uz "$mount"
  for home in "$owner" "$base"/partners/*; do
    # A node that started when the demo failed has not been asked for its id yet.
    [ -s "$(pid_file "$home")" ] || [ ! -e "$home/run/node.sock" ] || remember_pid "$home" 2>/dev/null
    [ ! -s "$(pid_file "$home")" ] || end_node "$home" TERM
  done
  # The mount of a view went with its namespace; its process, whose id its socket has, may be left.
  for socket in "$new"/run/view-*.sock; do
    [ ! -S "$socket" ] || end_process "$(basename "$socket" | tr -dc 0-9)" TERM
  done
  [ -n "${KEEP:-}" ] && echo "kept: $base" || rm -rf "$base"
  exit $status
}
trap cleanup EXIT
trap 'exit 130' INT TERM

same() { # expected, found, what: no difference in bytes or attributes, either way
  local diff
  diff=$(within "comparing" rsync -anciHAXS --delete "$1/" "$2/" 2>&1 | head -n 20) ||
    diff=${diff:-rsync failed}
  [ -z "$diff" ] || fail "$3 differs:
$diff"
  say "$3: every byte and attribute as expected"
}

same_holes() { # source, found, what: a sparse file takes what it takes at its source, about
  local expected found
  expected=$(stat -c %b "$1/odd/sparse")
  found=$(within "stat" stat -c %b "$2/odd/sparse")
  # Writes of 128 KiB may fill up a hole's edges, on both sides of each of its two pieces of data.
  [ "$found" -gt 0 ] && [ "$found" -le $((expected + 2 * 2 * 256)) ] ||
    fail "the sparse file in $3 has $found blocks, not about $expected"
  say "$3: the sparse file of $(stat -c %s "$1/odd/sparse") bytes has $found blocks, $expected at its source"
}

data_bytes() { # folder: what its files hold, each once, without holes
  find "$1" -type f -printf '%i %s %b\n' | sort -u |
    awk '{ a = $3 * 512; s += a < $2 ? a : $2 } END { printf "%.0f", s }'
}

collect() { # real files of this machine, and the odd ones
  local from
  for from in /usr/share/perl /usr/share/doc /usr/share/zoneinfo /usr/lib/python3 /etc /usr/share/man \
    /usr/share/locale /usr/bin /usr/lib/x86_64-linux-gnu /usr/lib/gcc /usr/lib/jvm; do
    [ -d "$from" ] || continue
    mkdir -p "$src$from"
    # Whole folders until there is enough; files that cannot be read are none of the demo's business.
    rsync -aHAX --max-size=24m --no-devices --no-specials "$from/" "$src$from/" 2>/dev/null || true
    [ "$(find "$src" -type f | wc -l)" -ge $((least_files + 1000)) ] &&
      [ "$(data_bytes "$src")" -ge $((least_bytes + 20000000)) ] && break
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

# In a mount namespace no partner's home is visible to the restored machine. Who isn't root has one
# within a user namespace, as the same user, or else its files would seem to be somebody else's.
apart=(unshare -m --propagation private)
[ "$(id -u)" -eq 0 ] || apart=(unshare -m --propagation private --map-current-user --keep-caps)
"${apart[@]}" true 2> "$log/unshare" ||
  fail "no mount namespace can be made here ($(head -n 1 "$log/unshare")): run it as root, or allow user namespaces"
[ -r /dev/fuse ] && [ -w /dev/fuse ] || fail "/dev/fuse can't be opened: load the module fuse, or run it as root"

step "Files of this machine"
collect
files=$(find "$src" -type f | wc -l) bytes=$(data_bytes "$src")
[ "$files" -ge $least_files ] || fail "only $files files found on this machine, not $least_files"
[ "$bytes" -ge $least_bytes ] || fail "only $bytes bytes found on this machine, not $least_bytes"
say "$files files, $(mib "$bytes") MiB, with $(find "$src" -type l | wc -l) symlinks," \
  "$(find "$src" -type f -links +1 | wc -l) hard-linked names, a sparse file, a fifo, Latin-1 and other names"

step "$partners partners on 127.0.0.1 to 127.0.0.$partners"
begin() { # number: makes a partner's home and starts its node
  of "$base/partners/p$1" init --listen "127.0.0.$1:5484" > "$log/init-p$1.txt"
  of "$base/partners/p$1" serve --background > "$log/serve-p$1.log" 2>&1
}
starting=()
for i in $(seq $partners); do
  begin "$i" &
  starting+=($!)
done
for i in $(seq $partners); do
  wait "${starting[i - 1]}" || fail "partner $i does not start"
  remember_pid "$base/partners/p$i"
done
say "each with its own home and process: $(for i in $(seq $partners); do pid_of "$base/partners/p$i"; done | tr '\n' ' ')"

step "The owner: init with $code, mount, invite"
of "$owner" init --code $code --listen 127.0.0.10:5484 > "$log/init-owner.txt"
of "$owner" mount "$mount"
remember_pid "$owner"
accepting=()
for i in $(seq $partners); do
  invitation=$(of "$owner" partner invite --space 4G 2>> "$log/invite.txt" | head -n 1)
  of "$base/partners/p$i" partner accept "$invitation" --space 4G > "$log/accept-p$i.txt" &
  accepting+=($!)
done
for i in $(seq $partners); do
  wait "${accepting[i - 1]}" || fail "partner $i does not accept"
done
of "$owner" partner list

step "Copy in with rsync -aHAXS"
t=$(now)
within "rsync into the drive" rsync -aHAXS "$src/" "$mount/"
t_in=$(since "$t")
say "in $t_in s, $(rate "$bytes" "$t_in") MB/s"
again=$(within "the second rsync" rsync -aHAXSi --delete "$src/" "$mount/" | head -n 5)
[ -z "$again" ] || fail "a second rsync found work: $again"
say "a second rsync found nothing to do"

step "Wait until it is safe at the partners"
t=$(now)
of "$owner" wait
t_safe=$(since "$t")
say "$t_safe s"

step "First snapshot, changes, second snapshot"
within "mkdir of the first snapshot" mkdir "$mount/.snapshots/first"
change
within "rsync of the changes" rsync -aHAXS --delete "$changed/" "$mount/"
of "$owner" snapshot create second
same "$changed" "$mount" "the live tree"
same "$src" "$mount/.snapshots/first" "the first snapshot"
same "$changed" "$mount/.snapshots/second" "the second snapshot"
same_holes "$src" "$mount/.snapshots/first" "the first snapshot"
same_holes "$changed" "$mount/.snapshots/second" "the second snapshot"
of "$owner" wait
of "$owner" snapshot list
node_status "$owner" > "$log/status.json"

step "The kit; then disaster: two partners killed, the owner's machine gone"
of "$owner" kit > "$base/kit.txt"
mapfile -t dead < <(seq $partners | shuf -n 2 --random-source=<(yes "$seed"))
say "seed $seed kills partners ${dead[*]}"
for i in "${dead[@]}"; do
  held=$(find "$base/partners/p$i/held" -type f | wc -l)
  say "partner $i holds $held files for others"
  [ "$held" -gt 0 ] || fail "partner $i held nothing: killing it would prove nothing"
  end_node "$base/partners/p$i" KILL
done
stored=$(du -sb --apparent-size "$base"/partners/*/held | awk '{ s += $1 } END { print s }')
end_node "$owner" KILL
within "ls of the dead mount" ls "$mount" > "$log/dead" 2>&1 && fail "a dead node left a readable folder"
say "the dead mount answers: $(sed 's/.*: //' "$log/dead")"
fusermount -uz "$mount"
rm -rf "$owner"

step "A new machine: an empty home, no partner's home in sight, the kit"
cat > "$base/restore.sh" <<'RESTORE'
set -euo pipefail
mount -t tmpfs none "$base/partners"
mkdir -p "$(dirname "$new")" "$(dirname "$back")" "$view"
export HOME=$base/new-home
start=$(now)
of "$new" recover --kit "$base/kit.txt" --view "$view"
trap 'umount -l "$view"' EXIT
within "the first listing" ls "$view" > "$log/view.txt"
since "$start" > "$log/t_list"
cat "$log/view.txt"
start=$(now)
within "cp -a out of the view" cp -a "$view/first" "$base/restored"
since "$start" > "$log/t_out"
same "$src" "$view/first" "the first snapshot, from the partners alone"
same "$changed" "$view/second" "the second snapshot, from the partners alone"
same "$src" "$base/restored" "a copy of the first snapshot"
start=$(now)
of "$new" restore --kit "$base/kit.txt" second "$base/in-bulk" | sed 's/^/   /'
since "$start" > "$log/t_bulk"
same "$changed" "$base/in-bulk" "kith restore of the second snapshot"
same_holes "$changed" "$base/in-bulk" "kith restore of the second snapshot"
rm "$base/in-bulk/odd/first-name"
again=$(of "$new" restore --kit "$base/kit.txt" --overwrite second "$base/in-bulk")
grep -q 'were there already' <<< "$again" || fail "a second restore began anew: $again"
same "$changed" "$base/in-bulk" "a second restore of one file that was missing"
same_holes "$src" "$view/first" "the first snapshot, from the partners alone"
same_holes "$changed" "$view/second" "the second snapshot, from the partners alone"
touch "$view/first/x" 2>/dev/null && fail "the view can be written"
of "$new" umount "$view"
start=$(now)
of "$back" recover --kit "$base/kit.txt" --listen 127.0.0.10:5484 > "$log/recover.txt"
say "$(head -n 1 "$log/recover.txt")"
of "$back" mount "$view" 2> "$log/again.txt" || fail "$(cat "$log/again.txt")"
trap '"$kith" --home "$back" umount || umount -l "$view"' EXIT
same "$changed" "$view" "the drive itself, on the machine that became its node"
within "writing again" bash -c 'until touch "$1/new" 2> /dev/null; do sleep 0.2; done' - "$view"
of "$back" wait 2> "$log/again.txt" | sed 's/^/   /'
since "$start" > "$log/t_again"
of "$back" umount
trap - EXIT
RESTORE
export kith base log src changed new back view started limit
export -f same same_holes within of now since say fail
"${apart[@]}" bash "$base/restore.sh" || fail "the restore"

step "What was found"
t_list=$(cat "$log/t_list") t_out=$(cat "$log/t_out") t_bulk=$(cat "$log/t_bulk")
t_again=$(cat "$log/t_again")
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
row "out by kith restore, from the kit" "$(rate "$bytes" "$t_bulk") MB/s"
row "from the kit to a node that is written to, safe" "$t_again s"
total=$(($(date +%s) - started))
row "all of this, after the build" "$total s"
[ "$total" -le $limit ] || fail "it took longer than $limit s"
printf '\nDEMO PASSED (seed %s)\n' "$seed"
