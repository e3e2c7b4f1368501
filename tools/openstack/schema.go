package main

import (
	"encoding/json"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim"
)

type object = map[string]any

var scalars = map[shim.ValueType]string{
	shim.TypeBool: "boolean", shim.TypeInt: "integer", shim.TypeFloat: "number", shim.TypeString: "string",
}

// schema is what `pulumi package get-schema` shows: every property under the name that programs use. Blocks and
// collections are `Any`: Python programs never read it, and the bridge itself checks what is given.
func schema(info tfbridge.ProviderInfo) []byte {
	resources, functions := object{}, object{}
	for kind, resource := range info.Resources {
		fields := info.P.ResourcesMap().Get(kind).Schema()
		resources[string(resource.Tok)] = object{
			"properties":      properties(fields, resource.Fields, isAny),
			"inputProperties": properties(fields, resource.Fields, isInput),
		}
	}
	for kind, source := range info.DataSources {
		fields := info.P.DataSourcesMap().Get(kind).Schema()
		functions[string(source.Tok)] = object{
			"inputs":  object{"type": "object", "properties": properties(fields, source.Fields, isInput)},
			"outputs": object{"type": "object", "properties": properties(fields, source.Fields, isAny)},
		}
	}
	config := object{"variables": properties(info.P.Schema(), info.Config, isInput)}
	text, err := json.Marshal(object{
		"name": info.Name, "version": info.Version, "config": config, "resources": resources, "functions": functions,
	})
	if err != nil {
		panic(err) // maps of strings always marshal
	}
	return text
}

func isAny(shim.Schema) bool { return true }

func isInput(field shim.Schema) bool { return field.Required() || field.Optional() }

func properties(fields shim.SchemaMap, overrides map[string]*tfbridge.SchemaInfo, wanted func(shim.Schema) bool) object {
	named := object{}
	fields.Range(func(name string, field shim.Schema) bool {
		if wanted(field) && field.Removed() == "" {
			described := object{"$ref": "pulumi.json#/Any"}
			if scalar, ok := scalars[field.Type()]; ok {
				described = object{"type": scalar}
			}
			named[tfbridge.TerraformToPulumiNameV2(name, fields, overrides)] = described
		}
		return true
	})
	return named
}
