# identity PID: prints `pid:` and `start:` lines for a live process, as runtime/io/processes.ts names it.
identity() {
  if [ -r "/proc/$1/stat" ]; then
    read -r stat <"/proc/$1/stat"
    read -r boot </proc/sys/kernel/random/boot_id
    namespace=$(readlink /proc/self/ns/pid 2>/dev/null)
    namespace=${namespace#*[}
    # The command's name may hold anything; the fields start after its last closing parenthesis.
    set -- "$1" ${stat##*) }
    pid=$1
    shift
    # shift to field 22 of proc(5), the 20th here
    shift 19
    printf 'pid: %s\nstart: "%s:%s:%s"\n' "$pid" "$boot" "${namespace%]}" "$1"
  else
    printf 'pid: %s\nstart: "%s"\n' "$1" "$(TZ=UTC LC_ALL=C ps -o lstart= -p "$1" | sed 's/^ *//; s/ *$//')"
  fi
}
