// What the provider itself needs of its Go SDK. The real one has a typed package for every version of every API group:
// compiling those takes half of the provider's build, for types that the provider only ever hands on as they are.
module github.com/pulumi/pulumi-kubernetes/sdk/v4

go 1.26.0

require github.com/pulumi/pulumi/sdk/v3 v3.215.0
