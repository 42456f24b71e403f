echo '
_format_version: "3.0"
plugins:
- name: file-log
  service: codex-service
  config:
    path: "/tmp/file.json"
' | deck gateway apply -
