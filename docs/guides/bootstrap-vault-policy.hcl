# What `npm run bootstrap -- --stack STACK` needs in Vault, once. See deployer-rights.md.
# Replace STACK by the stack's name, and `secret` by vault.kvMount if you have set it.

# First passwords. `create` without `update`: what is there cannot be overwritten.
path "secret/data/tracing/STACK/elasticsearch/*" {
  capabilities = ["create", "read"]
}

# Sign-in at Jaeger: the secret of the identity provider's client, and the keys of cookies.
path "secret/data/tracing/STACK/oidc-client" {
  capabilities = ["create", "read"]
}
path "secret/data/tracing/STACK/cookie-*" {
  capabilities = ["create", "read"]
}

# The engine that sets the passwords of Elasticsearch's users, and its connection.
path "sys/mounts/tracing-STACK-database" {
  capabilities = ["create", "read", "update"]
}
path "tracing-STACK-database/config/elasticsearch" {
  capabilities = ["create", "read", "update"]
}

# The password of Vault's own user of an external Elasticsearch, and with `--rotate` those of Jaeger's users.
path "tracing-STACK-database/rotate-root/elasticsearch" {
  capabilities = ["create", "update"]
}
path "tracing-STACK-database/rotate-role/*" {
  capabilities = ["create", "update"]
}

# When they were changed last, and which there are; no password is in it.
path "tracing-STACK-database/static-roles" {
  capabilities = ["list"]
}
path "tracing-STACK-database/static-roles/*" {
  capabilities = ["read"]
}
