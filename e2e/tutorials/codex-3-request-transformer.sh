echo '
_format_version: "3.0"
plugins:
- name: request-transformer
  service: codex-service
  config:
    replace:
      uri: "/"
' | deck gateway apply -
