// Package kubernetes has the untyped arguments that objects read from YAML are registered with.
package kubernetes

import "reflect"

// UntypedArgs is an object as it stands in YAML.
type UntypedArgs map[string]any

func (UntypedArgs) ElementType() reflect.Type {
	return reflect.TypeFor[map[string]any]()
}
