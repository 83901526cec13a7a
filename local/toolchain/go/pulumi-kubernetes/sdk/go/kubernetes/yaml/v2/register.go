// Package v2 registers the objects that ConfigFile, ConfigGroup and Chart have read.
package v2

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// RegisterResource registers an object under the token of its kind, without a Go type for its outputs.
func RegisterResource(ctx *pulumi.Context, apiVersion, kind, name string, props pulumi.Input,
	opts ...pulumi.ResourceOption,
) (pulumi.CustomResource, error) {
	var resource pulumi.CustomResourceState
	token := fmt.Sprintf("kubernetes:%s:%s", apiVersion, kind)
	if err := ctx.RegisterResource(token, name, props, &resource, opts...); err != nil {
		return nil, err
	}
	return &resource, nil
}
