// pulumi-resource-openstack: Pulumi's bridge around the Terraform provider for OpenStack, for machines that cannot download
// the official plugin. Why it exists and how it differs from that one: docs/decisions/0003-how-pulumi-gets-here.md.
package main

import (
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	shim "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
	"github.com/terraform-provider-openstack/terraform-provider-openstack/v3/openstack"
)

// version is that of the Python SDK, which asks for a plugin of its own version; the linker sets it.
var version = "0.0.0"

func main() {
	info := tfbridge.ProviderInfo{
		P:           shim.NewProvider(openstack.Provider()),
		Name:        pkg,
		Version:     version,
		Resources:   resourceInfo(),
		DataSources: dataSourceInfo(),
	}
	info.SetAutonaming(255, "-") // as the official plugin does
	tfbridge.Main(pkg, version, info, schema(info))
}
