echo '
_format_version: "3.0"
services:
- name: codex-service
  url: http://localhost
routes:
- name: codex-route
  paths:
  - "/codex"
  service:
    name: codex-service
' | deck gateway apply -
