echo '
_format_version: "3.0"
services:
- name: example-service
  url: http://httpbin.konghq.com/anything
routes:
- name: example-route
  paths:
  - "/anything"
  service:
    name: example-service
' | deck gateway apply -
