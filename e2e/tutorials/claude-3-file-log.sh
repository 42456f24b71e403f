echo '
_format_version: "3.0"
plugins:
- name: file-log
  config:
    path: "/tmp/claude.json"
' | deck gateway apply -
