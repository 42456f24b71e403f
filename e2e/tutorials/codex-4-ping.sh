curl -X POST "$KONNECT_PROXY_URL/codex" \
-H "Content-Type: application/json" \
--json '{
"model": "gpt-4o",
"input": [
{
"role": "user",
"content": "Ping"
}
]
}'
