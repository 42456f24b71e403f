echo '
_format_version: "3.0"
plugins:
- name: ai-proxy
  config:
    llm_format: anthropic
    route_type: llm/v1/chat
    logging:
      log_statistics: true
      log_payloads: false
    auth:
      header_name: Authorization
      header_value: Bearer ${{ env "DECK_OPENAI_API_KEY" }}
      allow_override: false
    model:
      provider: openai
      name: gpt-5-mini
    max_request_body_size: 524288
' | deck gateway apply -
