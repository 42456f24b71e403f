echo '
_format_version: "3.0"
plugins:
- name: ai-proxy-advanced
  service: codex-service
  config:
    genai_category: text/generation
    llm_format: openai
    max_request_body_size: 131072
    model_name_header: true
    response_streaming: allow
    balancer:
      algorithm: round-robin
      tokens_count_strategy: total-tokens
      latency_strategy: tpot
      retries: 3
    targets:
    - route_type: llm/v1/responses
      auth:
        header_name: Authorization
        header_value: Bearer ${{ env "DECK_OPENAI_API_KEY" }}
      logging:
        log_payloads: false
        log_statistics: true
      model:
        provider: openai
' | deck gateway apply -
