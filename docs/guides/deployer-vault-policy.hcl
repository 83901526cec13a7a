# What `pulumi up`, `refresh` and `destroy` of one stack need in Vault. See deployer-rights.md.
# Replace STACK by the stack's name; `secret` and `pki` by vault.kvMount and vault.pkiMount if you have set them.

# Who am I? The provider asks before anything else.
path "auth/token/lookup-self" {
  capabilities = ["read"]
}

# A token that lives shorter than an `up` has to be renewed by whoever runs it.
path "auth/token/renew-self" {
  capabilities = ["update"]
}

# The stack's certificates: mount, key of the CA (stays in Vault), roles.
path "sys/mounts/tracing-STACK-pki" {
  capabilities = ["create", "read", "update", "delete"]
}
path "sys/mounts/tracing-STACK-pki/tune" {
  capabilities = ["read", "update"]
}
path "tracing-STACK-pki/issuers/generate/intermediate/internal" {
  capabilities = ["update"]
}
path "tracing-STACK-pki/intermediate/set-signed" {
  capabilities = ["update"]
}
path "tracing-STACK-pki/config/ca" {
  capabilities = ["update"]
}
path "tracing-STACK-pki/config/issuers" {
  capabilities = ["read", "update"]
}
path "tracing-STACK-pki/roles/*" {
  capabilities = ["create", "read", "update", "delete"]
}

# The company's CA signs the stack's. `pki/issuer/<name>/sign-intermediate` instead, if it has several issuers.
path "pki/root/sign-intermediate" {
  capabilities = ["update"]
}

# Login of the cluster's service accounts. Vault asks for `sudo` on every login method.
path "sys/auth/tracing-STACK-jwt" {
  capabilities = ["create", "read", "update", "delete", "sudo"]
}
path "sys/auth/tracing-STACK-jwt/tune" {
  capabilities = ["read", "update", "sudo"]
}
path "auth/tracing-STACK-jwt/config" {
  capabilities = ["create", "read", "update"]
}
path "auth/tracing-STACK-jwt/role/*" {
  capabilities = ["create", "read", "update", "delete"]
}

# One policy a workload, and one for those who ask who read what. Not `tracing-STACK-*`: that would be those of a stack
# `STACK-eu` too. No stack may have what stands before these asterisks in its name.
path "sys/policies/acl/tracing-STACK-elasticsearch" {
  capabilities = ["create", "read", "update", "delete"]
}
path "sys/policies/acl/tracing-STACK-otel-gateway" {
  capabilities = ["create", "read", "update", "delete"]
}
path "sys/policies/acl/tracing-STACK-otel-sampler" {
  capabilities = ["create", "read", "update", "delete"]
}
path "sys/policies/acl/tracing-STACK-otel-front-end-*" {
  capabilities = ["create", "read", "update", "delete"]
}
path "sys/policies/acl/tracing-STACK-jaeger-collector-*" {
  capabilities = ["create", "read", "update", "delete"]
}
path "sys/policies/acl/tracing-STACK-jaeger-query-*" {
  capabilities = ["create", "read", "update", "delete"]
}
path "sys/policies/acl/tracing-STACK-audit" {
  capabilities = ["create", "read", "update", "delete"]
}

# Which Elasticsearch users Vault sets passwords for; not the passwords (static-creds).
path "tracing-STACK-database/static-roles/*" {
  capabilities = ["create", "read", "update", "delete"]
}

# Managed Elasticsearch only: ELASTICSEARCH_USERNAME and ELASTICSEARCH_PASSWORD of the run.
path "secret/data/tracing/STACK/elasticsearch/provisioner" {
  capabilities = ["read"]
}

# What preview and up look at before anything changes: what this token may do, how Vault reaches Elasticsearch, and whether the
# first secrets are there. No password and no secret is in any of it.
path "sys/capabilities-self" {
  capabilities = ["update"]
}
path "tracing-STACK-database/config/elasticsearch" {
  capabilities = ["read"]
}
path "secret/metadata/tracing/STACK/*" {
  capabilities = ["read"]
}
