#!/bin/bash
# Measures the sandbox's gateway beside Debian's nginx doing the same: weighted proxying to two servers, 90 to 10.
# Both proxies run at once and are asked in turn, so that the machine's mood is the same for both.
# Usage: bench/gateway.sh PATH_OF_NATIVE_BASCULE [seconds per turn] [turns]
set -euo pipefail
bascule=$(readlink -f "$1") seconds=${2:-8} turns=${3:-3}
for tool in nginx wrk kubectl curl; do
  command -v "$tool" >/dev/null || { echo "missing: $tool (apt-get install nginx-light wrk kubernetes-client curl)" >&2; exit 1; }
done
home=$(mktemp -d); export HOME=$home; unset XDG_STATE_HOME
trap '"$bascule" down >/dev/null 2>&1; kill $(cat "$home"/*.pid) 2>/dev/null; sleep 1; rm -rf "$home"' EXIT

nginx_conf() { # name, http block
  printf 'worker_processes 1; pid %s/%s.pid; error_log %s/%s.log crit;\nevents { worker_connections 4096; }\nhttp { access_log off; keepalive_requests 1000000; %s }\n' "$home" "$1" "$home" "$1" "$2" >"$home/$1.conf"
  nginx -c "$home/$1.conf"
}
nginx_conf backends 'server { listen 127.0.0.1:9701; location / { return 200 "v1\n"; } } server { listen 127.0.0.1:9702; location / { return 200 "v2\n"; } }'
nginx_conf proxy 'upstream both { server 127.0.0.1:9701 weight=9; server 127.0.0.1:9702 weight=1; keepalive 128; }
  server { listen 127.0.0.1:9700; location / { proxy_pass http://both; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_set_header X-Forwarded-Proto $scheme; proxy_set_header X-Forwarded-Host $host; } }'

eval "$("$bascule" up --detach --gateway-port 9703 2>/dev/null)"
service() { # name, port
  kubectl apply -f - >/dev/null <<YAML
apiVersion: v1
kind: Service
metadata: { name: $1 }
spec: { ports: [{ name: http, port: 80 }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: $1, labels: { kubernetes.io/service-name: $1 } }
addressType: IPv4
ports: [{ name: http, port: $2, protocol: TCP }]
endpoints: [{ addresses: [127.0.0.1], conditions: { ready: true } }]
YAML
}
weights() { # of v1, of v2
  kubectl apply -f - >/dev/null <<YAML
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: both }
spec: { hosts: ["*"], http: [{ route: [{ destination: { host: v1 }, weight: $1 }, { destination: { host: v2 }, weight: $2 }] }] }
YAML
}
service v1 9701; service v2 9702; weights 90 10
until curl -fs -o /dev/null http://127.0.0.1:9703/; do sleep 0.1; done

run() { wrk -t1 -c64 -d"${seconds}s" --latency "http://127.0.0.1:$1/" | awk -v who="$2" '/Requests\/sec/{r=$2} /99%/{p=$2} /Non-2xx|Socket errors/{e=$0} END{printf "%-8s %9.0f requests/s  p99 %8s  %s\n", who, r, p, e}'; }
run 9700 warm-up >/dev/null; run 9703 warm-up >/dev/null
for turn in $(seq "$turns"); do run 9700 nginx; run 9703 bascule; done

# How soon a change of the weights is in force: from the end of the write to the first answer of the other version.
for turn in $(seq 10); do
  weights $((turn % 2 * 100)) $(((turn + 1) % 2 * 100)); begun=$(date +%s%N); want=$([ $((turn % 2)) = 1 ] && echo v1 || echo v2)
  until [ "$(curl -s http://127.0.0.1:9703/)" = "$want" ]; do :; done
  echo "$(( ($(date +%s%N) - begun) / 1000000 ))"
done | sort -n | awk '{v[NR]=$1} END{printf "weights in force after (ms, a curl included): median %d, worst %d\n", v[int((NR+1)/2)], v[NR]}'
