#!/usr/bin/env bash
# A Ceph of one monitor, one store in memory and the S3 gateway, on 127.0.0.1: `ceph.sh up` starts it and prints the
# settings for `npm run test:s3`, `ceph.sh down` ends it. Takes the Debian packages ceph-mon, ceph-osd and radosgw, and the
# right to run them (their packages make the user ceph; root will do). Tried with 16.2.
set -euo pipefail
DIR=${CEPH_DIR:-${TMPDIR:-/tmp}/credence-ceph}
MON_PORT=${MON_PORT:-40789}
S3_PORT=${S3_PORT:-40800}
export CEPH_CONF="$DIR/ceph.conf"

down() {
  for file in "$DIR"/run/*.pid; do
    [ -s "$file" ] || continue
    pid=$(cat "$file")
    kill "$pid" 2>/dev/null || true
    while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
  done
  rm -rf "$DIR"
}

up() {
  [ ! -e "$DIR" ] || { echo "$DIR exists: run it with down first" >&2; exit 1; }
  mkdir -p "$DIR"/run "$DIR"/log "$DIR"/mon "$DIR"/osd "$DIR"/rgw
  local fsid; fsid=$(cat /proc/sys/kernel/random/uuid)
  cat > "$CEPH_CONF" <<CONF
[global]
fsid = $fsid
mon host = v2:127.0.0.1:$MON_PORT
mon initial members = a
public addr = 127.0.0.1
cluster addr = 127.0.0.1
keyring = $DIR/keyring
auth allow insecure global id reclaim = false
run dir = $DIR/run
pid file = $DIR/run/\$name.pid
admin socket = $DIR/run/\$name.asok
log file = $DIR/log/\$name.log
crash dir = $DIR/log
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd pool default pgp num = 4
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 1000
[mon.a]
mon data = $DIR/mon
[osd.0]
osd data = $DIR/osd
osd objectstore = memstore
memstore device bytes = 4294967296
[client.rgw]
rgw data = $DIR/rgw
rgw frontends = beast endpoint=127.0.0.1:$S3_PORT
CONF
  ceph-authtool --create-keyring "$DIR/keyring" --gen-key -n mon. --cap mon 'allow *' >/dev/null
  ceph-authtool "$DIR/keyring" --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *' >/dev/null
  ceph-authtool "$DIR/keyring" --gen-key -n client.rgw --cap mon 'allow *' --cap osd 'allow *' >/dev/null
  ceph-authtool "$DIR/keyring" --gen-key -n osd.0 --cap mon 'allow *' --cap osd 'allow *' >/dev/null
  monmaptool --create --fsid "$fsid" --addv a "[v2:127.0.0.1:$MON_PORT]" "$DIR/monmap" >/dev/null
  ceph-mon --mkfs -i a --monmap "$DIR/monmap" --keyring "$DIR/keyring"
  ceph-mon -i a
  local osd; osd=$(cat /proc/sys/kernel/random/uuid)
  ceph --connect-timeout 20 osd new "$osd" >/dev/null
  ceph auth import -i "$DIR/keyring" 2>/dev/null
  ceph-osd -i 0 --mkfs --osd-uuid "$osd"
  ceph-osd -i 0
  radosgw -n client.rgw
  radosgw-admin user create --uid credence --display-name credence --access-key credence --secret-key "$fsid" >/dev/null
  cat <<ENV
export S3_ENDPOINT=http://127.0.0.1:$S3_PORT S3_FORCE_PATH_STYLE=true S3_REGION=us-east-1 S3_BUCKET=credence-files
export S3_ACCESS_KEY_ID=credence S3_SECRET_ACCESS_KEY=$fsid
# The bucket is yet to be made, for example: aws --endpoint-url \$S3_ENDPOINT s3 mb s3://credence-files
ENV
}
case "${1:-}" in
  up | down) "$1" ;;
  *) echo "ceph.sh up | down" >&2; exit 2 ;;
esac
